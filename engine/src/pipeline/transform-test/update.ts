import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  type Scalar,
  type YAMLMap,
  YAMLSeq,
} from 'yaml';
import { type ExactJson, isJsonObject, parseExactJson } from '../../core/exact-json.ts';
import { fieldPath } from '../../core/schema-compare.ts';
import type { CaseOutcome } from './case-run.ts';
import { exactYaml, yamlFromExact } from './yaml-json.ts';

/** A case and what came out of it. */
export interface Update {
  readonly caseIndex: number;
  readonly outcome: CaseOutcome;
  /** Paths that differ: what stands elsewhere stays as it is, with its comments and its way of writing a value. */
  readonly differences: readonly string[];
}

/** The text of a test file in which these cases expect what came out; all other text is untouched. */
export function updateExpectations(text: string, updates: readonly Update[]): string {
  const document = parseDocument(text, exactYaml);
  for (const update of updates) updateExpectation(document, update);
  const written = document.toString({ lineWidth: 120 });
  const [from, to] = [parseDocument(text, exactYaml), parseDocument(written, exactYaml)];
  let result = text;
  for (const { caseIndex } of [...updates].reverse()) {
    const place = placeOf(from, caseIndex, text);
    const source = placeOf(to, caseIndex, written);
    // The writer indents as it likes: lines can only be taken over where both begin in the same column.
    if (place.column !== source.column) return written;
    const glue = place.start === place.end ? `\n${' '.repeat(place.column)}` : '';
    result = result.slice(0, place.start) + glue + written.slice(source.start, source.end) + result.slice(place.end);
  }
  return result;
}

/** Where a piece of text lies; `column` is that of the keys of the case, from 0. */
interface Place {
  readonly start: number;
  readonly end: number;
  readonly column: number;
}

/** Of the key `expect` with its value; empty and behind the case if it has none; the whole of a case in flow style. */
function placeOf(document: Document, caseIndex: number, text: string): Place {
  const item = document.getIn([caseIndex], true) as YAMLMap<Scalar>;
  const [itemStart, itemEnd] = item.range!;
  const column = itemStart - text.lastIndexOf('\n', itemStart - 1) - 1;
  const end = (until: number) => text.slice(0, until).trimEnd().length;
  if (item.flow) return { start: itemStart, end: end(itemEnd), column };
  const pair = item.items.find(({ key }) => key.value === 'expect');
  if (!pair) return { start: end(itemEnd), end: end(itemEnd), column };
  const valueEnd = (pair.value as Node | null)?.range?.[1];
  return { start: pair.key.range![0], end: end(valueEnd ?? pair.key.range![1] + 1), column };
}

function updateExpectation(document: Document, { caseIndex, outcome, differences }: Update): void {
  const item = document.getIn([caseIndex], true) as YAMLMap;
  const isNew = !isMap(item.get('expect'));
  if (isNew) item.set('expect', document.createNode({}));
  const expected = item.get('expect') as YAMLMap;
  if (!expected.has('rows') || concerns(differences, 'rows')) {
    updateRows(expected, outcome.rows.map(parseExactJson), differences);
  }
  if (isNew || concerns(differences, 'dropped')) setOrDelete(expected, 'dropped', outcome.dropped);
  if (isNew || concerns(differences, 'failed')) {
    const failed = outcome.failed.map(
      ({ reason, field }) => new Map(Object.entries(field ? { reason, field } : { reason })),
    );
    setOrDelete(expected, 'failed', failed);
  }
}

function updateRows(expected: YAMLMap, rows: readonly ExactJson[], differences: readonly string[]): void {
  const current: unknown = expected.get('rows', true);
  const list = isSeq(current) ? current : new YAMLSeq();
  const before = list.items;
  list.items = rows.map((row, i) => {
    const node = before[i];
    if (isMap(node) && isJsonObject(row)) return updateRow(node, row, { path: `rows[${i}]`, differences });
    return yamlFromExact(withoutNulls(row));
  });
  if (before.length === 0 || rows.length === 0) list.flow = rows.length === 0;
  if (current !== list) expected.set('rows', list);
}

/** Sets the fields that differ and takes away those that there are not; a null is written only over what stands there. */
function updateRow(
  row: YAMLMap,
  actual: ReadonlyMap<string, ExactJson>,
  at: { readonly path: string; readonly differences: readonly string[] },
): YAMLMap {
  for (const key of row.items.map((pair) => String(pair.key))) if (!actual.has(key)) row.delete(key);
  for (const [key, value] of actual) {
    if (!concerns(at.differences, fieldPath(at.path, key))) continue;
    const node = yamlFromExact(value);
    const before: unknown = row.get(key, true);
    if (!isScalar(before) || !isScalar(node)) row.set(key, node);
    else Object.assign(before, { value: node.value, source: undefined }); // keeps its comment and its quotes
  }
  return row;
}

/** Whether a path, or one below it, is among those that differ. */
function concerns(differences: readonly string[], path: string): boolean {
  return differences.some((other) => other === path || other.startsWith(`${path}.`) || other.startsWith(`${path}[`));
}

function withoutNulls(row: ExactJson): ExactJson {
  return isJsonObject(row) ? new Map([...row].filter(([, value]) => value !== null)) : row;
}

function setOrDelete(map: YAMLMap, key: string, values: readonly ExactJson[]): void {
  if (values.length > 0) map.set(key, yamlFromExact(values));
  else map.delete(key);
}
