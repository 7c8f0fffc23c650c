import * as arrow from 'apache-arrow';
import type { Field } from '../core/schema.ts';
import { fromArrowField, toArrowField, toArrowType } from './arrow-types.ts';
import { bitAt, bytesForBits, setBit } from './bitmap.ts';
import type { Column, ColumnBatch, FixedValues } from './column.ts';
import { batchFromRows } from './rows.ts';

/** The batch as an Arrow record batch over the same memory: nothing is copied, so it is valid as long as the batch is. */
export function toArrow(batch: ColumnBatch): arrow.RecordBatch {
  const schema = toArrowSchema(batch.fields);
  const children = batch.columns.map(toArrowData);
  const data = arrow.makeData({ type: new arrow.Struct(schema.fields), length: batch.length, nullCount: 0, children });
  return new arrow.RecordBatch(schema, data);
}

export function toArrowSchema(fields: readonly Field[]): arrow.Schema {
  return new arrow.Schema(fields.map(toArrowField));
}

/**
 * Arrow IPC bytes of a batch, or of several of the same fields, one record batch each; a stream by default. One copy: the bytes
 * are the caller's own.
 */
export function toArrowIpc(
  batches: ColumnBatch | readonly ColumnBatch[],
  form: 'stream' | 'file' = 'stream',
): Uint8Array {
  return arrow.tableToIPC(new arrow.Table([batches].flat().map(toArrow)), form);
}

/**
 * An Arrow record batch as a batch over the same memory; only bitmaps that start within a byte are copied.
 * `fields` tell `int` from int64 where Arrow cannot; they must be physically what the batch holds.
 */
export function fromArrow(
  batch: arrow.RecordBatch,
  fields: readonly Field[] = fromArrowSchema(batch.schema),
): ColumnBatch {
  // Arrow stands in for a table of no batches with one that lacks the children of its lists and structs.
  if (batch.numRows === 0) return batchFromRows(fields, []);
  const columns = fields.map((field, i) => fromArrowData(batch.data.children[i]!, field.type));
  return { fields, length: batch.numRows, columns };
}

export function fromArrowSchema(schema: arrow.Schema): Field[] {
  return schema.fields.map(fromArrowField);
}

/** All batches of an IPC stream or file. */
export function fromArrowIpc(bytes: Uint8Array, fields?: readonly Field[]): ColumnBatch[] {
  return arrow.tableFromIPC(bytes).batches.map((batch) => fromArrow(batch, fields));
}

function toArrowData(column: Column): arrow.Data {
  const { type, length, nullCount, validity, offsets } = column;
  const common = { type: toArrowType(type) as never, length, nullCount, nullBitmap: validity };
  switch (type.kind) {
    case 'list':
      return arrow.makeData({ ...common, valueOffsets: offsets!, child: toArrowData(column.children![0]!) as never });
    case 'map':
      return arrow.makeData({ ...common, valueOffsets: offsets!, child: entriesOf(column) as never });
    case 'struct':
      return arrow.makeData({ ...common, children: column.children!.map(toArrowData) as never });
    case 'string':
    case 'json':
    case 'binary':
      return arrow.makeData({ ...common, valueOffsets: offsets!, data: column.data! });
    case 'decimal':
      return arrow.makeData({ ...common, data: words(column.values as Uint8Array) });
    default:
      return arrow.makeData({ ...common, data: column.values! as never });
  }
}

/** Arrow's map is a list of structs; ours has keys and values side by side. */
function entriesOf(column: Column): arrow.Data {
  const { type } = toArrowType(column.type).children[0] as arrow.Field;
  const children = column.children!.map(toArrowData);
  return arrow.makeData({ type: type as arrow.Struct, length: children[0]!.length, nullCount: 0, children });
}

/** Arrow holds a decimal as four words. */
function words(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 2);
}

function fromArrowData(data: arrow.Data, type: Field['type']): Column {
  const { length, nullCount, offset } = data;
  const validity = nullCount > 0 ? bitmapFrom(data.nullBitmap!, offset, length) : undefined;
  const column = { type, length, nullCount, validity };
  switch (type.kind) {
    case 'list':
      return { ...column, offsets: data.valueOffsets, children: [fromArrowData(data.children[0]!, type.element.type)] };
    case 'map': {
      const [keys, values] = data.children[0]!.children as [arrow.Data, arrow.Data];
      const children = [fromArrowData(keys, type.key), fromArrowData(values, type.value.type)];
      return { ...column, offsets: data.valueOffsets, children };
    }
    case 'struct':
      return { ...column, children: type.fields.map((field, i) => fromArrowData(data.children[i]!, field.type)) };
    case 'string':
    case 'json':
    case 'binary':
      return { ...column, offsets: data.valueOffsets, data: data.values as Uint8Array };
    case 'bool':
      return { ...column, values: bitmapFrom(data.values as Uint8Array, offset, length) };
    case 'decimal': {
      const { buffer, byteOffset, byteLength } = data.values as Uint32Array;
      return { ...column, values: new Uint8Array(buffer, byteOffset, byteLength) };
    }
    default:
      return { ...column, values: data.values as FixedValues };
  }
}

/** A bitmap that starts at its first bit. Arrow slices keep theirs and remember a bit offset. */
function bitmapFrom(bitmap: Uint8Array, offset: number, length: number): Uint8Array {
  if (offset % 8 === 0) return bitmap.subarray(offset >> 3, bytesForBits(offset + length));
  const moved = new Uint8Array(bytesForBits(length));
  for (let i = 0; i < length; i++) if (bitAt(bitmap, offset + i)) setBit(moved, i);
  return moved;
}
