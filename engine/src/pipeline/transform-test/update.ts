import { type Document, isMap, isScalar, isSeq, type YAMLMap, YAMLSeq } from 'yaml';
import { type ExactJson, isJsonObject, parseExactJson } from '../../core/exact-json.ts';
import { fieldPath } from '../../core/schema-compare.ts';
import type { CaseOutcome } from './case-run.ts';
import { yamlFromExact } from './yaml-json.ts';

/**
 * Makes what a case expects what came out. `differences` are the paths that differ: nodes elsewhere stay as they are, with
 * their comments and their way of writing a value.
 */
export function updateExpectation(
  document: Document,
  caseIndex: number,
  outcome: CaseOutcome,
  differences: readonly string[],
): void {
  const item = document.getIn([caseIndex], true) as YAMLMap;
  if (!isMap(item.get('expect'))) item.set('expect', document.createNode({}));
  const expected = item.get('expect') as YAMLMap;
  if (!expected.has('rows') || concerns(differences, 'rows')) {
    updateRows(expected, outcome.rows.map(parseExactJson), differences);
  }
  if (concerns(differences, 'dropped')) setOrDelete(expected, 'dropped', outcome.dropped);
  if (concerns(differences, 'failed')) {
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
