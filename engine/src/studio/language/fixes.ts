import { isScalar } from 'yaml';
import type { ComponentSet } from '../../pipeline/components.ts';
import type { JsonSchema } from '../../pipeline/json-schema.ts';
import type { Origin, Problem } from '../../pipeline/problems.ts';
import { applyChanges, type SetPath, setInYaml } from '../../pipeline/set-in-file.ts';
import { quantityOf } from '../../pipeline/value-notation.ts';
import type { Fix, TextEdit } from '../../protocol/places.ts';
import { markedEdits } from '../../protocol/text-mark.ts';
import { nearestQuantity } from './quantity-text.ts';
import { sampleValue } from './sample-value.ts';
import { schemaPlaceAt } from './schema-place.ts';
import { offsetAt, positionAt } from './text-position.ts';
import { findSpot, parseTolerant, plainOf, type YamlSpot } from './yaml-spot.ts';

/** A pipeline file that fixes are made for. */
export interface FixableFile {
  /** Absolute path. */
  readonly file: string;
  readonly text: string;
  readonly components: ComponentSet;
}

/** What mends a problem with one click: edits of the file that keep its comments. None for most problems. */
export function fixesOf(problem: Problem, given: FixableFile): Fix[] {
  const { origin, mistake } = problem;
  if (origin === undefined || mistake === undefined || origin.file !== given.file || origin.line === 0) return [];
  try {
    const fixes = fixesAt({ ...problem, origin, mistake }, given);
    return fixes.map(({ title, edits }) => ({ title, edits: markedEdits(edits, given.text) }));
  } catch {
    return []; // the file changed meanwhile, or no edit of it does
  }
}

type Fixable = Problem & Required<Pick<Problem, 'origin' | 'mistake'>>;

function fixesAt({ origin, mistake }: Fixable, given: FixableFile): Fix[] {
  const written = origin.text.slice(origin.column - 1, origin.column - 1 + origin.length);
  switch (mistake.kind) {
    case 'unknown-key': {
      const rename = mistake.near === undefined ? [] : [replacement(origin, written, mistake.near)];
      return [...rename, ...removal(origin, given)];
    }
    case 'surplus-key':
      return removal(origin, given);
    case 'misplaced-key':
      return move(origin, mistake.into, given);
    case 'missing-key':
      return insertion(origin, mistake.path, given);
    case 'wrong-value':
      return valueFixes({ origin, near: mistake.near, written }, given);
    case 'unknown-field':
      return mistake.near === undefined ? [] : fieldRename(origin, mistake.name, mistake.near, given);
    case 'missing-variable': {
      const fallback = mistake.name.toLowerCase().replaceAll('_', '-');
      const title = `Give ${mistake.name} a default`;
      return [{ title, edits: [editAt(origin, `\${env:${mistake.name}:-${fallback}}`)] }];
    }
    case 'unquoted-reference':
      return quotes(origin, given);
  }
}

function replacement(origin: Origin, written: string, wanted: string): Fix {
  return { title: `Replace \`${written}\` by \`${wanted}\``, edits: [editAt(origin, wanted)] };
}

function removal(origin: Origin, { file, text }: FixableFile): Fix[] {
  const path = spotAtOrigin(text, origin, isKey)?.path;
  if (path === undefined) return [];
  return [{ title: `Remove \`${path.at(-1)}\``, edits: setInYaml(text, file, path as SetPath, undefined) }];
}

/** The field's name inside of the value, or in a list or map below it, where it stands there once. */
function fieldRename(origin: Origin, name: string, near: string, { file, text }: FixableFile): Fix[] {
  const spot = spotAtOrigin(text, origin);
  const below = spot?.part === 'key' ? valueSpot(text, spot) : spot;
  if (below === undefined) return [];
  const written = text.slice(below.start, below.end);
  const found = [...written.matchAll(/[\w.$-]+/g)].filter(([word]) => word === name);
  if (found.length !== 1) return [];
  const { line, column } = positionAt(text, below.start + found[0]!.index);
  const place = { ...origin, file, line, column, length: name.length };
  return [replacement(place, name, near)];
}

/** The value of a key. */
function valueSpot(text: string, { path }: YamlSpot): YamlSpot | undefined {
  const document = parseTolerant(text);
  return (
    document && findSpot(document, (spot) => spot.part === 'value' && spot.path.every((step, i) => step === path[i]))
  );
}

