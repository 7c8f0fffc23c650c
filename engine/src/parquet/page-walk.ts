import { crc32 } from 'node:zlib';
import { ParquetryError } from '../core/errors.ts';
import { numberAt, requiredNumber, structAt } from './metadata.ts';
import { PAGE } from './page-runs.ts';
import type { ThriftStruct } from './thrift.ts';
import { readStruct } from './thrift-reader.ts';

/** A page in memory. */
export interface Page {
  readonly header: ThriftStruct;
  readonly headerBytes: number;
  /** As it is stored: compressed, if the column is. */
  readonly body: Uint8Array;
}

/** Far beyond real pages; bounds what foreign bytes can make us hold. */
export const MAX_PAGE_BYTES = 512 * 2 ** 20;

/** The pages that `bytes` are made of. Throws E_INTEGRITY if they are not made of pages. */
export function* pagesIn(bytes: Uint8Array): Generator<Page> {
  for (let at = 0; at < bytes.length; ) {
    const { value: header, end } = readStruct(bytes, at);
    const size = requiredNumber(header, PAGE.compressedBytes, 'compressed_page_size');
    if (size < 0 || end + size > bytes.length)
      throw broken(`a page within its ${bytes.length} bytes, got ${size} at ${at}`);
    yield { header, headerBytes: end - at, body: bytes.subarray(end, end + size) };
    at = end + size;
  }
}

/** The values of data pages; fewer than there are if the bytes are no pages, which whoever decodes them will say better. */
export function countValues(bytes: Uint8Array): number {
  let values = 0;
  try {
    for (const { header } of pagesIn(bytes)) values += valuesOf(header);
  } catch {}
  return values;
}

function valuesOf(header: ThriftStruct): number {
  const page = structAt(header, PAGE.data, 'data page') ?? structAt(header, PAGE.dataV2, 'data page');
  return page ? (numberAt(page, PAGE.values, 'num_values') ?? 0) : 0;
}

/**
 * Checks what a decoder would not, or would believe: checksums, sizes and that a column has no more values than `maxValues`.
 * Throws E_INTEGRITY.
 */
export function checkPages(bytes: Uint8Array, maxValues: number): void {
  let values = 0;
  for (const { header, body } of pagesIn(bytes)) {
    const size = requiredNumber(header, PAGE.uncompressedBytes, 'uncompressed_page_size');
    if (size < 0 || size > MAX_PAGE_BYTES) throw broken(`pages of at most ${MAX_PAGE_BYTES} bytes, got ${size}`);
    const checksum = numberAt(header, PAGE.crc, 'crc');
    if (checksum !== undefined && checksum !== (crc32(body) | 0))
      throw broken('pages that match their checksum, got another');
    values += valuesOf(header);
    if (values > maxValues) throw broken(`at most ${maxValues} values, got ${values}`);
  }
}

function broken(wanted: string): ParquetryError {
  return new ParquetryError('E_INTEGRITY', `a Parquet column must have ${wanted}`, { hint: 'The file is damaged.' });
}
