import { parquetMetadata, readOffsetIndex } from 'hyparquet';
import type { Encoder } from '../../../engine/src/columns/encoder.ts';
import { batchFromRows } from '../../../engine/src/columns/rows.ts';
import type { Value } from '../../../engine/src/columns/values.ts';
import { asParquetryError } from '../../../engine/src/core/errors.ts';
import type { Field } from '../../../engine/src/core/schema.ts';
import { parseSlot } from '../../../engine/src/core/schema-text.ts';
import { silentLogger, silentMetrics } from '../../../engine/src/core/telemetry.ts';
import {
  type ChunkSummary,
  inspectParquet,
  type ParquetSummary,
} from '../../../engine/src/encoders/parquet/inspect.ts';
import { loadComponent } from '../../../engine/src/pipeline/components.ts';
import { type OptionCase, type OptionCases, option, setting } from './option-case.ts';
import { run } from './scratch.ts';

/** An encoder as the pipeline makes it out of its keys. */
async function encoderOf(type: string, config: object): Promise<Encoder> {
  const component = await loadComponent('encoder', type);
  const context = { pipeline: 'p', runId: 'r', folder: '.', aws: {}, expectedHoldMs: 0 };
  return component.create(component.config.parse(config), { ...context, logger: silentLogger, metrics: silentMetrics });
}

/** Columns by name and type, `id: int`, or by their type alone. */
type Table = Readonly<Record<string, readonly Value[]>>;

/** One file of one row group. */
async function encode(type: string, config: object, table: Table): Promise<Uint8Array> {
  const encoder = await encoderOf(type, config);
  const names = Object.keys(table).map((column) => column.split(': '));
  const fields = names.map(([name, type = name]): Field => ({ name: name!, ...parseSlot(type!) }));
  const length = Math.max(...Object.values(table).map((values) => values.length));
  const rows = Array.from({ length }, (_, row) =>
    Object.fromEntries(Object.values(table).map((values, column) => [fields[column]!.name, values[row]!])),
  );
  const segment = encoder.encode(batchFromRows(fields, rows));
  return Buffer.concat(encoder.assemble([segment], { fields, keyValues: {} }));
}

async function inspect(file: Uint8Array, rows = 0): Promise<ParquetSummary> {
  const slice = async (start: number, end: number) => Uint8Array.from(file.subarray(start, end)).buffer;
  return inspectParquet({ byteLength: file.byteLength, slice }, { rows });
}

const parquet = async (config: object, table: Table) => inspect(await encode('parquet', config, table));

/** What a look at the chunk of each column tells, with one setting changed. */
function chunks<T>(path: string, table: Table, look: (chunk: ChunkSummary) => unknown, seen: Seen<T>): OptionCase {
  return option<T>(async (value) => {
    const { rowGroups } = await parquet(setting(path, value), table);
    return rowGroups[0]!.columns.map(look);
  }, seen);
}
type Seen<T> = readonly (readonly [T | undefined, unknown])[];

const few: Table = { int: [1, 1, 2, 2, 3, 3], string: ['a', 'a', 'b', 'b', 'c', 'c'] };
/** One column for which a dictionary pays, and one for which it does not. */
const unlike: Table = {
  int: Array.from({ length: 5_000 }, (_, i) => i % 3),
  string: Array.from({ length: 5_000 }, (_, i) => noise(i).slice(0, 40)),
};
const NO = 'E_CONFIG';
const codec = (chunk: ChunkSummary) => chunk.codec;
const encodings = (chunk: ChunkSummary) => chunk.encodings.filter((name) => name !== 'RLE');
const statistics = ({ max, pageIndex }: ChunkSummary) => ({ max: max !== undefined, pageIndex });
const all = { max: true, pageIndex: true };