/** The key with its value goes into the map beside it. */
function move(origin: Origin, into: string, { file, text }: FixableFile): Fix[] {
  const path = spotAtOrigin(text, origin, isKey)?.path as SetPath | undefined;
  if (path === undefined) return [];
  const value: unknown = (parseTolerant(text)?.getIn(path, true) as { toJSON(): unknown } | undefined)?.toJSON();
  const without = applyChanges(text, setInYaml(text, file, path, undefined));
  const target = [...path.slice(0, -1), into, path.at(-1)!];
  const moved = applyChanges(without, setInYaml(without, file, target, value ?? {}));
  return [{ title: `Move \`${path.at(-1)}\` into \`${into}\``, edits: [difference(file, text, moved)] }];
}

/** What is missing is blamed on what lacks it. */
function insertion(origin: Origin, missing: readonly PropertyKey[], { file, text, components }: FixableFile): Fix[] {
  const key = String(missing.at(-1));
  // An environment's keys are merged into the file: the end of the path is the same.
  const above = missing.slice(0, -1);
  const isAbove = ({ path }: YamlSpot) => path.slice(path.length - above.length).join('\0') === above.join('\0');
  const parent = spotAtOrigin(text, origin, isAbove);
  if (parent === undefined) return [];
  const path = [...parent.path, key];
  const { schema } = schemaPlaceAt(components, path, valuesIn(text));
  if (schema === undefined) return [];
  const value = sampleValue(schema, key, file);
  return [{ title: `Add \`${key}\``, edits: setInYaml(text, file, path, value) }];
}

function valueFixes(
  { origin, near, written }: { origin: Origin; near?: string; written: string },
  { file, text, components }: FixableFile,
): Fix[] {
  if (near !== undefined) return [replacement(origin, written, near)];
  const spot = spotAtOrigin(text, origin, isValue);
  if (spot === undefined || !isScalar(spot.node)) return [];
  const { schema } = schemaPlaceAt(components, spot.path, valuesIn(text));
  const quantity = schema && quantityOf(schema);
  const wanted = quantity && nearestQuantity(String(spot.node.value), quantity);
  if (wanted) return [replacement(origin, written, wanted)];
  const isUnquoted = typeof spot.node.value !== 'string' && spot.node.value !== null;
  if (!isUnquoted || !takesText(schema)) return [];
  return [{ title: `Put \`${written}\` in quotes`, edits: setInYaml(text, file, spot.path as SetPath, written) }];
}

function takesText(schema: JsonSchema | undefined): boolean {
  return schema?.type === 'string' && schema.enum === undefined;
}

/** All references of the line that stand outside of quotes; if nothing else is wrong with the syntax. */
function quotes(origin: Origin, { text }: FixableFile): Fix[] {
  const edits = [...origin.text.matchAll(/(["']?)[^\s"',{}[\]]*\$\{[^}]*\}[^\s"',{}[\]]*/g)].flatMap((match) => {
    if (match[1] !== '') return [];
    const column = match.index + 1;
    return [editAt({ ...origin, column, length: match[0].length }, `"${match[0]}"`)];
  });
  const isAll = edits.length > 0 && parseTolerant(applyChanges(text, edits))?.errors.length === 0;
  return isAll ? [{ title: 'Put quotes around it', edits }] : [];
}

function editAt({ file, line, column, length }: Origin, newText: string): TextEdit {
  return { file, startLine: line, startColumn: column, endLine: line, endColumn: column + length, newText };
}

const isKey = ({ part }: YamlSpot) => part === 'key';
const isValue = ({ part }: YamlSpot) => part === 'value';

/** The widest key or value that begins at an origin and is what is looked for. */
function spotAtOrigin(
  text: string,
  origin: Origin,
  isWanted: (spot: YamlSpot) => boolean = () => true,
): YamlSpot | undefined {
  const document = parseTolerant(text);
  const offset = offsetAt(text, origin);
  let widest: YamlSpot | undefined;
  if (document === undefined) return undefined;
  findSpot(document, (spot) => {
    if (spot.start === offset && isWanted(spot)) widest ??= spot;
    return spot.start <= offset && offset <= spot.end;
  });
  return widest;
}

function valuesIn(text: string): unknown {
  const document = parseTolerant(text);
  return document && plainOf(document);
}

/** One edit that makes the one text of the other. */
function difference(file: string, before: string, after: string): TextEdit {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end++;
  const [from, to] = [positionAt(before, start), positionAt(before, before.length - end)];
  const newText = after.slice(start, after.length - end);
  return { file, startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column, newText };
}
