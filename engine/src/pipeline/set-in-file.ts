import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
} from 'yaml';
import { ParquetryError } from '../core/errors.ts';
import { pathText } from './located.ts';

/** Keys and positions from the root of a file. */
export type SetPath = readonly (string | number)[];

/** A change of text; lines and columns are 1-based, columns in UTF-16 units, the end is exclusive. As editors take them. */
export interface TextChange {
  readonly file: string;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly newText: string;
}

/** What is put in the place of a span of the text. */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Wider than this, what is inserted as a block goes over several lines. */
const FLOW_WIDTH = 60;

/**
 * How a value of a YAML file is set, or with undefined taken out: the fewest characters that do it, so that comments, order and
 * spacing of all else stay. Maps on the way are made where they are missing; a position may be the one behind the end of a list.
 * Pure. Throws E_CONFIG if the text is no YAML, or the path leads through a list that it misses or through an alias (`*name`),
 * behind which other places would change, too.
 */
export function setInYaml(text: string, file: string, path: SetPath, value: unknown): TextChange[] {
  const before = parse(text);
  if (before.errors.length > 0) {
    throw new ParquetryError('E_CONFIG', `${file} must be YAML to be changed, got ${before.errors[0]!.message}`, {
      file,
    });
  }
  if (value === undefined && !before.hasIn(path)) return [];
  const wanted = parse(text);
  setIn(wanted, path, value, file);
  const splice = spliceFor(text, before, path, value);
  // Small edits of a grammar as large as YAML's may go wrong in some corner: then the file is written anew, with its comments.
  const isRight = splice !== undefined && sameContent(applied(text, splice), wanted);
  const sure = isRight ? splice : { start: 0, end: text.length, text: wanted.toString({ lineWidth: 0 }) };
  return [changeOf(text, file, trimmed(text, sure))];
}

/** The text with changes made; none overlap. For shells and tests that have no editor. */
export function applyChanges(text: string, changes: readonly Omit<TextChange, 'file'>[]): string {
  const starts = lineStarts(text);
  const offset = (line: number, column: number) =>
    Math.min(text.length, (starts[line - 1] ?? text.length) + column - 1);
  const splices = changes.map(({ startLine, startColumn, endLine, endColumn, newText }): Splice => {
    return { start: offset(startLine, startColumn), end: offset(endLine, endColumn), text: newText };
  });
  return splices.sort((a, b) => b.start - a.start).reduce(applied, text);
}

function parse(text: string): Document.Parsed {
  return parseDocument(text, { stringKeys: true, keepSourceTokens: true });
}

function setIn(document: Document, path: SetPath, value: unknown, file: string): void {
  const refused = (rule: string) => new ParquetryError('E_CONFIG', `${pathText(path)} ${rule}`, { file });
  for (let depth = 0; depth < path.length; depth++) {
    const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    if (isAlias(node)) throw refused('must be set where its alias is anchored');
    const key = path[depth]!;
    if (!isSeq(node)) continue;
    if (typeof key !== 'number' || key < 0 || key > node.items.length) {
      throw refused(`must name a position of a list of ${node.items.length}, got ${String(key)}`);
    }
  }
  if (value === undefined) {
    document.deleteIn(path);
    return;
  }
  const depth = deepestMap(document, path);
  if (depth === 0 && !isCollection(document.contents)) document.contents = document.createNode({}) as never;
  const node = document.createNode(nested(path.slice(depth + 1), value));
  document.setIn(path.slice(0, depth + 1), node);
}

/** How many steps of a path lead to the last collection on it. */
function deepestMap(document: Document, path: SetPath): number {
  let depth = 0;
  while (depth < path.length - 1 && isCollection(document.getIn(path.slice(0, depth + 1), true))) depth++;
  return depth;
}

/** `a.b` around a value: `{ a: { b: value } }`. */
function nested(path: SetPath, value: unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => (typeof key === 'number' ? [inner] : { [key]: inner }), value);
}

function spliceFor(text: string, document: Document.Parsed, path: SetPath, value: unknown): Splice | undefined {
  if (!isCollection(document.contents)) return undefined;
  const depth = deepestMap(document, path);
  const parent = (depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true)) as Node;
  const key = path[depth]!;
  const at = document.getIn(path.slice(0, depth + 1), true) as Node | null | undefined;
  if (value === undefined) return removal(text, parent, key);
  const inner = nested(path.slice(depth + 1), value);
  if (at?.range && (!isCollection(at) || at.flow)) {
    const [start, end] = at.range;
    // A key without a value ends at its colon.
    return start === end ? { start, end, text: ` ${flowText(inner)}` } : { start, end, text: flowText(inner) };
  }
  if (at !== undefined) return undefined;
  return isFlow(parent) ? flowInsertion(parent, key, inner) : blockInsertion(text, parent, key, inner);
}

function isFlow(node: Node): boolean {
  return isCollection(node) && node.flow === true;
}

