import { closest } from './closest.ts';
import { ParquetryError } from './errors.ts';
import type { Field, PlainKind, Slot, TimeUnit, Type, TypeOf } from './schema.ts';

/*
 * The notation of types in schema files, messages and reports:
 *
 *   slot   = type [ "?" ]                                     "?" marks a place that may hold null
 *   type   = plain                                            int, string, uuid, …
 *          | "decimal" "(" precision "," scale ")"
 *          | "timestamp" [ "(" unit [ "," zone ] ")" ]        ms | us | ns, utc | local; plain `timestamp` is (us, utc)
 *          | "list" "<" slot ">"
 *          | "struct" "<" [ name ":" slot { "," name ":" slot } ] ">"
 *          | "map" "<" type "," slot ">"
 *   name   = letters, digits and "_", not starting with a digit; or any text as a JSON string
 */

const PLAIN_KINDS: ReadonlySet<string> = new Set<PlainKind>([
  'int',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'float',
  'double',
  'string',
  'binary',
  'bool',
  'date',
  'time',
  'uuid',
  'json',
]);

/** Every word that may start a type, in the order messages list them. */
export const TYPE_NAMES: readonly string[] = [...PLAIN_KINDS, 'decimal', 'timestamp', 'list', 'struct', 'map'];

/** Names other systems use, with ours: hints only, never accepted. */
const FOREIGN_NAMES: Readonly<Record<string, string>> = {
  array: 'list',
  bigint: 'int64',
  boolean: 'bool',
  bytes: 'binary',
  datetime: 'timestamp',
  float32: 'float',
  float64: 'double',
  guid: 'uuid',
  integer: 'int',
  long: 'int64',
  number: 'double',
  numeric: 'decimal',
  object: 'struct',
  record: 'struct',
  str: 'string',
  text: 'string',
  varchar: 'string',
};

const BARE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const MAX_PRECISION = 38; // what 16 bytes of a decimal hold: Arrow decimal128, Parquet, Hive, Spark, Trino
const MAX_DEPTH = 64; // far beyond what readers of Parquet handle; keeps hostile text from exhausting the stack

/** Reads `text` as a type with an optional trailing `?`. Throws E_SCHEMA naming the column of the mistake. */
export function parseSlot(text: string): Slot {
  const parser = new TypeParser(text);
  const slot = parser.slot(0);
  parser.end();
  return slot;
}

/** Reads `text` as a type; a trailing `?` is refused. Throws E_SCHEMA naming the column of the mistake. */
export function parseType(text: string): Type {
  const parser = new TypeParser(text);
  const type = parser.type(0);
  parser.end();
  return type;
}

/** The canonical text of a slot: `parseSlot(formatSlot(x))` equals x. */
export function formatSlot(slot: Slot): string {
  return slot.optional ? `${formatType(slot.type)}?` : formatType(slot.type);
}

