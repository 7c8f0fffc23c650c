import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Codec, ParquetOptions } from './options.ts';

/** How the pages of a column are compressed here, instead of by parquet-wasm. */
export interface PageCodec {
  /** CompressionCodec's number in parquet.thrift. */
  readonly id: number;
  /** Equal bytes give equal bytes, on every platform with the same release of Node. */
  readonly compress: (page: Uint8Array) => Uint8Array;
}

const ZSTD_LEVEL = 1;
// 2 takes half as much time again for a tenth less bytes; who wants small files has zstd.
const BROTLI_QUALITY = 1;
// A fifth faster than WASM's 6 for two bytes in a thousand more; a native 6 is slower than that.
const GZIP_LEVEL = 5;
const GZIP_OS = 9; // RFC 1952: the byte that names the operating system
const UNKNOWN_OS = 255;

/** The codecs that Node has natively, at a level. Snappy and LZ4 it lacks. */
const PAGE_CODECS: Readonly<Partial<Record<Codec, (level: number | undefined) => PageCodec>>> = {
  gzip: (level = GZIP_LEVEL) => ({
    id: 2,
    compress: (page) => {
      const file = gzipSync(page, { level, chunkSize: roomFor(page) });
      file[GZIP_OS] = UNKNOWN_OS; // zlib names the one it was built for
      return file;
    },
  }),
  brotli: (level = BROTLI_QUALITY) => ({
    id: 4,
    compress: (page) => {
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: level,
        [constants.BROTLI_PARAM_SIZE_HINT]: page.length,
      };
      return brotliCompressSync(page, { params, chunkSize: roomFor(page) });
    },
  }),
  zstd: (level = ZSTD_LEVEL) => {
    const params = { [constants.ZSTD_c_compressionLevel]: level };
    return { id: 6, compress: (page) => zstdCompressSync(page, { params, chunkSize: roomFor(page) }) };
  },
};

/** What compresses pages under a codec of the options; undefined where parquet-wasm does, and for none. */
export function pageCodec(codec: Codec, level: number | undefined): PageCodec | undefined {
  return PAGE_CODECS[codec]?.(level);
}

/** The codec of a column, by its `columnName`. */
export function codecOf(name: string, options: ParquetOptions): Codec {
  return options.columns[name]?.compression ?? options.compression;
}

/** The level of a codec: the one set is that of the codec all columns have by default. */
export function levelOf(codec: Codec, { compression, compressionLevel }: ParquetOptions): number | undefined {
  return codec === compression ? compressionLevel : undefined;
}

/** More than Node takes from its pool of Buffers: memory of its own can be freed as soon as the page was copied. */
const MIN_ROOM_BYTES = 33 * 1024;

/** Enough for what does not compress: one call into the library a page, and no joining of chunks. */
function roomFor({ length }: Uint8Array): number {
  return Math.max(MIN_ROOM_BYTES, length + (length >>> 7) + 512);
}
