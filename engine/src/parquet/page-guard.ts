import { crc32 } from 'node:zlib';
import { ParquetryError } from '../core/errors.ts';
import type { Decompressors } from './decompress.ts';
import type { ByteSource } from './footer-reader.ts';
import { numberAt, requiredNumber, structAt } from './metadata.ts';
import { checkDataPageV1, checkDataPageV2, type Levels, PAGE } from './page-runs.ts';
import type { ThriftStruct } from './thrift.ts';
import { readStruct } from './thrift-reader.ts';

/** A column of a row group: where its bytes are and how its pages are laid out. */
export interface GuardedChunk {
  /** The bytes [start, end) of the file. */
  readonly start: number;
  readonly end: number;
  /** As hyparquet names it. */
  readonly codec: string;
  readonly levels: Levels;
}

const MAX_PAGE_BYTES = 512 * 2 ** 20;
const MAX_PAGE_VALUES = 2 ** 24;

/**
 * A view of `source` that checks pages and indexes before it hands them out: checksums, sizes, and the lengths of runs. A page
 * of a few bytes can claim billions of values, and hyparquet believes it until memory ends; reads through this fail with
 * E_INTEGRITY first.
 */
export function guardPages(
  source: ByteSource,
  chunks: readonly GuardedChunk[],
  decompressors: Decompressors,
): ByteSource {
  return {
    byteLength: source.byteLength,
    async slice(start, end) {
      const buffer = await source.slice(start, end);
      let isData = false;
      for (const chunk of chunks) {
        const [from, to] = [Math.max(start, chunk.start), Math.min(end, chunk.end)];
        if (from >= to) continue;
        isData = true;
        checkPages(new Uint8Array(buffer, from - start, to - from), from, { chunk, decompressors });
      }
      // All else that is read is an offset index.
      if (!isData) readStruct(new Uint8Array(buffer));
      return buffer;
    },
  };
}

interface PageContext {
  readonly chunk: GuardedChunk;
  readonly decompressors: Decompressors;
}

/** Reads start at a page: at a chunk's start, or where its offset index says that a page starts. */
function checkPages(bytes: Uint8Array, fileOffset: number, context: PageContext): void {
  for (let at = 0; at < bytes.length; ) {
    const { value: header, end } = readStruct(bytes, at);
    checkHeader(header, fileOffset + at);
    at = end + requiredNumber(header, PAGE.compressedBytes, 'compressed_page_size');
    if (at > bytes.length) throw broken(`a page within its ${bytes.length} bytes, got an end of ${at}`, fileOffset);
    const body = bytes.subarray(end, at);
    const checksum = numberAt(header, PAGE.crc, 'crc');
    if (checksum !== undefined && checksum !== (crc32(body) | 0)) {
      throw broken('pages that match their checksum, got another', fileOffset + end);
    }
    checkBody(header, body, context);
  }
}

function checkHeader(header: ThriftStruct, at: number): void {
  const size = requiredNumber(header, PAGE.uncompressedBytes, 'uncompressed_page_size');
  const compressed = requiredNumber(header, PAGE.compressedBytes, 'compressed_page_size');
  if (size < 0 || compressed < 0 || size > MAX_PAGE_BYTES) {
    throw broken(`pages of at most ${MAX_PAGE_BYTES} bytes, got ${size} (${compressed} compressed)`, at);
  }
  for (const id of [PAGE.data, PAGE.dictionary, PAGE.dataV2]) {
    const page = structAt(header, id, 'page header');
    const values = page ? (numberAt(page, PAGE.values, 'num_values') ?? 0) : 0;
    if (values < 0 || values > MAX_PAGE_VALUES) {
      throw broken(`pages of at most ${MAX_PAGE_VALUES} values, got ${values}`, at);
    }
  }
}

function checkBody(header: ThriftStruct, body: Uint8Array, { chunk, decompressors }: PageContext): void {
  const size = requiredNumber(header, PAGE.uncompressedBytes, 'uncompressed_page_size');
  const decompress = (bytes: Uint8Array, length: number) => decompressors[chunk.codec]?.(bytes, length) ?? bytes;
  const [data, dataV2] = [structAt(header, PAGE.data, 'data page'), structAt(header, PAGE.dataV2, 'data page')];
  if (data) checkDataPageV1(data, decompress(body, size), chunk.levels);
  if (dataV2) checkDataPageV2(dataV2, { body, size, decompress }, chunk.levels);
}

function broken(wanted: string, at: number): ParquetryError {
  return new ParquetryError('E_INTEGRITY', `a Parquet column must have ${wanted}, at byte ${at}`, {
    hint: 'The file is damaged, or its pages are too large to inspect; the metadata can be read without rows.',
    details: { at },
  });
}
