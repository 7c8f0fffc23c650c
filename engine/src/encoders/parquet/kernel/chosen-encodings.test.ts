import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { expect, it, test } from 'vitest';
import { batchFromRows } from '../../../columns/rows.ts';
import { bytesOf } from '../../../columns/segment-bytes.test-support.ts';
import { sliceRows } from '../../../columns/select.ts';
import { totalBytes } from '../../../core/total-bytes.ts';
import { expectRows } from '../expect-rows.test-support.ts';
import { inspectParquet } from '../inspect.ts';
import { READERS } from '../options.ts';
import { Duck, fieldsOf, fileOf, kernelEncoderOf, type Row, rowsByWasm, sourceOf } from '../oracle.test-support.ts';

const ENCODINGS_OF_VALUES = /^(PLAIN|DELTA_.*|RLE_DICTIONARY|BYTE_STREAM_SPLIT)$/;
/** As random as any: MurmurHash3's finalizer. */
function mixed(i: number): number {
  const h = Math.imul(i ^ (i >>> 16), 0x85ebca6b);
  const k = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (k ^ (k >>> 16)) >>> 0;
}
const hex = (i: number, digits: number) => mixed(i).toString(16).padStart(8, '0').slice(0, digits);

const types = {
  time: 'timestamp',
  user: 'int64',
  noise: 'int64',
  small: 'int32',
  uuid: 'string',
  url: 'string',
  country: 'string',
  ratio: 'double',
};
const fields = fieldsOf(types);
const rowOf = (i: number): Row => ({
  time: BigInt(1_709_290_000_000_000 + i * 37_000 + (mixed(i) % 1000)),
  user: BigInt(mixed(i) % 5_000_000),
  noise: BigInt.asIntN(64, BigInt(mixed(i)) * BigInt(mixed(i + 7))),
  small: i * 3,
  uuid: `${hex(-6 * i, 8)}-${hex(-6 * i - 1, 4)}-${hex(-6 * i - 2, 4)}-${hex(-6 * i - 3, 4)}-${hex(-6 * i - 4, 8)}${hex(-6 * i - 5, 4)}`,
  url: `https://shop.example/orders/${1_000_000 + i * 3}?session=${hex(i, 4)}`,
  country: ['NO', 'SE', 'DK'][i % 3]!,
  ratio: mixed(i) / 7,
});
const rows = Array.from({ length: 30_000 }, (_, i) => rowOf(i));

/** What the data pages of each column are encoded in. */
async function encodingsIn(file: Uint8Array, group = 0): Promise<Record<string, string>> {
  const { columns, rowGroups } = await inspectParquet(sourceOf(file));
  return Object.fromEntries(
    rowGroups[group]!.columns.map(({ encodings }, i) => {
      const names = encodings.filter((one) => ENCODINGS_OF_VALUES.test(one));
      return [columns[i]!.path.join('.'), names.find((one) => one !== 'PLAIN') ?? 'PLAIN'];
    }),
  );
}

const plain = Object.fromEntries(Object.keys(types).map((name) => [name, 'PLAIN']));
const CHOSEN = {
  ...plain,
  time: 'DELTA_BINARY_PACKED',
  user: 'DELTA_BINARY_PACKED',
  small: 'DELTA_BINARY_PACKED',
  uuid: 'DELTA_LENGTH_BYTE_ARRAY',
  url: 'DELTA_BYTE_ARRAY',
  country: 'RLE_DICTIONARY',
};

test.each(READERS.filter((reader) => reader !== 'generic'))('%s gets what takes the least room', async (reader) => {
  for (const compression of ['none', 'snappy', 'zstd']) {
    const file = fileOf(fields, [rows], { reader, compression }, 'kernel');
    expect(await encodingsIn(file), compression).toEqual(CHOSEN);
  }
});

test('whoever reads gets plain values and dictionaries unless a column is told otherwise', async () => {
  const columns = { user: { encoding: 'delta' } };
  expect(await encodingsIn(fileOf(fields, [rows], { columns }, 'kernel'))).toEqual({
    ...plain,
    country: 'RLE_DICTIONARY',
    user: 'DELTA_BINARY_PACKED',
  });
});

test('what a column is told holds, whoever reads', async () => {
  const columns = { time: { encoding: 'plain' }, uuid: { encoding: 'delta-strings' } };
  const file = fileOf(fields, [rows], { reader: 'duckdb', columns }, 'kernel');
  expect(await encodingsIn(file)).toEqual({ ...CHOSEN, time: 'PLAIN', uuid: 'DELTA_BYTE_ARRAY' });
});

test('files are smaller for it', () => {
  const size = (reader: string, compression: string) =>
    totalBytes(kernelEncoderOf({ reader, compression }).encode(batchFromRows(fields, rows)).parts);
  expect(size('athena', 'none')).toBeLessThan(size('generic', 'none') * 0.7);
  expect(size('athena', 'snappy')).toBeLessThan(size('generic', 'snappy') * 0.8);
  expect(size('athena', 'zstd')).toBeLessThan(size('generic', 'zstd') * 0.9);
});

test('of fewer values than 1,024 nothing is said', async () => {
  const few = (count: number) => fileOf(fields, [rows.slice(0, count)], { reader: 'duckdb' }, 'kernel');
  expect((await encodingsIn(few(1023))).time).toBe('PLAIN');
  expect((await encodingsIn(few(1024))).time).toBe('DELTA_BINARY_PACKED');
});

