import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { Located, LocatedEntry, LocatedScalar } from './located.ts';
import { errorAt, type Origin, type Problem } from './problems.ts';

/** A pipeline file is a page of text; more than this is a mistake, or an attack by aliases. */
const MAX_TEXT_LENGTH = 1 << 20;
const MAX_NODES = 50_000;
/** After the first few, syntax errors are echoes of each other. */
const MAX_SYNTAX_ERRORS = 20;

const REFERENCE = '${';
const flowHint = `Inside { } and [ ] put quotes around "\${env:NAME}".`;

export interface ParsedYaml {
  /** Undefined where nothing could be made of the text. */
  readonly root?: Located;
  readonly problems: readonly Problem[];
}

/** YAML text to located values, with every syntax error. Never throws, whatever the text. */
export function parseYaml(text: string, file: string): ParsedYaml {
  if (text.length > MAX_TEXT_LENGTH) {
    return { problems: [errorAt(undefined, `${file} must be at most 1 MiB, got ${text.length} characters`)] };
  }
  try {
    return readDocument(text, file);
  } catch (thrown) {
    // The parser recurses; text nested thousands deep overflows its stack.
    const reason = thrown instanceof Error ? thrown.message : 'unreadable';
    return { problems: [errorAt(undefined, `${file} is not readable as YAML: ${reason}`)] };
  }
}

function readDocument(text: string, file: string): ParsedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const place = originFinder(text, file, lines);
  // A tag nobody resolves is as wrong as a key nobody knows.
  const problems = [...document.errors, ...document.warnings].slice(0, MAX_SYNTAX_ERRORS).map(({ message, pos }) => {
    const origin = place(...pos);
    const hint = syntaxHint(message, origin);
    return errorAt(origin, sentence(message), hint, hint === flowHint ? { kind: 'unquoted-reference' } : undefined);
  });
  const reader = new NodeReader(document, place, problems);
  return { root: reader.read(document.contents, place(0, 0)), problems };
}

type Place = (start: number, end: number) => Origin;

function originFinder(text: string, file: string, lines: LineCounter): Place {
  const starts = lines.lineStarts;
  return (start, end) => {
    const { line, col } = lines.linePos(start);
    const lineStart = starts[line - 1] ?? 0;
    const lineText = text.slice(lineStart, starts[line] ?? text.length).replace(/[\r\n]+$/, '');
    const length = Math.max(1, Math.min(end - start, lineText.length - col + 1));
    return { file, line: Math.max(1, line), column: Math.max(1, col), length, text: lineText };
  };
}

/** Reads one document; state is the count of nodes, against aliases of aliases of aliases. */
class NodeReader {
  readonly #document: Document;
  readonly #place: Place;
  readonly #problems: Problem[];
  #nodes = 0;

  constructor(document: Document, place: Place, problems: Problem[]) {
    this.#document = document;
    this.#place = place;
    this.#problems = problems;
  }

  read(node: unknown, fallback: Origin): Located {
    if (++this.#nodes > MAX_NODES) {
      if (this.#nodes === MAX_NODES + 1)
        this.#problems.push(errorAt(fallback, `the file must expand to at most ${MAX_NODES} values`));
      return emptyScalar(fallback);
    }
    if (isAlias(node)) return this.read(node.resolve(this.#document), this.#originOf(node, fallback));
    if (isMap(node)) return this.#readMap(node, this.#originOf(node, fallback));
    if (isSeq(node)) {
      const origin = this.#originOf(node, fallback);
      return { kind: 'list', origin, items: node.items.map((item) => this.read(item, origin)) };
    }
    if (isScalar(node)) return readScalar(node, this.#originOf(node, fallback));
    return emptyScalar(fallback);
  }

  #readMap(map: YAMLMap, origin: Origin): Located {
    const entries = new Map<string, LocatedEntry>();
    for (const pair of map.items as Pair<Node, Node>[]) {
      const key = this.#originOf(pair.key, origin);
      // With `stringKeys` any other key is already among the document's errors.
      if (isScalar(pair.key) && typeof pair.key.value === 'string')
        entries.set(pair.key.value, { key, value: this.read(pair.value, key) });
    }
    return { kind: 'map', entries, origin };
  }

  #originOf(node: Node | null, fallback: Origin): Origin {
    if (!node?.range) return fallback;
    const [start, valueEnd] = node.range;
    return this.#place(start, isCollection(node) ? start + 1 : valueEnd);
  }
}

function readScalar(node: Scalar, origin: Origin): LocatedScalar {
  const { value } = node;
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return { kind: 'scalar', value, origin };
  }
  return { kind: 'scalar', value: node.source ?? String(value), origin };
}

function emptyScalar(origin: Origin): LocatedScalar {
  return { kind: 'scalar', value: null, origin };
}

/** The parser's messages start with a capital and may end in colons: ours are subject + rule. */
function sentence(message: string): string {
  return `YAML: ${message.replace(/[:.]?\s*$/, '')}`;
}

function syntaxHint(message: string, origin: Origin): string | undefined {
  // Linear on purpose: the line may be a megabyte.
  const reference = origin.text.indexOf(REFERENCE);
  if (reference > 0 && /[[{]/.test(origin.text.slice(0, reference))) return flowHint;
  if (/tab/i.test(message)) return 'Indent with spaces.';
  if (/unique/.test(message)) return 'Remove one of the two keys.';
  return undefined;
}
