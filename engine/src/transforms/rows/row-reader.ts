import type { ColumnBatch } from '../../columns/column.ts';
import type { Field, Schema, Type } from '../../core/schema.ts';
import { hasTextKeys } from '../text-keys.ts';
import { ListReader, MapReader, StructReader, TextMapReader } from './nested.ts';
import type { Reader } from './reader.ts';
import {
  BigIntReader,
  BinaryReader,
  BoolReader,
  CanonicalReader,
  DateReader,
  IntReader,
  NumberReader,
  TimestampReader,
} from './scalars.ts';
import { JsonReader, TextReader } from './text.ts';

/** Gives the rows of a batch as the plain objects that user code sees. */
export interface RowReader {
  /** Takes a batch whose columns are those of the schema, in its order. */
  bind(batch: ColumnBatch): void;
  /**
   * A new object for row `row` of the batch, with all fields in the order of the schema, null where they are null. A
   * json field is an accessor property that parses its text when first looked at and is a plain property from then on;
   * setting it, spreading and JSON.stringify do what they do with plain properties. Throws E_RECORD for an integer or
   * a timestamp that a number cannot hold exactly.
   */
  at(row: number): object;
}

/** A reader for batches of a schema; compiles code for it once. */
export function createRowReader(schema: Schema): RowReader {
  const readers = schema.fields.map((field) => createReader(field.type, field.name));
  const at = compileMaker(schema.fields, readers);
  return {
    at,
    bind(batch) {
      for (const [i, reader] of readers.entries()) reader.bind(batch.columns[i]!);
    },
  };
}

function createReader(type: Type, path: string): Reader {
  switch (type.kind) {
    case 'int':
      return new IntReader(path);
    case 'int64':
    case 'uint64':
      return new BigIntReader();
    case 'timestamp':
      return type.unit === 'ns' ? new BigIntReader() : new TimestampReader(type, path);
    case 'string':
      return new TextReader();
    case 'json':
      return new JsonReader();
    case 'binary':
      return new BinaryReader();
    case 'bool':
      return new BoolReader();
    case 'date':
      return new DateReader();
    case 'decimal':
    case 'time':
    case 'uuid':
      return new CanonicalReader();
    case 'list':
      return new ListReader(createReader(type.element.type, `${path}[]`));
    case 'struct':
      return createStructReader(type.fields, path);
    case 'map': {
      const key = createReader(type.key, `${path} key`);
      const value = createReader(type.value.type, `${path}{}`);
      return hasTextKeys(type.key) ? new TextMapReader(key, value) : new MapReader(key, value);
    }
    default:
      return new NumberReader();
  }
}

function createStructReader(fields: readonly Field[], path: string): StructReader {
  const readers = fields.map((field) => createReader(field.type, `${path}.${field.name}`));
  return new StructReader(readers, compileMaker(fields, readers));
}

/**
 * For the fields id and extra (json): `(i) => { const t1 = r1.source.at(i); return { "id": r0.at(i), get "extra"() {…} } }`.
 * An object literal gives all rows one hidden class and no dictionary; names go through JSON.stringify and nowhere else.
 */
function compileMaker(fields: readonly Field[], readers: readonly Reader[]): (row: number) => object {
  const texts = fields.flatMap(({ type }, i) => (type.kind === 'json' ? [`const t${i} = r${i}.source.at(i);`] : []));
  const members = fields.map(({ name, type }, i) => {
    const literal = JSON.stringify(name);
    // In an object literal "__proto__": x sets the prototype, ["__proto__"]: x is a property.
    const key = name === '__proto__' ? `[${literal}]` : literal;
    if (type.kind !== 'json') return `${key}: r${i}.at(i)`;
    return `get ${key}() { return parse(this, ${literal}, t${i}); }, set ${key}(value) { settle(this, ${literal}, value); }`;
  });
  const names = readers.map((_, i) => `r${i}`);
  const source = `'use strict'; const [${names}] = readers; return (i) => { ${texts.join(' ')} return { ${members} }; };`;
  return new Function('readers', 'parse', 'settle', source)(readers, parseOnce, settle);
}

function parseOnce(row: object, name: string, text: string | null): unknown {
  const value: unknown = text === null ? null : JSON.parse(text);
  settle(row, name, value);
  return value;
}

/** Turns the accessor into a plain property; leaves a frozen row as it is, to be parsed each time. */
function settle(row: object, name: string, value: unknown): void {
  Reflect.defineProperty(row, name, { value, writable: true, enumerable: true, configurable: true });
}
