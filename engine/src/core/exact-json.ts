import { ParquetryError } from './errors.ts';

/** A JSON number with the digits it was written with. */
export interface JsonNumber {
  readonly digits: string;
}

/** A JSON value that lost nothing: numbers keep their text, objects the order of their keys (a repeated key: the last wins). */
export type ExactJson = null | boolean | string | JsonNumber | readonly ExactJson[] | ReadonlyMap<string, ExactJson>;

/** Tells a number from the other values that are objects in JavaScript. */
export function isJsonNumber(value: ExactJson): value is JsonNumber {
  return typeof value === 'object' && value !== null && 'digits' in value;
}

/** Tells an object from the other values that are objects in JavaScript. */
export function isJsonObject(value: ExactJson): value is ReadonlyMap<string, ExactJson> {
  return value instanceof Map;
}

const MAX_DEPTH = 512; // as the scanner of the data path
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\r\n]*/y;

/** Reads text that holds one JSON value. Throws E_RECORD with `details.offset`, the position of the mistake in UTF-16 units. */
export function parseExactJson(text: string): ExactJson {
  const reader = new JsonReader(text);
  const value = reader.value(0);
  if (!reader.atEnd()) reader.fail('the end');
  return value;
}

/** JSON text on one line with all digits of numbers; the inverse of `parseExactJson`. */
export function formatExactJson(value: ExactJson): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isJsonNumber(value)) return value.digits;
  if (!isJsonObject(value)) return `[${(value as readonly ExactJson[]).map(formatExactJson).join(', ')}]`;
  return `{${[...value].map(([key, item]) => `${JSON.stringify(key)}: ${formatExactJson(item)}`).join(', ')}}`;
}

/** A record of a sample, or what is in its place. */
export type SampleRecord = { readonly value: ExactJson; readonly line: number } | { readonly error: ParquetryError };

/**
 * The records of a text: NDJSON, one value, concatenated values, or arrays of records (one level is opened). A malformed
 * record costs itself: reading goes on at the next line.
 */
export function* readRecords(text: string): Generator<SampleRecord> {
  text = text.replace(/^\u{feff}/u, '');
  const reader = new JsonReader(text);
  const lineAt = lineCounter(text);
  while (!reader.atEnd()) {
    const line = lineAt(reader.at);
    try {
      const value = reader.value(0);
      if (!Array.isArray(value)) yield { value, line };
      else for (const element of value) yield { value: element, line };
    } catch (thrown) {
      if (!(thrown instanceof ParquetryError)) throw thrown;
      yield { error: new ParquetryError('E_RECORD', thrown.message, { line: lineAt(Number(thrown.details.offset)) }) };
      reader.skipLine();
    }
  }
}

/** 1-based line numbers of ascending offsets. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1;
  let lineEnd = text.indexOf('\n');
  return (offset) => {
    while (lineEnd !== -1 && lineEnd < offset) {
      line++;
      lineEnd = text.indexOf('\n', lineEnd + 1);
    }
    return line;
  };
}

/** Recursive descent with the grammar of RFC 8259; `at` is the offset of the next character. */
class JsonReader {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Whether nothing but space is left. */
  atEnd(): boolean {
    this.#space();
    return this.at >= this.#text.length;
  }

  skipLine(): void {
    const end = this.#text.indexOf('\n', this.at);
    this.at = end === -1 ? this.#text.length : end + 1;
  }

  value(depth: number): ExactJson {
    if (depth > MAX_DEPTH) this.fail(`at most ${MAX_DEPTH} levels of nesting`);
    switch (this.#peek()) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  fail(wanted: string): never {
    const rest = this.#text.slice(this.at, this.at + 20).split('\n', 1)[0];
    const got = rest === '' ? 'the end' : JSON.stringify(rest);
    throw new ParquetryError('E_RECORD', `JSON must have ${wanted} here, got ${got}`, { details: { offset: this.at } });
  }

  #object(depth: number): ExactJson {
    const entries = new Map<string, ExactJson>();
    this.at++;
    if (this.#take('}')) return entries;
    do {
      if (this.#peek() !== '"') this.fail('a key in double quotes');
      const key = this.#string();
      if (!this.#take(':')) this.fail('":"');
      entries.set(key, this.value(depth + 1));
    } while (this.#take(','));
    if (!this.#take('}')) this.fail('"," or "}"');
    return entries;
  }

  #array(depth: number): ExactJson {
    const elements: ExactJson[] = [];
    this.at++;
    if (this.#take(']')) return elements;
    do elements.push(this.value(depth + 1));
    while (this.#take(','));
    if (!this.#take(']')) this.fail('"," or "]"');
    return elements;
  }

  #string(): string {
    const start = this.at + 1;
    let isPlain = true;
    for (let i = start; ; i++) {
      const code = this.#text.charCodeAt(i);
      if (code === 0x22) return isPlain ? this.#plainString(start, i) : this.#escapedString(i + 1);
      if (code === 0x5c) i++;
      else if (Number.isNaN(code)) return this.fail('a string that ends');
      isPlain &&= code >= 0x20 && code !== 0x5c;
    }
  }

  #plainString(start: number, end: number): string {
    this.at = end + 1;
    return this.#text.slice(start, end);
  }

  #escapedString(end: number): string {
    try {
      const text: unknown = JSON.parse(this.#text.slice(this.at, end));
      this.at = end;
      return String(text);
    } catch {
      return this.fail('a string with valid escapes and no control characters');
    }
  }

  #number(): JsonNumber {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.#text);
    if (!match) return this.fail('a value');
    this.at += match[0].length;
    if (/[\w.+-]/.test(this.#text[this.at] ?? '')) this.fail('a number without leading zeros or trailing characters');
    return { digits: match[0] };
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.at)) this.fail('a value');
    this.at += word.length;
    return value;
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.at++;
    return true;
  }

  #peek(): string | undefined {
    this.#space();
    return this.#text[this.at];
  }

  #space(): void {
    if (this.#text.charCodeAt(this.at) > 0x20) return;
    SPACE.lastIndex = this.at;
    SPACE.exec(this.#text);
    this.at = SPACE.lastIndex;
  }
}
