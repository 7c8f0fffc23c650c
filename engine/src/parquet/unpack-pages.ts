import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { ParquetryError } from '../core/errors.ts';
import { freeBuffer } from '../core/free-buffer.ts';
import { bool, i32, numberAt, requiredNumber, struct, structAt } from './metadata.ts';
import { PAGE, PAGE_V2 } from './page-runs.ts';
import type { Page } from './page-walk.ts';
import { changed } from './shift.ts';
import type { ThriftStruct } from './thrift.ts';
import { writeStruct } from './thrift-writer.ts';

type Unpack = (packed: Uint8Array, options: { maxOutputLength: number; chunkSize: number }) => Buffer;

/** Codecs that node:zlib has natively, by Parquet's number: several times as fast as a decoder in WebAssembly. */
const NATIVE: Readonly<Record<number, Unpack>> = { 2: gunzipSync, 4: brotliDecompressSync, 6: zstdDecompressSync };

export function isNative(codec: number): boolean {
  return codec in NATIVE;
}

/** What a page takes unpacked, with its header at most. */
export function unpackedBytes({ header, headerBytes }: Page): number {
  return headerBytes + MORE_HEADER_BYTES + requiredNumber(header, PAGE.uncompressedBytes, 'uncompressed_page_size');
}

/** A header that says a larger size, and that values are not packed, may take a few bytes more. */
const MORE_HEADER_BYTES = 16;

/**
 * Writes a page to `target` as if its column were not packed; answers how many bytes that took. Throws E_INTEGRITY if it does
 * not unpack to the size it says.
 */
export function unpackPage({ header, body }: Page, codec: number, target: Uint8Array): number {
  const size = requiredNumber(header, PAGE.uncompressedBytes, 'uncompressed_page_size');
  const plain = plainHeader(header, size);
  target.set(plain);
  const at = plain.length;
  // Levels of newer pages are not packed, and some of these have no values that are.
  const levels = Math.min(levelBytes(header), size, body.length);
  target.set(body.subarray(0, levels), at);
  const [packed, room] = [body.subarray(levels), target.subarray(at + levels, at + size)];
  if (isPacked(header) && packed.length > 0) unpackInto(room, packed, codec);
  else if (packed.length === room.length) room.set(packed);
  else throw broken(room.length, packed.length);
  return at + size;
}

function plainHeader(header: ThriftStruct, size: number): Uint8Array {
  const plain = new Map(changed(header, PAGE.compressedBytes, i32(size)));
  plain.delete(PAGE.crc);
  const dataV2 = structAt(header, PAGE.dataV2, 'data page');
  if (dataV2) plain.set(PAGE.dataV2, struct(changed(dataV2, PAGE_V2.isCompressed, bool(false))));
  return writeStruct(plain);
}

function levelBytes(header: ThriftStruct): number {
  const dataV2 = structAt(header, PAGE.dataV2, 'data page');
  if (!dataV2) return 0;
  const length = (id: number) => Math.max(0, numberAt(dataV2, id, 'levels_byte_length') ?? 0);
  return length(PAGE_V2.definitionBytes) + length(PAGE_V2.repetitionBytes);
}

function isPacked(header: ThriftStruct): boolean {
  const flag = structAt(header, PAGE.dataV2, 'data page')?.get(PAGE_V2.isCompressed);
  return !(flag?.kind === 'bool' && !flag.value);
}

const SPARE_BYTES = 64; // room beyond the end shows that it was reached

function unpackInto(target: Uint8Array, packed: Uint8Array, codec: number): void {
  let bytes: Buffer;
  try {
    const chunkSize = target.length + SPARE_BYTES;
    bytes = NATIVE[codec]!(packed, { maxOutputLength: Math.max(1, target.length), chunkSize });
  } catch (cause) {
    throw broken(target.length, 'bytes that do not unpack', cause);
  }
  if (bytes.length !== target.length) throw broken(target.length, bytes.length);
  target.set(bytes);
  freeBuffer(bytes);
}

function broken(wanted: number, got: number | string, cause?: unknown): ParquetryError {
  return new ParquetryError('E_INTEGRITY', `a Parquet page must unpack to ${wanted} bytes, got ${got}`, {
    hint: 'The file is damaged.',
    cause,
  });
}
