import { type Document, isMap, isScalar, isSeq, type Node, type Pair, parseDocument } from 'yaml';

/** Keys and positions from the root of a file, as the file is written: nothing merged. */
export type FilePath = readonly (string | number)[];

/** A key or a value of a YAML file. */
export interface YamlSpot {
  readonly part: 'key' | 'value';
  /** To the value, or to the value of the key. */
  readonly path: FilePath;
  /** Offsets in the text; of a map or list those of all it holds. */
  readonly start: number;
  readonly end: number;
  readonly node: Node;
}

/** Longer files are none that a person edits, and would be read at every keystroke. */
const MAX_TEXT_LENGTH = 1 << 20;

/** A file as far as it can be read, however broken; undefined if it is too long, or nested thousands of brackets deep. */
export function parseTolerant(text: string): Document.Parsed | undefined {
  if (text.length > MAX_TEXT_LENGTH) return undefined;
  try {
    return parseDocument(text, { stringKeys: true, prettyErrors: false, logLevel: 'silent' });
  } catch {
    return undefined;
  }
}

/** A document as plain values; undefined where an alias leads nowhere, or to too much. */
export function plainOf(document: Document): unknown {
  try {
    return document.toJS();
  } catch {
    return undefined;
  }
}

/** The smallest key or value at which `test` holds, looking from the root into what holds it; undefined if there is none. */
export function findSpot(document: Document, test: (spot: YamlSpot) => boolean): YamlSpot | undefined {
  const root = spotOf(document.contents, 'value', []);
  return root && test(root) ? deepest(root, test) : undefined;
}

/** The smallest key or value that an offset lies in, or right behind. */
export function spotAt(document: Document, offset: number): YamlSpot | undefined {
  return findSpot(document, ({ start, end }) => start <= offset && offset <= end);
}

function deepest(spot: YamlSpot, test: (spot: YamlSpot) => boolean): YamlSpot {
  const inner = partsOf(spot).find(test);
  return inner === undefined ? spot : deepest(inner, test);
}

/** The keys and values right below a value. */
export function partsOf({ node, path, part }: YamlSpot): YamlSpot[] {
  if (part === 'key') return [];
  if (isMap(node)) {
    return (node.items as Pair<Node, Node>[]).flatMap(({ key, value }) => {
      const name = isScalar(key) ? String(key.value ?? '') : '';
      const own = [...path, name];
      return [spotOf(key, 'key', own), spotOf(value, 'value', own)].flatMap((spot) => spot ?? []);
    });
  }
  if (!isSeq(node)) return [];
  return node.items.flatMap((item, index) => spotOf(item, 'value', [...path, index]) ?? []);
}

function spotOf(node: unknown, part: YamlSpot['part'], path: FilePath): YamlSpot | undefined {
  const range = (node as Node | null)?.range;
  if (!range) return undefined;
  return { part, path, start: range[0], end: range[1], node: node as Node };
}
