import { crc32 } from 'node:zlib';
import { ParquetryError } from '../../core/errors.ts';
import {
  bool,
  CHUNK,
  COLUMN,
  i32,
  i64,
  list,
  numberAt,
  OFFSET_INDEX,
  PAGE_LOCATION,
  ROW_GROUP,
  requiredNumber,
  struct,
  structAt,
  structsAt,
} from '../../parquet/metadata.ts';
import { PAGE, PAGE_V2 } from '../../parquet/page-runs.ts';
import { changed, shiftColumn, shiftOffsetIndex } from '../../parquet/shift.ts';
import type { ThriftStruct } from '../../parquet/thrift.ts';
import { readStruct } from '../../parquet/thrift-reader.ts';
import { writeStruct } from '../../parquet/thrift-writer.ts';
import type { PageCodec } from './compress.ts';

/*
 * The same compressors run faster natively than in WASM. So parquet-wasm writes plain pages, and these are framed anew:
 *
 *   chunk = [ page of the dictionary ] { page of data }
 *   page  = PageHeader body             the header has the body's size, and here its checksum too
 *   body  = compress(levels values)     version 1, and dictionaries (without levels)
 *         | levels compress(values)     version 2; or levels values, where that is not longer
 */

/** A row group out of its file: all offsets count from the first of `bytes`. */
export interface RowGroupParts {
  readonly bytes: Uint8Array;
  readonly group: ThriftStruct;
  /** One a column, empty where it has none. */
  readonly offsetIndexes: readonly ThriftStruct[];
}

/**
 * The row group with the pages of those columns compressed that have a codec; the others, and a row group none of whose
 * columns has one, stay as they are. Throws E_INTERNAL if pages lie otherwise than the metadata says.
 */
export function compressPages(parts: RowGroupParts, codecs: readonly (PageCodec | undefined)[]): RowGroupParts {
  if (!codecs.some((codec) => codec)) return parts;
  const output = new Output();
  const chunks = structsAt(parts.group, ROW_GROUP.columns, 'columns');
  const packed = chunks.map((chunk, i) => {
    const column = { bytes: parts.bytes, meta: metaOf(chunk), offsetIndex: parts.offsetIndexes[i]! };
    const codec = codecs[i];
    return codec ? compressed(column, codec, output) : copied(column, output);
  });
  const columns = packed.map(({ meta }, i) => struct(changed(chunks[i]!, CHUNK.meta, struct(meta))));
  return {
    bytes: output.bytes(),
    group: new Map(parts.group)
      .set(ROW_GROUP.columns, list('struct', columns))
      .set(ROW_GROUP.totalBytes, i64(sumOf(packed, COLUMN.uncompressedBytes)))
      .set(ROW_GROUP.compressedBytes, i64(output.length)),
    offsetIndexes: packed.map(({ offsetIndex }) => offsetIndex),
  };
}

/** What tells of a column's place and size. */
interface Column {
  readonly meta: ThriftStruct;
  readonly offsetIndex: ThriftStruct;
}

interface PlainColumn extends Column {
  /** Of the row group. */
  readonly bytes: Uint8Array;
}

function copied({ bytes, meta, offsetIndex }: PlainColumn, output: Output): Column {
  const { start, end } = spanOf(meta);
  const by = output.length - start;
  output.add(bytes.subarray(start, end));
  return { meta: shiftColumn(meta, by), offsetIndex: shiftOffsetIndex(offsetIndex, by) };
}

function compressed({ bytes, meta, offsetIndex }: PlainColumn, codec: PageCodec, output: Output): Column {
  const { start, end } = spanOf(meta);
  const from = output.length;
  const pages: PackedPage[] = [];
  let plainBytes = 0;
  for (let at = start; at < end; ) {
    const { value: header, end: bodyStart } = readStruct(bytes, at);
    at = bodyStart + requiredNumber(header, PAGE.compressedBytes, 'compressed_page_size');
    if (at > end) throw unexpected(`pages up to byte ${end}, got ${at}`);
    const page = packPage(header, bytes.subarray(bodyStart, at), { codec, output });
    plainBytes += page.headerBytes + at - bodyStart;
    pages.push(page);
  }
  const dataPages = pages.filter(({ isDictionary }) => !isDictionary);
  const [first] = dataPages;
  if (!first) throw unexpected('a data page in every column');
  const result = new Map(meta)
    .set(COLUMN.codec, i32(codec.id))
    .set(COLUMN.uncompressedBytes, i64(plainBytes))
    .set(COLUMN.compressedBytes, i64(output.length - from))
    .set(COLUMN.dataPageOffset, i64(first.offset));
  // Without a dictionary the column starts with its data.
  if (meta.has(COLUMN.dictionaryPageOffset)) result.set(COLUMN.dictionaryPageOffset, i64(from));
  return { meta: result, offsetIndex: located(offsetIndex, dataPages) };
}

