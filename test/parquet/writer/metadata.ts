import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';

/** What a file says of the values of a chunk or a page: their bounds in the bytes that stand there. */
export interface Statistics {
  readonly min?: Uint8Array;
  readonly max?: Uint8Array;
  /** Undefined where the file does not say. */
  readonly isMinExact?: boolean;
  readonly isMaxExact?: boolean;
  readonly nullCount?: number;
}

/** A data page by the indexes of its chunk. */
export interface Page {
  /** In the file, with the page's header. */
  readonly start: number;
  readonly end: number;
  /** In the row group. */
  readonly firstRow: number;
  readonly isNull?: boolean;
  /** Of the column index, where there is one. */
  readonly statistics?: Statistics;
}

export interface Chunk {
  /** In the file, with a dictionary page if there is one. */
  readonly start: number;
  readonly end: number;
  /** By their numbers in parquet.thrift. */
  readonly encodings: readonly number[];
  readonly statistics: Statistics;
  readonly pages: readonly Page[];
  /** `UNORDERED`, `ASCENDING` or `DESCENDING`, by its number; of the column index. */
  readonly boundaryOrder?: number;
  readonly bloomOffset?: number;
  readonly bloomBytes?: number;
}

export interface RowGroup {
  readonly rows: number;
  readonly chunks: readonly Chunk[];
}

type Thrift = ReturnType<typeof deserializeTCompactProtocol>;

/**
 * The row groups of a file as its bytes have them: hyparquet reads the structs, and nothing turns bounds into values. Fields by
 * their numbers in parquet.thrift.
 */
export function rowGroupsOf(file: Uint8Array): readonly RowGroup[] {
  const tail = new DataView(file.buffer, file.byteOffset + file.length - 8, 8);
  const footer = thriftAt(file, file.length - 8 - tail.getUint32(0, true));
  return (footer.field_4 as Thrift[]).map((group) => ({
    rows: Number(group.field_3),
    chunks: (group.field_1 as Thrift[]).map((chunk) => chunkOf(file, chunk)),
  }));
}

function chunkOf(file: Uint8Array, chunk: Thrift): Chunk {
  const meta = chunk.field_3;
  const start = Number(meta.field_11 ?? meta.field_9);
  const columnIndex = chunk.field_6 === undefined ? undefined : thriftAt(file, Number(chunk.field_6));
  const offsetIndex = chunk.field_4 === undefined ? undefined : thriftAt(file, Number(chunk.field_4));
  return {
    start,
    end: start + Number(meta.field_7),
    encodings: meta.field_2,
    statistics: statisticsOf(meta.field_12 ?? {}),
    pages: ((offsetIndex?.field_1 ?? []) as Thrift[]).map((location, i) => pageOf(location, columnIndex, i)),
    boundaryOrder: columnIndex?.field_4,
    bloomOffset: meta.field_14 === undefined ? undefined : Number(meta.field_14),
    bloomBytes: meta.field_15,
  };
}

function statisticsOf(statistics: Thrift): Statistics {
  const { field_3: nullCount, field_5: max, field_6: min, field_7: isMaxExact, field_8: isMinExact } = statistics;
  return { min, max, isMinExact, isMaxExact, nullCount: nullCount === undefined ? undefined : Number(nullCount) };
}

function pageOf(location: Thrift, columnIndex: Thrift | undefined, i: number): Page {
  const start = Number(location.field_1);
  const place = { start, end: start + location.field_2, firstRow: Number(location.field_3) };
  if (!columnIndex) return place;
  const isNull = columnIndex.field_1[i];
  const nullCount = columnIndex.field_5 === undefined ? undefined : Number(columnIndex.field_5[i]);
  // Of a page of nulls the bounds are empty bytes that mean nothing.
  const bounds = isNull ? {} : { min: columnIndex.field_2[i], max: columnIndex.field_3[i] };
  return { ...place, isNull, statistics: { ...bounds, nullCount } };
}

function thriftAt(file: Uint8Array, offset: number): Thrift {
  return deserializeTCompactProtocol({ view: new DataView(file.buffer, file.byteOffset, file.length), offset });
}
