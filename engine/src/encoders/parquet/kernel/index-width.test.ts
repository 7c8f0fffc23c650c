import { parquetMetadata, parquetReadObjects, readOffsetIndex } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { expect, it } from 'vitest';
import { batchFromRows } from '../../../columns/rows.ts';
import { totalBytes } from '../../../core/total-bytes.ts';
import { Duck, fieldsOf, fileOf, kernelEncoderOf, type Row, rowsByWasm } from '../oracle.test-support.ts';

const fields = fieldsOf({ v: 'int64?' });
/** As random as any: which of `of` values row `i` has. */
const scattered = (i: number, of: number) => (Math.imul(i ^ (i >>> 7), 0x9e3779b1) >>> 8) % of;
const rowsOf = (count: number, numberAt: (i: number) => number | undefined): Row[] =>
  Array.from({ length: count }, (_, i) => {
    const number = numberAt(i);
    return { v: number === undefined ? null : BigInt(number) * 7919n };
  });
const DISTINCT = 1_500;
const BITS = 11;
/** A round of 3,201 rows is a whole number of bytes only eight times. */
const again = rowsOf(90_000, (i) => scattered(i % 3_201, DISTINCT));
const random = rowsOf(90_000, (i) => scattered(i, DISTINCT));

const sizeOf = (rows: readonly Row[], options: object) =>
  totalBytes(kernelEncoderOf(options).encode(batchFromRows(fields, rows)).parts);
const fileWith = (rows: readonly Row[], options: object) => fileOf(fields, [rows], options, 'kernel');
const bufferOf = (file: Uint8Array) => new Uint8Array(file).buffer;

it.each([
  ['snappy', 1],
  ['snappy', 2],
  ['zstd', 1],
  ['zstd', 2],
])('%s finds again what repeats at odd distances, in pages of version %i', (compression, pageVersion) => {
  const options = { compression, pageVersion };
  expect(sizeOf(again, options)).toBeLessThan(sizeOf(random, options) * 0.5);
});

it.each([
  ['none', again],
  ['none', random],
  ['snappy', random],
  ['zstd', random],
])('takes the fewest bits where whole bytes are no smaller (%s)', (compression, rows) => {
  const atMost = (rows.length * BITS) / 8 + DISTINCT * 8 + 1_000;
  expect(sizeOf(rows, { compression })).toBeLessThan(atMost);
});

/** A number that tells rows and their order. */
const sumOf = (rows: readonly Row[]) =>
  String(rows.reduce((sum, { v }, i) => sum + ((v ?? 1n) as bigint) * BigInt(i + 1), 0n));
const SUM = `SELECT sum(coalesce(v, 1)::HUGEINT * (file_row_number + 1))::VARCHAR
  FROM read_parquet(FILE, file_row_number = true)`;
/** Indices of one byte at first, then of two, then of three. */
const growing = rowsOf(130_000, (i) => (i % 9 === 0 ? undefined : i < 45_000 ? i % 99 : i % 70_001));

it.each(['snappy', 'zstd'])('is read alike by all readers, whatever the width (%s)', async (compression) => {
  await using duck = await Duck.open();
  for (const rows of [again, random, growing]) {
    const file = fileWith(rows, { compression, dictionary: true });
    expect(sumOf(rowsByWasm(file, fields))).toBe(sumOf(rows));
    const read = await parquetReadObjects({ file: bufferOf(file), compressors });
    expect(sumOf(read as Row[])).toBe(sumOf(rows));
    expect(await duck.query(file, SUM)).toEqual([[sumOf(rows)]]);
  }
});

it('ends a page after 20,000 rows, of indices after 40,000', () => {
  const starts = (rows: readonly Row[]) => {
    const buffer = bufferOf(fileWith(rows, {}));
    const { offset_index_offset, offset_index_length } = parquetMetadata(buffer).row_groups[0]!.columns[0]!;
    const view = new DataView(buffer, Number(offset_index_offset), offset_index_length);
    return readOffsetIndex({ view, offset: 0 }).page_locations.map(({ first_row_index }) => Number(first_row_index));
  };
  expect(starts(again)).toEqual([0, 40_000, 80_000]);
  expect(starts(rowsOf(50_000, (i) => i))).toEqual([0, 20_000, 40_000]);
  // Enough come again for a try, too few for a dictionary that pays.
  expect(starts(rowsOf(50_000, (i) => (i < 4_096 ? i % 2_000 : i)))).toEqual([0, 20_000, 40_000]);
});
