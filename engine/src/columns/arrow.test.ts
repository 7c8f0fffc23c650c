import * as arrow from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import type { Field } from '../core/schema.ts';
import { separateKernel } from '../kernel/kernel.ts';
import { fromArrow, fromArrowIpc, toArrow, toArrowIpc } from './arrow.ts';
import type { Column, ColumnBatch, FixedValues } from './column.ts';
import { PickedColumn } from './picked-column.ts';
import { batchFromRows } from './rows.ts';
import { readRow } from './values.ts';

const fields: Field[] = [
  { name: 'id', type: { kind: 'int64' }, optional: false },
  { name: 'at', type: { kind: 'timestamp', unit: 'us', utc: true }, optional: false },
  { name: 'value', type: { kind: 'double' }, optional: true },
  { name: 'active', type: { kind: 'bool' }, optional: false },
  { name: 'country', type: { kind: 'string' }, optional: true },
  { name: 'tags', type: { kind: 'list', element: { type: { kind: 'string' }, optional: true } }, optional: true },
  {
    name: 'geo',
    type: { kind: 'struct', fields: [{ name: 'lat', type: { kind: 'float' }, optional: true }] },
    optional: true,
  },
  { name: 'price', type: { kind: 'decimal', precision: 10, scale: 2 }, optional: false },
];
const rows = [
  { id: 1n, at: 5, value: 0.5, active: true, country: 'NO', tags: ['a', null], geo: { lat: 59.5 }, price: '1.25' },
  { id: 2n, at: -1, value: null, active: false, country: null, tags: null, geo: null, price: '-0.01' },
  { id: -3n, at: 0, value: -0, active: true, country: 'São Tomé', tags: [], geo: { lat: null }, price: '9.99' },
];
const rowsOf = (batch: ColumnBatch) => Array.from({ length: batch.length }, (_, row) => readRow(batch, row));

/** A column with all its arrays moved to where `place` puts them. */
function movedColumn(column: Column, place: <A extends FixedValues>(array: A) => A): Column {
  const move = <A extends FixedValues>(array: A | undefined) => array && place(array);
  return {
    ...column,
    validity: move(column.validity),
    values: move(column.values),
    offsets: move(column.offsets),
    data: move(column.data),
    children: column.children?.map((child) => movedColumn(child, place)),
  };
}

/** The batch as views of a kernel's memory, which is much larger than they are. */
function batchInKernel(): { batch: ColumnBatch; memory: ArrayBuffer } {
  const kernel = separateKernel(1 << 20);
  const place = <A extends FixedValues>(array: A): A => {
    const at = kernel.allocate(array.byteLength);
    kernel.bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    return new (array.constructor as new (buffer: ArrayBuffer, at: number, length: number) => A)(
      kernel.buffer,
      at,
      array.length,
    );
  };
  const batch = batchFromRows(fields, rows);
  return { batch: { ...batch, columns: batch.columns.map((each) => movedColumn(each, place)) }, memory: kernel.buffer };
}

/** All memory that Arrow reads, by what it is. */
function buffersOf(data: arrow.Data): ArrayBufferLike[] {
  const own = [data.values, data.valueOffsets, data.nullCount > 0 ? data.nullBitmap : undefined];
  const views = own.filter((each): each is Uint8Array => each !== undefined && each.length > 0);
  return [...views.map(({ buffer }) => buffer), ...data.children.flatMap(buffersOf)];
}

describe('an Arrow record batch of columns in the kernel', () => {
  it('reads the same values', () => {
    const { batch } = batchInKernel();
    const [first, second, third] = new arrow.Table(toArrow(batch)).toArray().map((row) => row.toJSON());
    expect(first).toMatchObject({ id: 1n, value: 0.5, active: true, country: 'NO' });
    expect([...first.tags]).toEqual(['a', null]);
    expect(first.geo.toJSON()).toEqual({ lat: 59.5 });
    expect(second).toMatchObject({ id: 2n, value: null, active: false, country: null, tags: null, geo: null });
    expect(third).toMatchObject({ id: -3n, country: 'São Tomé' });
    expect(third.geo.toJSON()).toEqual({ lat: null });
    expect(rowsOf(fromArrow(toArrow(batch), fields))).toEqual(rows);
  });

  it('copies nothing: strings, numbers, bits and nested ones all lie where they lay', () => {
    const { batch, memory } = batchInKernel();
    const buffers = toArrow(batch).data.children.flatMap(buffersOf);
    expect(buffers.length).toBeGreaterThanOrEqual(15);
    expect(buffers.filter((buffer) => buffer !== memory)).toEqual([]);
  });

  it('shows what is written to the columns afterwards', () => {
    const { batch } = batchInKernel();
    const made = toArrow(batch);
    batch.columns[0]!.values![0] = 77n as never;
    batch.columns[4]!.data![0] = 'F'.charCodeAt(0);
    expect([made.getChild('id')?.get(0), made.getChild('country')?.get(0)]).toEqual([77n, 'FO']);
  });

  it.each(['stream', 'file'] as const)('becomes an IPC %s of its own size, not of the memory', (form) => {
    const { batch } = batchInKernel();
    const bytes = toArrowIpc(batch, form);
    expect(bytes.length).toBeLessThan(8_192);
    expect(fromArrowIpc(bytes, fields).flatMap(rowsOf)).toEqual(rows);
  });
});

it('several batches become one IPC stream, in order', () => {
  const [first, second] = [batchFromRows(fields, rows.slice(0, 1)), batchFromRows(fields, rows.slice(1))];
  const back = fromArrowIpc(toArrowIpc([first, second]), fields);
  expect(back.map(({ length }) => length)).toEqual([1, 2]);
  expect(back.flatMap(rowsOf)).toEqual(rows);
});

describe('an Arrow record batch of picked columns', () => {
  it('holds the rows that were picked, in order', () => {
    const whole = batchFromRows(fields, rows);
    const picked = Int32Array.of(2, 0, 0);
    const columns = whole.columns.map((column) => new PickedColumn(column.type, column, picked));
    const batch = { fields, length: picked.length, columns };
    expect(rowsOf(fromArrow(toArrow(batch), fields))).toEqual([rows[2], rows[0], rows[0]]);
  });
});
