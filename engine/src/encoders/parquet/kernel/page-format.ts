import type { CompactWriter } from '../../../parquet/compact-writer.ts';
import { PAGE, PAGE_V2 } from '../../../parquet/page-runs.ts';

/*
 * PageHeader of parquet.thrift:
 *   1: type   2: uncompressed_page_size   3: compressed_page_size   4: crc
 *   5: DataPageHeader { 1: num_values  2: encoding  3: definition_level_encoding  4: repetition_level_encoding }
 *   7: DictionaryPageHeader { 1: num_values  2: encoding }
 *   8: DataPageHeaderV2 { 1: num_values  2: num_nulls  3: num_rows  4: encoding  5: definition_levels_byte_length
 *                         6: repetition_levels_byte_length  7: is_compressed }
 * Bounds are in the column index, not here: nobody reads the header of a page to skip it.
 */
const PAGE_TYPE = { data: 0, dictionary: 2, dataV2: 3 } as const;
const PLAIN = 0;
const RLE = 3;

/** Sizes of a page's body, and the CRC-32 of it as it is written. */
export interface BodySizes {
  readonly uncompressedBytes: number;
  readonly compressedBytes: number;
  readonly crc: number;
}

/** What a data page holds. */
export interface DataPage {
  readonly rows: number;
  /** Values and nulls. */
  readonly entries: number;
  readonly values: number;
  readonly encoding: number;
  readonly repetitionBytes: number;
  readonly definitionBytes: number;
  readonly isCompressed: boolean;
}

function startHeader(
  writer: CompactWriter,
  type: number,
  { uncompressedBytes, compressedBytes, crc }: BodySizes,
): void {
  writer.start();
  writer.i32(1, type);
  writer.i32(PAGE.uncompressedBytes, uncompressedBytes);
  writer.i32(PAGE.compressedBytes, compressedBytes);
  writer.i32(PAGE.crc, crc | 0); // signed on the wire
}

export function writeDataHeader(writer: CompactWriter, sizes: BodySizes, page: DataPage): void {
  startHeader(writer, PAGE_TYPE.data, sizes);
  writer.struct(PAGE.data);
  writer.i32(1, page.entries);
  writer.i32(2, page.encoding);
  writer.i32(3, RLE);
  writer.i32(4, RLE);
  writer.end();
  writer.end();
}

export function writeDataHeaderV2(writer: CompactWriter, sizes: BodySizes, page: DataPage): void {
  startHeader(writer, PAGE_TYPE.dataV2, sizes);
  writer.struct(PAGE.dataV2);
  writer.i32(1, page.entries);
  writer.i32(PAGE_V2.nulls, page.entries - page.values);
  writer.i32(3, page.rows);
  writer.i32(PAGE_V2.encoding, page.encoding);
  writer.i32(PAGE_V2.definitionBytes, page.definitionBytes);
  writer.i32(PAGE_V2.repetitionBytes, page.repetitionBytes);
  writer.bool(PAGE_V2.isCompressed, page.isCompressed);
  writer.end();
  writer.end();
}

export function writeDictionaryHeader(writer: CompactWriter, sizes: BodySizes, entries: number): void {
  startHeader(writer, PAGE_TYPE.dictionary, sizes);
  writer.struct(PAGE.dictionary);
  writer.i32(1, entries);
  writer.i32(2, PLAIN);
  writer.end();
  writer.end();
}