/** The canonical text of a type: `parseType(formatType(x))` equals x. */
export function formatType(type: Type): string {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision}, ${type.scale})`;
    case 'timestamp':
      return formatTimestampType(type);
    case 'list':
      return `list<${formatSlot(type.element)}>`;
    case 'struct':
      return `struct<${type.fields.map((field) => `${formatName(field.name)}: ${formatSlot(field)}`).join(', ')}>`;
    case 'map':
      return `map<${formatType(type.key)}, ${formatSlot(type.value)}>`;
    default:
      return type.kind;
  }
}

/** A field name as the notation writes it: bare where it can be, a JSON string otherwise. */
export function formatName(name: string): string {
  return BARE_NAME.test(name) ? name : JSON.stringify(name);
}

function formatTimestampType({ unit, utc }: TypeOf<'timestamp'>): string {
  if (!utc) return `timestamp(${unit}, local)`;
  return unit === 'us' ? 'timestamp' : `timestamp(${unit})`;
}

/** Recursive descent over the text; `at` is the 0-based offset of the next character. */
class TypeParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  slot(depth: number): Slot {
    const type = this.type(depth);
    return { type, optional: this.#take('?') };
  }

  type(depth: number): Type {
    if (depth > MAX_DEPTH) this.#fail(`at most ${MAX_DEPTH} levels of nesting`);
    this.#space();
    const start = this.#at;
    const kind = this.#word();
    if (PLAIN_KINDS.has(kind)) return { kind: kind as PlainKind };
    switch (kind) {
      case 'decimal':
        return this.#decimal();
      case 'timestamp':
        return this.#timestamp();
      case 'list':
        return { kind, element: this.#enclosed(() => this.slot(depth + 1)) };
      case 'struct':
        return { kind, fields: this.#enclosed(() => this.#fields(depth + 1)) };
      case 'map':
        return this.#enclosed(() => this.#map(depth + 1));
      default:
        this.#at = start;
        return this.#fail('a type', suggestType(kind));
    }
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) this.#fail('the end');
  }

  #decimal(): Type {
    this.#expect('(', 'Write decimal(precision, scale), for example decimal(10, 2).');
    const precision = this.#integer('a precision', 1, MAX_PRECISION);
    this.#expect(',', 'Write decimal(precision, scale), for example decimal(10, 2).');
    const scale = this.#integer('a scale', 0, precision);
    this.#expect(')');
    return { kind: 'decimal', precision, scale };
  }

  #timestamp(): Type {
    let [unit, utc]: [TimeUnit, boolean] = ['us', true];
    if (this.#take('(')) {
      unit = this.#oneOf(['ms', 'us', 'ns']);
      if (this.#take(',')) utc = this.#oneOf(['utc', 'local']) === 'utc';
      this.#expect(')');
    }
    return { kind: 'timestamp', unit, utc };
  }

  #map(depth: number): Type {
    const key = this.type(depth);
    if (this.#peek() === '?') this.#fail('","', 'Keys of a map are never null.');
    this.#expect(',');
    return { kind: 'map', key, value: this.slot(depth) };
  }

  #fields(depth: number): Field[] {
    const fields = new Map<string, Field>();
    if (this.#peek() === '>') return [];
    do {
      this.#space();
      const start = this.#at;
      const name = this.#name();
      if (fields.has(name)) {
        this.#at = start;
        this.#fail('a name not used before in this struct');
      }
      this.#expect(':');
      fields.set(name, { name, ...this.slot(depth) });
    } while (this.#take(','));
    return [...fields.values()];
  }

  #name(): string {
    if (this.#peek() !== '"') {
      const word = this.#word();
      return BARE_NAME.test(word)
        ? word
        : this.#fail('a field name', 'Names with other characters go in "double quotes".');
    }
    const quoted = /"(?:[^"\\]|\\.)*"/y;
    quoted.lastIndex = this.#at;
    const match = quoted.exec(this.#text);
    if (!match) return this.#fail('a field name', 'The closing " is missing.');
    try {
      const name: unknown = JSON.parse(match[0]);
      this.#at += match[0].length;
      return String(name);
    } catch {
      return this.#fail('a field name as a JSON string');
    }
  }

  #enclosed<T>(inner: () => T): T {
    this.#expect('<');
    const result = inner();
    this.#expect('>');
    return result;
  }

  #integer(what: string, min: number, max: number): number {
    this.#space();
    const start = this.#at;
    const word = this.#word();
    const value = /^\d{1,9}$/.test(word) ? Number(word) : Number.NaN;
    if (value >= min && value <= max) return value;
    this.#at = start;
    return this.#fail(`${what} from ${min} to ${max}`);
  }

  #oneOf<Word extends string>(words: readonly Word[]): Word {
    this.#space();
    const start = this.#at;
    const word = this.#word();
    const found = words.find((candidate) => candidate === word);
    if (found) return found;
    this.#at = start;
    return this.#fail(words.join(' or '));
  }

  #word(): string {
    this.#space();
    const start = this.#at;
    while (/[A-Za-z0-9_]/.test(this.#text[this.#at] ?? '')) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #peek(): string | undefined {
    this.#space();
    return this.#text[this.#at];
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }

  #expect(character: string, hint?: string): void {
    if (!this.#take(character)) this.#fail(`"${character}"`, hint);
  }

  #fail(wanted: string, hint?: string): never {
    const rest = this.#text.slice(this.#at);
    const got = rest === '' ? 'the end' : JSON.stringify(/^(\w+|.)/su.exec(rest)![0]);
    const column = this.#at + 1;
    const message = `type ${JSON.stringify(this.#text)} must have ${wanted} at column ${column}, got ${got}`;
    throw new ParquetryError('E_SCHEMA', message, { hint, details: { column } });
  }
}

function suggestType(word: string): string {
  const lower = word.toLowerCase();
  const known = Object.hasOwn(FOREIGN_NAMES, lower) ? FOREIGN_NAMES[lower] : closest(word, TYPE_NAMES);
  return known ? `Did you mean "${known}"?` : `The types are ${TYPE_NAMES.join(', ')}.`;
}
