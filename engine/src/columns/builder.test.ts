import * as arrow from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Field, Type } from '../core/schema.ts';
import { fromArrow, fromArrowIpc, toArrow, toArrowIpc, toArrowSchema } from './arrow.ts';
import { type ColumnBuilder, createBuilder, finishBatch } from './builder.ts';
import type { Column } from './column.ts';
import { appendValue, batchFromRows } from './rows.ts';
import { type Sample, samples } from './samples.test-support.ts';
import { readRow, readValue, type Value } from './values.ts';

const columnOf = (type: Type, values: readonly Value[]): Column => {
  const builder = createBuilder(type);
  for (const value of values) appendValue(builder, value);
  return builder.finish();
};
const valuesOf = (column: Column): Value[] => Array.from({ length: column.length }, (_, row) => readValue(column, row));
const forAll = (property: (sample: Sample) => void) => fc.assert(fc.property(samples(), property), { numRuns: 400 });

describe('builders of any type', () => {
  it('give back what was appended', () => {
    forAll(({ type, values }) => {
      const column = columnOf(type, values);
      expect(valuesOf(column)).toEqual(values);
      expect(column.nullCount).toBe(values.filter((value) => value === null).length);
    });
  });

  it('forget exactly what truncate takes back', () => {
    fc.assert(
      fc.property(samples(), fc.nat(100), ({ type, values }, cut) => {
        const builder = createBuilder(type);
        for (const value of values) appendValue(builder, value);
        const kept = Math.min(cut, values.length);
        builder.truncate(kept);
        for (const value of values) appendValue(builder, value);
        const expected = [...values.slice(0, kept), ...values];
        expect(valuesOf(builder.finish())).toEqual(expected);
        expect(builder.byteSize).toBe(builderOf(type, expected).byteSize);
      }),
      { numRuns: 400 },
    );
  });

  it('copy ranges and selections like Array.slice and indexing', () => {
    fc.assert(
      fc.property(samples(), fc.array(fc.nat(1000), { maxLength: 80 }), ({ type, values }, picks) => {
        const source = columnOf(type, values);
        const rows = values.length === 0 ? [] : picks.map((pick) => pick % values.length).sort((a, b) => a - b);
        const [start = 0] = rows;
        const builder = createBuilder(type);
        builder.appendRange(source, start, values.length);
        builder.appendSelection(source, Int32Array.from(rows));
        builder.appendSelection(source, undefined);
        const expected = [...values.slice(start), ...rows.map((row) => values[row]!), ...values];
        expect(valuesOf(builder.finish())).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });

  it('read from columns that begin in the middle of others', () => {
    forAll(({ type, values }) => {
      const fields = [{ name: 'v', type, optional: true }];
      const batch = toArrow({ fields, length: values.length, columns: [columnOf(type, values)] });
      const start = Math.floor(values.length / 3);
      const [column] = fromArrow(batch.slice(start), fields).columns;
      const builder = createBuilder(type);
      builder.appendRange(column!, 0, column!.length);
      expect(valuesOf(builder.finish())).toEqual(values.slice(start));
    });
  });

  it('keep their memory over clear and start anew', () => {
    forAll(({ type, values }) => {
      const builder = builderOf(type, values);
      builder.clear();
      expect(builder.length).toBe(0);
      expect(builder.nullCount).toBe(0);
      for (const value of values) appendValue(builder, value);
      expect(valuesOf(builder.finish())).toEqual(values);
    });
  });
});

describe('Int64Builder', () => {
  it('stores numbers, bigints and words alike at every edge', () => {
    const edges = [0, 1, -1, 2 ** 31, -(2 ** 31), 2 ** 32, -(2 ** 32) - 1, 2 ** 53 - 1, -(2 ** 53) + 1];
    const builder = createBuilder({ kind: 'int64' }) as Extract<ColumnBuilder, { appendWords: unknown }>;
    for (const edge of edges) builder.appendNumber(edge);
    builder.appendBigInt(-(2n ** 63n));
    builder.appendWords(-1, 0x7fffffff);
    expect(valuesOf(builder.finish())).toEqual([...edges.map(BigInt), -(2n ** 63n), 2n ** 63n - 1n]);
  });
});

describe('nullCount and validity', () => {
  it('have no bitmap before the first null', () => {
    expect(columnOf({ kind: 'int32' }, [1, 2]).validity).toBeUndefined();
    expect(columnOf({ kind: 'int32' }, [1, null]).validity).toHaveLength(1);
  });
});

describe('Arrow views', () => {
  const fields: Field[] = [
    { name: 'i', type: { kind: 'int64' }, optional: false },
    { name: 's', type: { kind: 'string' }, optional: true },
    { name: 'd', type: { kind: 'decimal', precision: 10, scale: 2 }, optional: true },
    { name: 'l', type: { kind: 'list', element: { type: { kind: 'double' }, optional: false } }, optional: true },
  ];

  it('share their memory with the columns', () => {
    const batch = batchFromRows(fields, [{ i: 1n, s: 'a', d: '1.25', l: [1, 2] }]);
    const children = toArrow(batch).data.children;
    expect(children[0]!.values.buffer).toBe(batch.columns[0]!.values!.buffer);
    expect(children[1]!.values.buffer).toBe(batch.columns[1]!.data!.buffer);
    expect(children[2]!.values.buffer).toBe(batch.columns[2]!.values!.buffer);
    expect(children[3]!.children[0]!.values.buffer).toBe(batch.columns[3]!.children![0]!.values!.buffer);
    expect(children[3]!.valueOffsets.buffer).toBe(batch.columns[3]!.offsets!.buffer);
  });

  it('survive a round trip through IPC, fields and all', () => {
    forAll(({ type, values }) => {
      const batch = finishBatch([{ name: 'v', type, optional: true }], [builderOf(type, values)]);
      const [back] = fromArrowIpc(toArrowIpc(batch), batch.fields);
      expect(back ? valuesOf(back.columns[0]!) : []).toEqual(values);
    });
  });

  it('come out of IPC without a batch as no rows, whatever their types', () => {
    forAll(({ type }) => {
      const nothing = arrow.tableToIPC(new arrow.Table(toArrowSchema([{ name: 'v', type, optional: true }])));
      expect(fromArrowIpc(nothing, [{ name: 'v', type, optional: true }]).map(({ length }) => length)).toEqual([0]);
    });
  });

  it('name their fields again without being told, int64 for int', () => {
    const batch = batchFromRows(fields, [{ i: 1n, s: null, d: null, l: null }]);
    const back = fromArrow(toArrow(batch));
    expect(back.fields).toEqual(fields);
    expect(readRow(back, 0)).toEqual({ i: 1n, s: null, d: null, l: null });
  });
});

function builderOf(type: Type, values: readonly Value[]): ColumnBuilder {
  const builder = createBuilder(type);
  for (const value of values) appendValue(builder, value);
  return builder;
}
