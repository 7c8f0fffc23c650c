import { parseDate, parseTime } from '../core/calendar.ts';
import { parseDecimal } from '../core/decimal.ts';
import { ParquetryError } from '../core/errors.ts';
import type { Field, Type } from '../core/schema.ts';
import { type ColumnBuilder, createBuilder, finishBatch } from './builder.ts';
import { BoolBuilder } from './builders/bool.ts';
import { BytesBuilder } from './builders/bytes.ts';
import { Bytes16Builder } from './builders/bytes16.ts';
import { FixedBuilder } from './builders/fixed.ts';
import { Int64Builder } from './builders/int64.ts';
import { ListBuilder, MapBuilder } from './builders/nested.ts';
import type { ColumnBatch } from './column.ts';
import type { Value } from './values.ts';

/** Rows as `readRow` gives them, where a missing field is null, as a batch. For tests and small inputs: hot paths generate code. */
export function batchFromRows(
  fields: readonly Field[],
  rows: readonly { readonly [name: string]: Value | undefined }[],
): ColumnBatch {
  const builders = fields.map((field) => createBuilder(field.type));
  for (const row of rows) {
    for (const [i, field] of fields.entries()) appendValue(builders[i]!, row[field.name] ?? null);
  }
  return finishBatch(fields, builders, rows.length);
}

/** Appends what `readValue` would give back. Values of the type's JavaScript form are taken as they are, unchecked. */
export function appendValue(builder: ColumnBuilder, value: Value): void {
  if (value === null) builder.appendNull();
  else if (builder instanceof FixedBuilder) builder.appendNumber(fixedOf(builder.type, value));
  else if (builder instanceof Int64Builder) builder.appendBigInt(integerOf(builder.type, value));
  else if (builder instanceof BoolBuilder) builder.appendBool(value as boolean);
  else if (builder instanceof BytesBuilder) appendBytes(builder, value as string | Uint8Array);
  else if (builder instanceof Bytes16Builder) append16(builder, value as string);
  else if (builder instanceof ListBuilder) {
    for (const element of value as readonly Value[]) appendValue(builder.child, element);
    builder.endList();
  } else if (builder instanceof MapBuilder) appendMap(builder, value);
  else appendStruct(builder, value as { readonly [name: string]: Value });
}

function appendBytes(builder: BytesBuilder, value: string | Uint8Array): void {
  if (typeof value === 'string') builder.appendText(value.toWellFormed());
  else builder.appendSpan(value, 0, value.length);
}

function append16(builder: Bytes16Builder, text: string): void {
  const { type } = builder;
  if (type.kind === 'decimal') builder.appendBigInt(parseDecimal(text, type.precision, type.scale));
  else builder.appendSpan16(Buffer.from(text.replaceAll('-', ''), 'hex'), 0);
}

function appendMap(builder: MapBuilder<ColumnBuilder, ColumnBuilder>, value: Value): void {
  const pairs = Array.isArray(value) ? (value as [Value, Value][]) : Object.entries(value as object);
  for (const [key, held] of pairs) {
    appendValue(builder.keys, key);
    appendValue(builder.values, held);
  }
  builder.endMap();
}

function appendStruct(
  builder: Extract<ColumnBuilder, { endStruct(): void }>,
  value: { readonly [name: string]: Value },
): void {
  const { fields } = builder.type as Extract<Type, { kind: 'struct' }>;
  for (const [i, child] of builder.children.entries()) appendValue(child, value[fields[i]!.name] ?? null);
  builder.endStruct();
}

function fixedOf(type: Type, value: Value): number {
  return type.kind === 'date' ? parsed(parseDate(value as string), type, value) : (value as number);
}

function integerOf(type: Type, value: Value): bigint {
  if (type.kind === 'time') return BigInt(parsed(parseTime(value as string), type, value));
  const integer = BigInt(value as number | bigint);
  return type.kind === 'timestamp' && type.unit === 'ms' ? integer / 1000n : integer;
}

function parsed(number: number | undefined, type: Type, value: Value): number {
  if (number !== undefined) return number;
  throw new ParquetryError('E_RECORD', `a ${type.kind} must be canonical text, got ${String(value)}`);
}