export const encoderOptions: OptionCases = {
  'ndjson.compression': option<string>(
    async (compression) => {
      const file = await encode('ndjson', setting('compression', compression), { int: [1] });
      return Buffer.from(file.subarray(0, 2)).toString('hex');
    },
    [
      [undefined, '7b22'],
      ['none', '7b22'],
      ['gzip', '1f8b'],
      ['zstd', '28b5'],
    ],
  ),
  'parquet.reader': option<string>(
    async (reader) => {
      const config = setting('reader', reader);
      const can = (table: Table, more: object = {}) =>
        parquet({ ...config, ...more }, table).then(
          ({ columns }) => columns.map(({ physical }) => physical).join(', '),
          (error) => asParquetryError(error).code,
        );
      return {
        uuid: await can({ uuid: ['00000000-0000-0000-0000-000000000000'] }),
        time: await can({ time: ['00:00:00'] }),
        uint64: await can({ uint64: [1n] }),
        lz4: await can({ int: [1] }, { compression: 'lz4' }),
        twins: await can({ 'a: int': [1], 'A: int': [1] }),
      };
    },
    [
      [undefined, { uuid: 'fixed(16)', time: 'int64', uint64: 'int64', lz4: 'int64', twins: 'int64, int64' }],
      ['generic', { uuid: 'fixed(16)', time: 'int64', uint64: 'int64', lz4: 'int64', twins: 'int64, int64' }],
      ['athena', { uuid: 'byte_array', time: NO, uint64: NO, lz4: NO, twins: NO }],
      ['spark', { uuid: 'byte_array', time: NO, uint64: 'int64', lz4: 'int64', twins: NO }],
      ['trino', { uuid: 'fixed(16)', time: 'int64', uint64: NO, lz4: NO, twins: NO }],
      ['duckdb', { uuid: 'fixed(16)', time: 'int64', uint64: 'int64', lz4: 'int64', twins: NO }],
    ],
  ),
  'parquet.compression': chunks<string>('compression', few, codec, [
    [undefined, ['zstd', 'zstd']],
    ...['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4'].map((name) => [name, [name, name]] as const),
  ]),
  'parquet.compressionLevel': option<number>(
    async (level) => {
      // Pieces of one text: a higher level finds more of their repetitions. (Numbers come out small at any level.)
      const text = noise(0);
      const pieces = Array.from({ length: 5_000 }, (_, i) => text.slice((i * i) % 499).slice(0, 20 + (i % 19)));
      const file = await encode('parquet', setting('compressionLevel', level), { string: pieces });
      return file.length < 21_500 ? 'small' : 'large';
    },
    [
      [undefined, 'large'],
      [1, 'large'],
      [19, 'small'],
    ],
  ),
  'parquet.bloomFilters': chunks<string[]>('bloomFilters', few, ({ bloomFilter }) => bloomFilter, [
    [undefined, [false, false]],
    [['string'], [false, true]],
    [
      ['int', 'string'],
      [true, true],
    ],
  ]),
  'parquet.bloomFilterFpp': option<number>(
    async (fpp) => {
      const config = { compression: 'none', bloomFilters: ['string'], ...setting('bloomFilterFpp', fpp) };
      const without = await encode('parquet', { compression: 'none' }, unlike);
      const filterKiB = ((await encode('parquet', config, unlike)).length - without.length) / 1_024;
      return Math.round(filterKiB);
    },
    [
      [undefined, 8],
      [0.5, 2],
      [0.000_001, 32],
    ],
  ),
  'parquet.sortingColumns[].column': option<string>(
    async (column) => sortingOf(few, column === undefined ? [] : [{ column }]),
    [
      [undefined, undefined],
      ['int', [['int', false, false]]],
      ['string', [['string', false, false]]],
    ],
  ),
  'parquet.sortingColumns[].descending': option<boolean>(
    async (descending) => sortingOf(few, [{ column: 'int', ...setting('descending', descending) }]),
    [
      [undefined, [['int', false, false]]],
      [false, [['int', false, false]]],
      [true, undefined],
    ],
  ),
  'parquet.sortingColumns[].nullsFirst': option<boolean>(
    async (nullsFirst) => sortingOf({ 'v: int?': [1, null] }, [{ column: 'v', ...setting('nullsFirst', nullsFirst) }]),
    [
      [undefined, [['v', false, false]]],
      [false, [['v', false, false]]],
      [true, undefined],
    ],
  ),
  'parquet.pageVersion': chunks<number>(
    'pageVersion',
    { int: Array.from({ length: 400_000 }, (_, i) => i * 3) },
    encodings,
    [
      [undefined, [['PLAIN']]],
      [1, [['PLAIN']]],
      [2, [['DELTA_BINARY_PACKED']]],
    ],
  ),
  'parquet.dictionary': chunks<boolean | 'auto' | string[]>('dictionary', unlike, encodings, [
    [undefined, [['PLAIN', 'RLE_DICTIONARY'], ['PLAIN']]],
    ['auto', [['PLAIN', 'RLE_DICTIONARY'], ['PLAIN']]],
    [true, Array(2).fill(['PLAIN', 'RLE_DICTIONARY'])],
    [false, Array(2).fill(['PLAIN'])],
    [['int'], [['PLAIN'], ['PLAIN', 'RLE_DICTIONARY']]],
  ]),
  'parquet.statistics': chunks<string>('statistics', few, statistics, [
    [undefined, [all, all]],
    ['none', Array(2).fill({ max: false, pageIndex: false })],
    ['chunk', Array(2).fill({ max: true, pageIndex: false })],
    ['page', [all, all]],
  ]),
  'parquet.dataPageSize': option<string>(
    async (size) => {
      const table = { int: Array.from({ length: 50_000 }, (_, i) => i) };
      const config = { compression: 'none', dictionary: false, ...setting('dataPageSize', size) };
      return pagesOf(await encode('parquet', config, table));
    },
    [
      // By default the 20,000 rows that end a page, too.
      [undefined, 3],
      ['64KiB', 7],
      ['8KiB', 49],
    ],
  ),
  'parquet.nanoseconds': option<string>(
    async (nanoseconds) => {
      const file = await encode('parquet', setting('nanoseconds', nanoseconds), { 'timestamp(ns)': [1_234n] });
      return (await inspect(file, 1)).head[0]!['timestamp(ns)'];
    },
    [
      [undefined, '1970-01-01T00:00:00.000001234Z'],
      ['keep', '1970-01-01T00:00:00.000001234Z'],
      ['truncate', '1970-01-01T00:00:00.000001Z'],
    ],
  ),
  'parquet.columns.*.compression': chunks<string>('columns.string.compression', few, codec, [
    [undefined, ['zstd', 'zstd']],
    ...['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4'].map((name) => [name, ['zstd', name]] as const),
  ]),
  'parquet.columns.*.dictionary': chunks<boolean>('columns.string.dictionary', few, encodings, [
    [undefined, Array(2).fill(['PLAIN', 'RLE_DICTIONARY'])],
    [true, Array(2).fill(['PLAIN', 'RLE_DICTIONARY'])],
    [false, [['PLAIN', 'RLE_DICTIONARY'], ['PLAIN']]],
  ]),
  'parquet.columns.*.encoding': option<string>(
    async (encoding) => {
      const types: Record<string, string> = { rle: 'bool', 'delta-length': 'string', 'delta-strings': 'string' };
      const type = types[encoding ?? ''] ?? 'int';
      const values = { bool: [true, false], string: ['a', 'b'], int: [1, 2] }[type]!;
      const { rowGroups } = await parquet(setting(`columns.${type}.encoding`, encoding), { [type]: values });
      return rowGroups[0]!.columns[0]!.encodings;
    },
    [
      [undefined, ['PLAIN', 'RLE']],
      ['plain', ['PLAIN', 'RLE']],
      ['rle', ['RLE']],
      ['delta', ['RLE', 'DELTA_BINARY_PACKED']],
      ['delta-length', ['RLE', 'DELTA_LENGTH_BYTE_ARRAY']],
      ['delta-strings', ['RLE', 'DELTA_BYTE_ARRAY']],
      ['byte-stream-split', ['RLE', 'BYTE_STREAM_SPLIT']],
    ],
  ),
  'parquet.columns.*.statistics': chunks<string>('columns.string.statistics', few, statistics, [
    [undefined, [all, all]],
    ['none', [all, { max: false, pageIndex: false }]],
    ['chunk', [all, { max: true, pageIndex: false }]],
    ['page', [all, all]],
  ]),
  'parquet.keyValues': option<object>(
    async (keyValues) => (await parquet(setting('keyValues', keyValues), few)).keyValues,
    [
      [undefined, {}],
      [{ team: 'data' }, { team: 'data' }],
    ],
  ),
  'parquet.rowGroupRows': option<number>(
    async (rows) => {
      const one = '{"id":1}\n'.repeat(500);
      const groups = await rowGroupsOf(setting('rowGroupRows', rows), Array(6).fill(one));
      return groups.map((group) => group.rows);
    },
    [
      [undefined, [3_000]],
      [1_000, [1_000, 1_000, 1_000]],
    ],
  ),
  'parquet.rowGroupSize': option<string>(
    async (size) => {
      const bodies = Array.from({ length: 40 }, (_, i) =>
        Array.from({ length: 50 }, (_, j) => JSON.stringify({ id: i, text: noise(i * 50 + j) })).join('\n'),
      );
      const groups = await rowGroupsOf({ compression: 'none', ...setting('rowGroupSize', size) }, bodies);
      // How well values compress is learned from the first ones.
      const near = groups.slice(2, -1).every(({ sizeKiB }) => sizeKiB > 32 && sizeKiB < 128);
      return { several: groups.length > 1, near };
    },
    [
      [undefined, { several: false, near: true }],
      ['64KiB', { several: true, near: true }],
    ],
  ),
};

