import { ParquetryError } from '../core/errors.ts';
import type { DecodeMemory } from './arena.ts';
import type { ColumnChunk } from './column-chunk.ts';
import { excerptElements, physicalOf } from './excerpt-elements.ts';
import { CHUNK, COLUMN, FILE, fieldsOf, i32, i64, list, PHYSICAL, ROW_GROUP, struct } from './metadata.ts';
import { PAGE } from './page-runs.ts';
import { type Page, pagesIn } from './page-walk.ts';
import type { StoredField } from './stored-fields.ts';
import type { ThriftValue } from './thrift.ts';
import { writeStruct } from './thrift-writer.ts';
import { isNative, unpackedBytes, unpackPage } from './unpack-pages.ts';

const MAGIC = new TextEncoder().encode('PAR1');
const TAIL_BYTES = 8; // length of the metadata, PAR1
const UNCOMPRESSED = 0;

/** The parts of an excerpt that a decoder needs. */
export interface DecoderInput {
  readonly bytes: Uint8Array;
  readonly fields: readonly StoredField[];
  /** One a column. */
  readonly chunks: readonly ColumnChunk[];
  readonly rows: number;
  readonly memory: DecodeMemory;
}

/**
 * An excerpt as the file that the decoder gets: its schema in physical form, for what a value means is not the decoder's business,
 * and its pages unpacked where node:zlib does that faster. Scratch of `memory`.
 */
export function decoderFile({ bytes, fields, chunks, rows, memory }: DecoderInput): Uint8Array {
  const { elements, leaves } = excerptElements(fields, 'physical');
  const pages = chunks.map((chunk) => (isNative(chunk.codec) ? [...pagesIn(bytesOf(bytes, chunk))] : undefined));
  const room = chunks.reduce((sum, chunk, i) => sum + roomFor(chunk, pages[i]), MAGIC.length);
  checkSize(room);
  const data = memory.scratch(room + FOOTER_BYTES);
  data.set(MAGIC);
  let offset = MAGIC.length;
  const columns = chunks.map((chunk, i) => {
    const placed = pages[i] ? putUnpacked(data, offset, pages[i], chunk.codec) : putAsIs(data, offset, bytes, chunk);
    offset += placed.size;
    return columnChunk(chunk, {
      ...placed,
      path: leaves[i]!.path,
      physical: physicalOf(leaves[i]!.scalar.element).physical,
    });
  });
  const group = fieldsOf([
    [ROW_GROUP.columns, list('struct', columns)],
    [ROW_GROUP.totalBytes, i64(offset)],
    [ROW_GROUP.rows, i64(rows)],
  ]);
  const footer = writeStruct(
    fieldsOf([
      [FILE.version, i32(1)],
      [FILE.schema, list('struct', elements.map(struct))],
      [FILE.rows, i64(rows)],
      [FILE.rowGroups, list('struct', [struct(group)])],
    ]),
  );
  return withFooter(data, offset, footer);
}

function bytesOf(bytes: Uint8Array, { pages }: ColumnChunk): Uint8Array {
  return bytes.subarray(pages.start, pages.end);
}

function roomFor({ pages }: ColumnChunk, unpacked: readonly Page[] | undefined): number {
  return unpacked ? unpacked.reduce((sum, page) => sum + unpackedBytes(page), 0) : pages.end - pages.start;
}

/** Where a column lies in the decoder's file. */
interface Placed {
  readonly start: number;
  readonly size: number;
  readonly dictionaryBytes: number;
  readonly codec: number;
}

function putAsIs(data: Uint8Array, start: number, bytes: Uint8Array, chunk: ColumnChunk): Placed {
  const own = bytesOf(bytes, chunk);
  data.set(own, start);
  return { start, size: own.length, dictionaryBytes: chunk.dataStart - chunk.pages.start, codec: chunk.codec };
}

function putUnpacked(data: Uint8Array, start: number, pages: readonly Page[], codec: number): Placed {
  let at = start;
  let dictionaryBytes = 0;
  for (const page of pages) {
    at += unpackPage(page, codec, data.subarray(at));
    if (page.header.has(PAGE.dictionary)) dictionaryBytes = at - start;
  }
  return { start, size: at - start, dictionaryBytes, codec: UNCOMPRESSED };
}

interface ChunkFacts extends Placed {
  readonly path: ThriftValue;
  readonly physical: keyof typeof PHYSICAL;
}

function columnChunk(
  { meta, values }: ColumnChunk,
  { start, size, dictionaryBytes, codec, path, physical }: ChunkFacts,
): ThriftValue {
  const own = fieldsOf([
    [COLUMN.type, i32(PHYSICAL[physical])],
    [COLUMN.encodings, meta.get(COLUMN.encodings)],
    [COLUMN.path, path],
    [COLUMN.codec, i32(codec)],
    [COLUMN.values, i64(values)],
    [COLUMN.uncompressedBytes, meta.get(COLUMN.uncompressedBytes)],
    [COLUMN.compressedBytes, i64(size)],
    [COLUMN.dataPageOffset, i64(start + dictionaryBytes)],
    [COLUMN.dictionaryPageOffset, dictionaryBytes > 0 ? i64(start) : undefined],
  ]);
  return struct(
    fieldsOf([
      [CHUNK.fileOffset, i64(0)],
      [CHUNK.meta, struct(own)],
    ]),
  );
}

/** Room for most footers; a larger one moves the data once. */
const FOOTER_BYTES = 64 * 1024;
const MAX_BYTES = 1 << 30; // what a decoder in WebAssembly can hold next to what it makes of it

function checkSize(size: number): void {
  if (size > MAX_BYTES) {
    throw new ParquetryError(
      'E_INTEGRITY',
      `pages that are read together must unpack to at most ${MAX_BYTES} bytes, got ${size}`,
      {
        hint: 'The file is damaged, or was written with pages too large to be read in parts: 1 MiB is usual.',
      },
    );
  }
}

function withFooter(data: Uint8Array, end: number, footer: Uint8Array): Uint8Array {
  const size = end + footer.length + TAIL_BYTES;
  const file = size <= data.length ? data : new Uint8Array(size);
  if (file !== data) file.set(data.subarray(0, end));
  file.set(footer, end);
  new DataView(file.buffer, file.byteOffset).setUint32(end + footer.length, footer.length, true);
  file.set(MAGIC, end + footer.length + 4);
  return file.subarray(0, size);
}