/** Behind the last entry of `{ … }` or `[ … ]`. */
function flowInsertion(parent: Node, key: string | number, value: unknown): Splice | undefined {
  if (!isCollection(parent) || !parent.range) return undefined;
  const entry = isMap(parent) ? `${keyText(key)}: ${flowText(value)}` : flowText(value);
  const close = parent.range[1] - 1;
  const last = endOf(parent.items.at(-1));
  if (last !== undefined) return { start: last, end: last, text: `, ${entry}` };
  return { start: parent.range[0] + 1, end: close, text: ` ${entry} ` };
}

/** On lines of its own, behind the last entry and what is said beside it. */
function blockInsertion(text: string, parent: Node, key: string | number, value: unknown): Splice | undefined {
  if (!isCollection(parent) || parent.items.length === 0) return undefined;
  const first = startOf(parent.items[0]);
  const last = endOf(parent.items.at(-1));
  if (first === undefined || last === undefined) return undefined;
  const lineStart = text.lastIndexOf('\n', first - 1) + 1;
  // The item of a list starts behind its dash.
  const column = isMap(parent) ? first - lineStart : text.lastIndexOf('-', first) - lineStart;
  const entry = isMap(parent) ? { [key]: value } : [value];
  const indented = blockText(entry).replace(/^(?=.)/gm, ' '.repeat(column));
  const lineEnd = text.indexOf('\n', Math.max(first, last - 1));
  const at = lineEnd < 0 ? text.length : lineEnd;
  return { start: at, end: at, text: `\n${indented}` };
}

/** The entry with its comma, or with its line. */
function removal(text: string, parent: Node, key: string | number): Splice | undefined {
  if (!isCollection(parent)) return undefined;
  const items = parent.items as readonly unknown[];
  const index = isMap(parent) ? items.findIndex((item) => keyOf(item) === String(key)) : Number(key);
  const [start, end] = [startOf(items[index]), endOf(items[index])];
  if (start === undefined || end === undefined) return undefined;
  if (!isFlow(parent)) {
    const lineStart = text.lastIndexOf('\n', start - 1) + 1;
    const lineEnd = text.indexOf('\n', end - 1);
    return { start: lineStart, end: lineEnd < 0 ? text.length : lineEnd + 1, text: '' };
  }
  const next = startOf(items[index + 1]);
  const previous = endOf(items[index - 1]);
  if (next !== undefined) return { start, end: next, text: '' };
  return { start: previous ?? start, end, text: '' };
}

function keyOf(item: unknown): string {
  return String((item as Pair<{ value: unknown }>).key.value);
}

function startOf(item: unknown): number | undefined {
  const { key, range } = (item ?? {}) as { key?: Node; range?: readonly number[] };
  return (key?.range ?? range)?.[0];
}

function endOf(item: unknown): number | undefined {
  const { key, value, range } = (item ?? {}) as { key?: Node; value?: Node; range?: readonly number[] };
  return (value?.range ?? key?.range ?? range)?.[1];
}

/** YAML on one line, as it may stand between braces, too: quoted where it must be there. */
function flowText(value: unknown): string {
  const document = parseDocument('');
  document.contents = document.createNode([value], { flow: true }) as never;
  const text = document
    .toString({ lineWidth: 0 })
    .trim()
    .replace(/\s*\n\s*/g, ' ');
  return text.slice(1, -1).trim();
}

function keyText(key: string | number): string {
  return flowText(String(key));
}

function blockText(value: unknown): string {
  const document = parseDocument('');
  const node = document.createNode(value);
  // One step in a block, what is in it short: `{ max: 4 }`.
  for (const item of isCollection(node) ? node.items : []) {
    const inner = isMap(node) ? (item as Pair).value : item;
    if (isCollection(inner) && flowText(inner).length <= FLOW_WIDTH) inner.flow = true;
  }
  document.contents = node as never;
  return document.toString({ lineWidth: 0 }).trimEnd();
}

function applied(text: string, { start, end, text: inserted }: Splice): string {
  return text.slice(0, start) + inserted + text.slice(end);
}

/** Whether a text says what a document does, and kept its comments. */
function sameContent(text: string, wanted: Document): boolean {
  const got = parse(text);
  if (got.errors.length > 0) return false;
  return JSON.stringify(got.toJS()) === JSON.stringify(wanted.toJS());
}

/** Without what stays the same at both ends. */
function trimmed(text: string, { start, end, text: inserted }: Splice): Splice {
  let [from, to, cut] = [start, end, inserted];
  while (from < to && cut !== '' && text[from] === cut[0]) {
    from++;
    cut = cut.slice(1);
  }
  while (from < to && cut !== '' && text[to - 1] === cut.at(-1)) {
    to--;
    cut = cut.slice(0, -1);
  }
  return { start: from, end: to, text: cut };
}

function changeOf(text: string, file: string, { start, end, text: newText }: Splice): TextChange {
  const lines = new LineCounter();
  for (const lineStart of lineStarts(text)) lines.addNewLine(lineStart);
  const [from, to] = [lines.linePos(start), lines.linePos(end)];
  return { file, startLine: from.line, startColumn: from.col, endLine: to.line, endColumn: to.col, newText };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
