import { createBuilder } from '../../columns/builder.ts';
import type { BytesBuilder } from '../../columns/builders/bytes.ts';
import { isNull } from '../../columns/cells.ts';
import type { Column, ColumnBatch } from '../../columns/column.ts';
import { cellToJson } from '../../columns/ndjson-text.ts';
import type { Field, Type } from '../../core/schema.ts';
import { formatType } from '../../core/schema-text.ts';
import { type DecodeMemory, takeInt32 } from '../../parquet/arena.ts';
import { type DecodedExcerpt, decodeExcerpt } from '../../parquet/decode.ts';
import { compileFit } from '../../parquet/fit.ts';
import { nativeColumn } from '../../parquet/native-column.ts';
import { selectFields } from '../../parquet/select-fields.ts';
import { typeOfStored } from '../../parquet/stored-fields.ts';
import { type RefusedRecord, RefusedRecords } from './refused-records.ts';

/** The records of a body as columns of the input schema. */
export interface BodyColumns {
  /** Good and bad. */
  readonly found: number;
  /** The good ones. */
  readonly rows: ColumnBatch;
  /** Position in the body of each good record. */
  readonly ordinals: Int32Array;
  readonly bad: readonly RefusedRecord[];
  /** Dotted paths of the columns that the schema does not know. */
  readonly unknown: readonly string[];
}

/** How a body is to be read. */
export interface BodyRequest {
  /** Of the input schema. */
  readonly fields: readonly Field[];
  /** The column that keeps what these do not know, if it is kept. */
  readonly rest: Field | undefined;
  readonly memory: DecodeMemory;
}

/** Decodes a body. Throws E_SCHEMA if its columns can never fit, E_INTEGRITY if it is damaged. */
export function readBody(body: Uint8Array, { fields, rest, memory }: BodyRequest): BodyColumns {
  const decoded = decodeExcerpt(body, memory);
  const { rows: found } = decoded;
  const refused = new RefusedRecords();
  const native = nativeBatch(decoded, fields, refused);
  const columns = compileFit(native.fields, fields)(native, refused.refuse);
  if (rest) columns.push(restColumn(native, fields, rest));
  const rows = { fields: rest ? [...fields, rest] : fields, length: found, columns };
  const unknown = decoded.unknown ?? selectFields(decoded.fields, fields).unknown;
  const ordinals = numbers(found, memory);
  if (refused.size === 0) return { found, rows, ordinals, bad: [], unknown };
  const good = ordinals.filter((ordinal) => !refused.has(ordinal));
  return { found, rows: pick(rows, good), ordinals: good, bad: refused.list(native), unknown };
}

/** The columns in their own types, whatever the schema says of them. */
function nativeBatch(
  { rows, fields, columns }: DecodedExcerpt,
  wanted: readonly Field[],
  refused: RefusedRecords,
): ColumnBatch {
  const found = fields.flatMap(({ name, optional, stored }, i) => {
    const int96 = unitOf(wanted.find((field) => field.name === name)?.type);
    const type = typeOfStored(stored, int96);
    if (!type) return [];
    const context = { path: name, refuse: refused.unreadableIn(name), int96 };
    return [{ field: { name, optional, type }, column: nativeColumn(columns[i]!, stored, context) }];
  });
  return { fields: found.map(({ field }) => field), length: rows, columns: found.map(({ column }) => column) };
}

/** INT96 has no unit of its own: it is read in nanoseconds where they are wanted, which reach less far than microseconds. */
function unitOf(type: Type | undefined): 'us' | 'ns' {
  return type && formatType(type).includes('timestamp(ns') ? 'ns' : 'us';
}

function numbers(count: number, memory: DecodeMemory): Int32Array {
  const all = takeInt32(memory, count);
  for (let i = 0; i < count; i++) all[i] = i;
  return all;
}

function pick({ fields, columns }: ColumnBatch, selection: Int32Array): ColumnBatch {
  const picked = columns.map((column) => {
    const builder = createBuilder(column.type);
    builder.appendSelection(column, selection);
    return builder.finish();
  });
  return { fields, length: selection.length, columns: picked };
}

/** The columns that no field has, as the text of one object; those that are null are left out of it. */
function restColumn(batch: ColumnBatch, fields: readonly Field[], rest: Field): Column {
  const others = batch.fields.flatMap(({ name }, i) =>
    fields.some((field) => field.name === name) ? [] : [{ key: JSON.stringify(name), column: batch.columns[i]! }],
  );
  const builder = createBuilder(rest.type) as BytesBuilder;
  for (let row = 0; row < batch.length; row++) {
    const parts = others.flatMap(({ key, column }) =>
      isNull(column, row) ? [] : [`${key}:${cellToJson(column, row)}`],
    );
    if (parts.length === 0) builder.appendNull();
    else builder.appendText(`{${parts.join()}}`);
  }
  return builder.finish();
}