/** Where a page came to lie. */
interface PackedPage {
  readonly offset: number;
  readonly headerBytes: number;
  /** With the header. */
  readonly sizeBytes: number;
  readonly isDictionary: boolean;
}

interface Packing {
  readonly codec: PageCodec;
  readonly output: Output;
}

function packPage(header: ThriftStruct, body: Uint8Array, { codec, output }: Packing): PackedPage {
  const { levels, values, about } = packBody(header, body, codec);
  const checksum = crc32(values, crc32(levels));
  const packed = writeStruct(
    new Map(about)
      .set(PAGE.compressedBytes, i32(levels.length + values.length))
      // Signed on the wire.
      .set(PAGE.crc, i32(checksum | 0)),
  );
  const offset = output.length;
  output.add(packed, levels, values);
  return {
    offset,
    headerBytes: packed.length,
    sizeBytes: output.length - offset,
    isDictionary: header.has(PAGE.dictionary),
  };
}

interface PackedBody {
  /** What is not compressed, in front. */
  readonly levels: Uint8Array;
  readonly values: Uint8Array;
  /** The header, saying so. */
  readonly about: ThriftStruct;
}

function packBody(header: ThriftStruct, body: Uint8Array, codec: PageCodec): PackedBody {
  const v2 = structAt(header, PAGE.dataV2, 'data_page_header_v2');
  if (!v2) return { levels: body.subarray(0, 0), values: codec.compress(body), about: header };
  const levelBytes =
    requiredNumber(v2, PAGE_V2.repetitionBytes, 'repetition_levels_byte_length') +
    requiredNumber(v2, PAGE_V2.definitionBytes, 'definition_levels_byte_length');
  const plain = body.subarray(levelBytes);
  const values = codec.compress(plain);
  const pays = values.length < plain.length;
  return {
    levels: body.subarray(0, levelBytes),
    values: pays ? values : plain,
    about: changed(header, PAGE.dataV2, struct(changed(v2, PAGE_V2.isCompressed, bool(pays)))),
  };
}

/** An offset index that points at `pages`; an absent one stays absent. */
function located(index: ThriftStruct, pages: readonly PackedPage[]): ThriftStruct {
  if (index.size === 0) return index;
  const locations = structsAt(index, OFFSET_INDEX.pages, 'page_locations');
  if (locations.length !== pages.length) throw unexpected(`${pages.length} page locations, got ${locations.length}`);
  const moved = locations.map((location, i) =>
    struct(
      new Map(location)
        .set(PAGE_LOCATION.offset, i64(pages[i]!.offset))
        .set(PAGE_LOCATION.compressedBytes, i32(pages[i]!.sizeBytes)),
    ),
  );
  return changed(index, OFFSET_INDEX.pages, list('struct', moved));
}

/** Where a column's pages are: its dictionary first, if it has one. */
function spanOf(meta: ThriftStruct): { start: number; end: number } {
  if (meta.has(COLUMN.bloomOffset)) throw unexpected('no bloom filters, which nobody asked for');
  const start =
    numberAt(meta, COLUMN.dictionaryPageOffset, 'dictionary_page_offset') ??
    requiredNumber(meta, COLUMN.dataPageOffset, 'data_page_offset');
  return { start, end: start + requiredNumber(meta, COLUMN.compressedBytes, 'total_compressed_size') };
}

function metaOf(chunk: ThriftStruct): ThriftStruct {
  return structAt(chunk, CHUNK.meta, 'meta_data') ?? new Map();
}

function sumOf(columns: readonly Column[], id: number): number {
  return columns.reduce((sum, { meta }) => sum + requiredNumber(meta, id, 'size'), 0);
}

/** Bytes to be joined. Views until then: the large ones are copied once. */
class Output {
  length = 0;
  readonly #parts: Uint8Array[] = [];

  add(...parts: readonly Uint8Array[]): void {
    for (const part of parts) {
      this.#parts.push(part);
      this.length += part.length;
    }
  }

  /** In a buffer of their own and of their size, as it is handed to another thread. */
  bytes(): Uint8Array {
    const joined = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.#parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }
}

function unexpected(wanted: string): ParquetryError {
  return new ParquetryError('E_INTERNAL', `the encoded row group must have ${wanted}`);
}
