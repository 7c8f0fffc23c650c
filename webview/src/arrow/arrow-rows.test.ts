import * as arrow from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toArrowIpc } from '../../../engine/src/columns/arrow.ts';
import { createBuilder } from '../../../engine/src/columns/builder.ts';
import type { Int64Builder } from '../../../engine/src/columns/builders/int64.ts';
import { rowToJson } from '../../../engine/src/columns/ndjson-text.ts';
import { batchFromRows } from '../../../engine/src/columns/rows.ts';
import { samples } from '../../../engine/src/columns/samples.test-support.ts';
import type { Field } from '../../../engine/src/core/schema.ts';
import { parseType } from '../../../engine/src/core/schema-text.ts';
import { type ArrowRows, arrowRows } from './arrow-rows.ts';

function rowsOf(bytes: Uint8Array, length: number, names: readonly string[] = ['v']): ArrowRows {
  return arrowRows({ fields: names.map((name) => ({ name, type: '?' })), length, arrow: bytes });
}

/** One row of one Arrow column, made without the engine. */
function cellOf(vector: arrow.Vector, row = 0): string {
  const table = new arrow.Table({ v: vector });
  return rowsOf(arrow.tableToIPC(table, 'stream'), table.numRows).text(row, 0);
}

describe('cells of Arrow rows', () => {
  it('have the very JSON text that the engine writes, whatever their type', () => {
    fc.assert(
      fc.property(samples(), ({ type, values }) => {
        const fields: Field[] = [{ name: 'v', type, optional: true }];
        const batch = batchFromRows(
          fields,
          values.map((v) => ({ v })),
        );
        const rows = rowsOf(toArrowIpc(batch), batch.length);
        for (let row = 0; row < batch.length; row++) {
          expect(`{"v":${rows.json(row, 0)}}`).toBe(rowToJson(batch, row));
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each(['timestamp(ms)', 'timestamp', 'timestamp(ns)', 'timestamp(us, local)', 'int64'])(
    'hold every 64-bit value of %s',
    (type) => {
      const values = [0n, 1n, -1n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)];
      const builder = createBuilder(parseType(type)) as Int64Builder;
      for (const value of values) builder.appendBigInt(value);
      const fields = [{ name: 'v', type: builder.type, optional: false }];
      const batch = { fields, length: values.length, columns: [builder.finish()] };
      const rows = rowsOf(toArrowIpc(batch), batch.length);
      for (let row = 0; row < values.length; row++) {
        expect(`{"v":${rows.json(row, 0)}}`).toBe(rowToJson(batch, row));
      }
    },
  );

  it.each<[string, arrow.Vector, string]>([
    ['seconds', vectorOf(new arrow.TimestampSecond(), BigInt64Array.of(-1n)), '1969-12-31T23:59:59'],
    [
      'a zone',
      vectorOf(new arrow.TimestampMillisecond('Europe/Oslo'), BigInt64Array.of(1n)),
      '1970-01-01T00:00:00.001Z',
    ],
    ['times in seconds', vectorOf(new arrow.TimeSecond(), Int32Array.of(3661)), '01:01:01'],
    ['times in milliseconds', vectorOf(new arrow.TimeMillisecond(), Int32Array.of(86_399_999)), '23:59:59.999'],
    ['times in nanoseconds', vectorOf(new arrow.TimeNanosecond(), BigInt64Array.of(1n)), '00:00:00.000000001'],
    ['dates in milliseconds', vectorOf(new arrow.DateMillisecond(), BigInt64Array.of(-1n)), '1969-12-31'],
    ['half floats', vectorOf(new arrow.Float16(), Uint16Array.of(0x3555)), '0.333251953125'],
    ['decimals of 256 bits', vectorOf(new arrow.Decimal(2, 76, 256), new Uint32Array(8).fill(0xffffffff)), '-0.01'],
    ['dictionaries', arrow.vectorFromArray(['b'], new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32())), 'b'],
  ])('are read from %s', (_, vector, text) => {
    expect(cellOf(vector)).toBe(text);
  });

  it('are cut where no column is as wide, and say so; their text is whole', () => {
    const long = 'å'.repeat(10_000);
    const batch = batchFromRows([{ name: 'v', type: { kind: 'string' }, optional: false }], [{ v: long }]);
    const rows = rowsOf(toArrowIpc(batch), 1);
    expect(rows.cell(0, 0)).toEqual({ kind: 'text', text: `${'å'.repeat(300)}…`, isCut: true });
    expect(rows.text(0, 0)).toBe(long);
  });

  it('stand on one line, and are copied over as many as they have', () => {
    const fields: Field[] = [
      { name: 's', type: { kind: 'string' }, optional: false },
      { name: 'b', type: { kind: 'binary' }, optional: false },
    ];
    const batch = batchFromRows(fields, [{ s: 'a\r\nb\nc', b: new Uint8Array(1000).fill(255) }]);
    const rows = rowsOf(toArrowIpc(batch), 1, ['s', 'b']);
    expect(rows.cell(0, 0)).toEqual({ kind: 'text', text: 'a⏎b⏎c', isCut: true });
    expect(rows.whole(0, 0)).toBe('a\r\nb\nc');
    expect(rows.cell(0, 1).text).toMatch(/^0x(ff)+…$/);
    expect(rows.whole(0, 1)).toBe(`0x${'ff'.repeat(1000)}`);
  });

  it('of a list of a million elements are made without looking at all of them', () => {
    const offsets = Int32Array.of(0, 1_000_000);
    const child = arrow.makeData({ type: new arrow.Int32(), data: new Int32Array(1_000_000) });
    const type = new arrow.List(new arrow.Field('element', new arrow.Int32()));
    const vector = arrow.makeVector(arrow.makeData({ type, length: 1, valueOffsets: offsets, child }));
    const rows = rowsOf(arrow.tableToIPC(new arrow.Table({ v: vector }), 'stream'), 1);
    expect(rows.cell(0, 0).text.length).toBeLessThan(310);
    expect(rows.cell(0, 0).isCut).toBe(true);
  });

  it('are none where there are no rows', () => {
    const batch = batchFromRows([{ name: 'v', type: parseType('list<int>'), optional: true }], []);
    expect(rowsOf(toArrowIpc(batch), 0).length).toBe(0);
  });
});

function vectorOf(type: arrow.DataType, data: unknown): arrow.Vector {
  return arrow.makeVector(arrow.makeData({ type, length: 1, data } as never));
}
