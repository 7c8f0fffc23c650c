import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { NdjsonOptions } from './options.ts';

/** How lines become a file's bytes. */
export interface Compression {
  /** What follows `.ndjson` in a file's name. */
  readonly suffix: string;
  readonly contentType: string;
  /** The bytes are in a buffer of their own: a segment is transferred to another thread. */
  compress(lines: Uint8Array): Uint8Array;
}

export const COMPRESSIONS: Readonly<Record<NdjsonOptions['compression'], Compression>> = {
  none: { suffix: '', contentType: 'application/x-ndjson', compress: (lines) => lines },
  gzip: { suffix: '.gz', contentType: 'application/gzip', compress: gzip },
  zstd: { suffix: '.zst', contentType: 'application/zstd', compress: zstd },
};

const OS_BYTE = 9; // of the gzip header, RFC 1952
const OS_UNKNOWN = 255;

/** zlib writes no time, but the operating system: the same rows must give the same bytes everywhere. */
function gzip(lines: Uint8Array): Uint8Array {
  const member = gzipSync(lines);
  member[OS_BYTE] = OS_UNKNOWN;
  return unpooled(member);
}

function zstd(lines: Uint8Array): Uint8Array {
  return unpooled(zstdCompressSync(lines));
}

/** Node cuts small results out of a shared pool. */
function unpooled(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}