/** By which columns the row group says that its rows are sorted, descending, nulls first. */
async function sortingOf(table: Table, sortingColumns: readonly object[]): Promise<unknown> {
  const bytes = Uint8Array.from(await encode('parquet', { sortingColumns }, table)).buffer;
  const { sorting_columns } = parquetMetadata(bytes).row_groups[0]!;
  const names = Object.keys(table).map((column) => column.split(': ')[0]);
  return sorting_columns?.map((by) => [names[by.column_idx], by.descending, by.nulls_first]);
}

/** Pages of the first column. */
function pagesOf(file: Uint8Array): number {
  const bytes = Uint8Array.from(file).buffer;
  const { offset_index_offset, offset_index_length } = parquetMetadata(bytes).row_groups[0]!.columns[0]!;
  const start = Number(offset_index_offset);
  const view = new DataView(bytes, start, Number(offset_index_length));
  return readOffsetIndex({ view, offset: 0 }).page_locations.length;
}

/** The row groups of the one file of a run. */
async function rowGroupsOf(config: object, deliveries: string[]): Promise<{ rows: number; sizeKiB: number }[]> {
  const { written } = await run({ config: { sinks: [{ file: { path: 'out', parquet: config } }] }, deliveries });
  const [file] = written.values();
  const { rowGroups } = await inspect(file!);
  return rowGroups.map(({ rows, compressedBytes }) => ({ rows, sizeKiB: compressedBytes / 1_024 }));
}

/** Text without a pattern, the same each time. */
function noise(seed: number): string {
  let state = seed + 1;
  return Array.from({ length: 100 }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return state.toString(36);
  }).join('');
}