test('every row group chooses for itself', async () => {
  const one = fieldsOf({ v: 'int64' });
  const rising = rows.map((_, i) => ({ v: BigInt(i) }));
  const noise = rows.map(({ noise }) => ({ v: noise! }));
  const encoder = kernelEncoderOf({ reader: 'duckdb' });
  const segments = [rising, noise, rising].map((group) => encoder.encode(batchFromRows(one, group)));
  const file = Buffer.concat(encoder.assemble(segments, { fields: one, keyValues: {} }));
  const found = await Promise.all([0, 1, 2].map(async (group) => (await encodingsIn(file, group)).v));
  expect(found).toEqual(['DELTA_BINARY_PACKED', 'PLAIN', 'DELTA_BINARY_PACKED']);
  expect(Buffer.compare(bytesOf(segments[0]!), bytesOf(segments[2]!))).toBe(0);
});

test('values that become others get a new choice after a page', async () => {
  const one = fieldsOf({ v: 'int64' });
  const pageRows = 20_000;
  const again = (i: number) => rowOf(mixed(i) % 500).noise!;
  const changing = Array.from({ length: 6 * pageRows }, (_, i) => ({ v: i < pageRows ? BigInt(i) : again(i) }));
  const [file, generic] = ['duckdb', 'generic'].map((reader) => fileOf(one, [changing], { reader }, 'kernel'));
  expect((await encodingsIn(file!)).v).toBe('DELTA_BINARY_PACKED');
  expect(file!.length).toBeLessThan(generic!.length + pageRows * 8.5);
  expectRows(rowsByWasm(file!, one), changing);
});

test('the values decide, not how they were cut into appends', () => {
  const batch = batchFromRows(fields, rows.slice(0, 6_000));
  const encoder = kernelEncoderOf({ reader: 'spark', compression: 'snappy' });
  const whole = encoder.encode(batch);
  const cuts = fc.array(fc.integer({ min: 1, max: 5_999 }), { maxLength: 6 });
  fc.assert(
    fc.property(cuts, (unsorted) => {
      const group = encoder.open(fields);
      const ends = [0, ...new Set(unsorted.toSorted((a, b) => a - b)), 6_000];
      for (let i = 1; i < ends.length; i++) group.append(sliceRows(batch, ends[i - 1]!, ends[i]!), undefined);
      expect(Buffer.compare(bytesOf(group.seal()), bytesOf(whole))).toBe(0);
    }),
    { numRuns: 30 },
  );
});

test('what an open row group will take is foreseen from what its pages took', () => {
  const group = kernelEncoderOf({ reader: 'duckdb' }).open(fields);
  group.append(batchFromRows(fields, rows), undefined);
  const { encodedBytes } = group;
  const sealed = totalBytes(group.seal().parts);
  expect(encodedBytes).toBeGreaterThan(sealed * 0.9);
  expect(encodedBytes).toBeLessThan(sealed * 1.1);
});

/** Values of one column: how they go on from row to row is what encodings differ in. */
const kinds: Readonly<Record<string, fc.Arbitrary<(i: number) => Row[string]>>> = {
  'int64?': fc.tuple(fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }), fc.bigInt({ min: 1n, max: 2n ** 40n })).map(
    ([start, spread]) =>
      (i) =>
        i % 9 === 0 ? null : start + (BigInt(mixed(i)) * spread) / 2n ** 32n,
  ),
  int16: fc.integer({ min: 1, max: 32_767 }).map((most) => (i) => (mixed(i) % most) - (most >> 1)),
  'uint64?': fc.bigInt({ min: 0n, max: 2n ** 32n }).map((step) => (i) => (BigInt(i) * step) % 2n ** 64n),
  'decimal(15, 2)': fc.integer({ min: 1, max: 2 ** 30 }).map((most) => (i) => ((mixed(i) % most) / 100).toFixed(2)),
  'string?': fc.tuple(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.integer({ min: 0, max: 12 })).map(
    ([front, digits]) =>
      (i) =>
        i % 7 === 0 ? null : front + hex(i, 8).repeat(2).slice(0, digits),
  ),
  'list<string>': fc
    .string({ maxLength: 20 })
    .map((front) => (i) => Array.from({ length: mixed(i) % 4 }, (_, k) => `${front}/${i}/${k}`)),
};
const columns = Object.entries(kinds).map(([type, values], i) => ({ name: `c${i}`, type, values }));

it.each(['none', 'snappy', 'zstd', 'gzip'])('all readers read it (%s)', async (compression) => {
  await using duck = await Duck.open();
  const tables = fc.tuple(...columns.map(({ values }) => values));
  const ofTable = fieldsOf({ n: 'int32', ...Object.fromEntries(columns.map(({ name, type }) => [name, type])) });
  const all = 'SELECT md5(string_agg(to_json(t)::VARCHAR, chr(10) ORDER BY n)) FROM FILE t';
  await fc.assert(
    fc.asyncProperty(tables, async (valuesAt) => {
      const table = Array.from(
        { length: 2_500 },
        (_, n): Row => ({
          n,
          ...Object.fromEntries(columns.map(({ name }, i) => [name, valuesAt[i]!(n)])),
        }),
      );
      const written = (reader: string) =>
        fileOf(ofTable, [table], { reader, compression, dictionary: false, dataPageSize: '16KiB' }, 'kernel');
      const [file, generic] = [written('duckdb'), written('generic')];
      expectRows(rowsByWasm(file, ofTable), table);
      expect(await duck.query(file, all)).toEqual(await duck.query(generic, all));
      const objects = (bytes: Uint8Array) => parquetReadObjects({ file: new Uint8Array(bytes).buffer, compressors });
      expect(await objects(file)).toEqual(await objects(generic));
    }),
    { numRuns: 6 },
  );
});
