import type { Compression, WriterProperties } from 'parquet-wasm/node';
import type { ColumnBatch } from '../../columns/column.ts';
import type { Wasm } from '../../parquet/wasm.ts';
import { pageCodec } from './compress.ts';
import { columnsWithoutDictionary } from './dictionary.ts';
import type { Codec, EncodingName, ParquetOptions } from './options.ts';

const CODEC_NAMES = {
  none: 'UNCOMPRESSED',
  snappy: 'SNAPPY',
  gzip: 'GZIP',
  zstd: 'ZSTD',
  brotli: 'BROTLI',
  lz4: 'LZ4_RAW',
} as const satisfies Record<Codec, keyof Wasm['Compression']>;

const ENCODING_NAMES = {
  plain: 'PLAIN',
  rle: 'RLE',
  delta: 'DELTA_BINARY_PACKED',
  'delta-length': 'DELTA_LENGTH_BYTE_ARRAY',
  'delta-strings': 'DELTA_BYTE_ARRAY',
  'byte-stream-split': 'BYTE_STREAM_SPLIT',
} as const satisfies Record<EncodingName, keyof Wasm['Encoding']>;

const STATISTICS_NAMES = { none: 'None', chunk: 'Chunk', page: 'Page' } as const;

const MAX_ROWS = 2 ** 31 - 1; // a segment is one row group, however many rows it has

/**
 * The options as parquet-wasm takes them; pages that are compressed afterwards it leaves as they are. It knows columns by the name of
 * one field: settings of nested columns have no effect here, which no reader minds. Every setter consumes the builder and answers a
 * new one.
 */
export function writerProperties(wasm: Wasm, options: ParquetOptions, batch: ColumnBatch): WriterProperties {
  const dictionary = options.dictionary === 'auto' ? columnsWithoutDictionary(batch) : options.dictionary;
  let builder = new wasm.WriterPropertiesBuilder()
    .setWriterVersion(options.pageVersion === 2 ? wasm.WriterVersion.V2 : wasm.WriterVersion.V1)
    .setCompression(compressionOf(wasm, options.compression))
    .setStatisticsEnabled(wasm.EnabledStatistics[STATISTICS_NAMES[options.statistics]])
    .setDictionaryEnabled(dictionary !== false)
    .setDataPageSizeLimit(options.dataPageSize)
    .setMaxRowGroupSize(MAX_ROWS);
  for (const name of Array.isArray(dictionary) ? dictionary : []) {
    builder = builder.setColumnDictionaryEnabled(name, false);
  }
  for (const [name, column] of Object.entries(options.columns)) {
    const { compression, encoding, statistics } = column;
    if (compression) builder = builder.setColumnCompression(name, compressionOf(wasm, compression));
    if (statistics) {
      builder = builder.setColumnStatisticsEnabled(name, wasm.EnabledStatistics[STATISTICS_NAMES[statistics]]);
    }
    if (encoding) builder = builder.setColumnEncoding(name, wasm.Encoding[ENCODING_NAMES[encoding]]);
    const useDictionary = column.dictionary ?? (encoding ? false : undefined);
    if (useDictionary !== undefined) builder = builder.setColumnDictionaryEnabled(name, useDictionary);
  }
  return builder.build();
}

function compressionOf(wasm: Wasm, codec: Codec): Compression {
  return wasm.Compression[pageCodec(codec, undefined) ? 'UNCOMPRESSED' : CODEC_NAMES[codec]];
}
