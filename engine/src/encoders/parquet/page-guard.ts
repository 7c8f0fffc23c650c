import { crc32 } from 'node:zlib';
import { ParquetryError } from '../../core/errors.ts';
import type { ByteSource } from './footer-reader.ts';
import { numberAt, requiredNumber, structAt } from './metadata.ts';
import type { ThriftStruct } from './thrift.ts';
import { readStruct } from './thrift-reader.ts';

/** The bytes [start, end) of a column chunk. */
export interface ChunkRange {
  readonly start: number;
  readonly end: number;
}

/* PageHeader: 2 uncompressed size, 3 compressed size, 4 CRC of the page, 5 DataPageHeader, 7 DictionaryPageHeader, 8 DataPageHeaderV2; 1 of these: values */
const HEADER = {
  uncompressedBytes: 2,
  compressedBytes: 3,
  crc: 4,
  dataPage: 5,
  dictionaryPage: 7,
  dataPageV2: 8,
} as const;
const VALUES = 1;

const MAX_PAGE_BYTES = 512 * 2 ** 20;
const MAX_PAGE_VALUES = 2 ** 24;

/**
 * A view of `source` that checks the page headers of what it hands out. A run-length page of a few bytes can claim billions
 * of values, and a decoder believes it; reads through this fail with E_INTEGRITY first, and on a wrong checksum.
 */
export function guardPages(source: ByteSource, chunks: readonly ChunkRange[]): ByteSource {
  return {
    byteLength: source.byteLength,
    async slice(start, end) {
      const buffer = await source.slice(start, end);
      for (const chunk of chunks) {
        const [from, to] = [Math.max(start, chunk.start), Math.min(end, chunk.end)];
        if (from < to) checkPages(new Uint8Array(buffer, from - start, to - from), from);
      }
      return buffer;
    },
  };
}

/** Reads start at a page: at a chunk's start, or where its offset index says that a page starts. */
function checkPages(bytes: Uint8Array, fileOffset: number): void {
  for (let at = 0; at < bytes.length; ) {
    const { value: header, end } = readStruct(bytes, at);
    checkHeader(header, fileOffset + at);
    at = end + requiredNumber(header, HEADER.compressedBytes, 'compressed_page_size');
    if (at > bytes.length) throw broken(`a page within its ${bytes.length} bytes, got an end of ${at}`, fileOffset);
    const checksum = numberAt(header, HEADER.crc, 'crc');
    if (checksum !== undefined && checksum !== (crc32(bytes.subarray(end, at)) | 0)) {
      throw broken('pages that match their checksum, got another', fileOffset + end);
    }
  }
}

function checkHeader(header: ThriftStruct, at: number): void {
  const size = requiredNumber(header, HEADER.uncompressedBytes, 'uncompressed_page_size');
  const compressed = requiredNumber(header, HEADER.compressedBytes, 'compressed_page_size');
  if (size < 0 || compressed < 0 || size > MAX_PAGE_BYTES) {
    throw broken(`pages of at most ${MAX_PAGE_BYTES} bytes, got ${size} (${compressed} compressed)`, at);
  }
  for (const id of [HEADER.dataPage, HEADER.dictionaryPage, HEADER.dataPageV2]) {
    const page = structAt(header, id, 'page header');
    const values = page ? (numberAt(page, VALUES, 'num_values') ?? 0) : 0;
    if (values < 0 || values > MAX_PAGE_VALUES) {
      throw broken(`pages of at most ${MAX_PAGE_VALUES} values, got ${values}`, at);
    }
  }
}

function broken(wanted: string, at: number): ParquetryError {
  return new ParquetryError('E_INTEGRITY', `a Parquet column must have ${wanted}, at byte ${at}`, {
    hint: 'The file is damaged, or its pages are too large to inspect; the metadata can be read without rows.',
    details: { at },
  });
}
