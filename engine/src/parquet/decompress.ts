import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';

/** The bytes of a page, given how many there are. */
type Decompress = (input: Uint8Array, outputLength: number) => Uint8Array;

/** By hyparquet's names of codecs; none for UNCOMPRESSED. */
export type Decompressors = Readonly<Record<string, Decompress>>;

/**
 * Codecs for reading: native where Node has them, and none writes more than the page says it holds. The others are loaded
 * on first use.
 */
export async function loadDecompressors(): Promise<Decompressors> {
  const { compressors } = await import('hyparquet-compressors');
  const all: Record<string, Decompress> = {
    ...compressors,
    GZIP: (input, length) => gunzipSync(input, { maxOutputLength: length }),
    ZSTD: (input, length) => zstdDecompressSync(input, { maxOutputLength: length }),
    BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: length }),
  };
  return Object.fromEntries(Object.entries(all).map(([name, decompress]) => [name, unlessEmpty(decompress)]));
}

/** A page of nulls alone may hold nothing, not even a compressor's idea of nothing. */
function unlessEmpty(decompress: Decompress): Decompress {
  return (input, length) => (length === 0 ? new Uint8Array(0) : decompress(input, length));
}
