import { z } from 'zod';
import { bytes } from '../../core/units.ts';

/** Codecs by their name in a pipeline file. `lz4` is Parquet's LZ4_RAW, never the deprecated framing. */
export const CODECS = ['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4'] as const;
export type Codec = (typeof CODECS)[number];

/** Encodings by their name in a pipeline file; dictionary encoding is a switch of its own. */
export const ENCODINGS = ['plain', 'rle', 'delta', 'delta-length', 'delta-strings', 'byte-stream-split'] as const;
export type EncodingName = (typeof ENCODINGS)[number];

export const READERS = ['generic', 'athena', 'spark', 'trino', 'duckdb'] as const;
export type ReaderName = (typeof READERS)[number];

const columnOptions = z
  .strictObject({
    compression: z.enum(CODECS).optional().describe('Codec of this column.'),
    dictionary: z
      .boolean()
      .optional()
      .describe('Dictionary encoding of this column. Off by default if `encoding` is set.'),
    encoding: z
      .enum(ENCODINGS)
      .optional()
      .describe('Encoding of this column: of all its values, or with a dictionary of those after it outgrew 1 MiB.'),
    statistics: z.enum(['none', 'chunk', 'page']).optional().describe('Statistics of this column.'),
  })
  .describe('Settings of one column.');

/** The encoder's part of a pipeline file. */
export const parquetOptions = z.strictObject({
  reader: z
    .enum(READERS)
    .default('generic')
    .describe(
      'Who reads the files: types, codecs and encodings it cannot read are mapped or refused. Where it is not generic, columns get delta encodings wherever that makes them smaller.',
    ),
  compression: z.enum(CODECS).default('zstd').describe('Codec of the pages; lz4 is LZ4_RAW.'),
  compressionLevel: z
    .int()
    .min(0)
    .max(22)
    .optional()
    .describe(
      'Level of zstd (1 to 22, default 1), gzip (0 to 9, default 5) or brotli (0 to 11, default 1): higher is smaller and slower.',
    ),
  pageVersion: z
    .union([z.literal(1), z.literal(2)])
    .default(1)
    .describe('Version of the data pages. 2 also takes delta encodings where a dictionary does not pay.'),
  dictionary: z
    .union([z.literal('auto'), z.boolean(), z.array(z.string())])
    .default('auto')
    .describe(
      'Dictionary encoding: auto (where a sample of the values says that it pays), on, off, or on for all columns but the listed ones.',
    ),
  statistics: z
    .enum(['none', 'chunk', 'page'])
    .default('page')
    .describe('Minimum, maximum and null count: none, per row group, or per page too (column index).'),
  bloomFilters: z
    .array(z.string())
    .default([])
    .describe(
      'Columns with a bloom filter, by which readers that look for a value skip row groups that do not have it.',
    ),
  bloomFilterFpp: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.01)
    .describe('Chance that a bloom filter says of a value that it may be there when it is not.'),
  sortingColumns: z
    .array(
      z
        .strictObject({
          column: z.string().describe('Name of the column.'),
          descending: z.boolean().default(false).describe('From the greatest value down.'),
          nullsFirst: z.boolean().default(false).describe('Nulls come before all values, instead of after them.'),
        })
        .describe('A column rows are sorted by.'),
    )
    .default([])
    .describe(
      'Columns by which rows may come sorted, the major one first. Row groups whose rows are in this order say so in their metadata. Nothing is sorted.',
    ),
  dataPageSize: bytes({ min: '1KiB', max: '64MiB' })
    .prefault('1MiB')
    .describe('Size of a data page before compression, at which the next one starts.'),
  rowGroupSize: bytes({ min: '64KiB', max: '1GiB' })
    .prefault('32MiB')
    .describe('Encoded size at which a row group is sealed.'),
  rowGroupRows: z
    .int()
    .min(1)
    .max(100_000_000)
    .default(1_048_576)
    .describe('Rows at which a row group is sealed, whatever its size.'),
  nanoseconds: z
    .enum(['keep', 'truncate'])
    .default('keep')
    .describe('Timestamps in ns: stored as they are, or cut to whole microseconds for readers that have no ns.'),
  columns: z
    .record(z.string(), columnOptions)
    .default({})
    .describe(
      'Settings of single columns, by name; of nested ones by the path that `parquetry inspect` shows: actor.login, tags.list.element.',
    ),
  keyValues: z.record(z.string().min(1), z.string()).default({}).describe("Key-value pairs for the files' metadata."),
});

export type ParquetOptions = z.output<typeof parquetOptions>;
export type ColumnOptions = z.output<typeof columnOptions>;
