import type { Method } from './method.ts';
import type { Histogram } from './profile.ts';
import type { Count, FieldInfo, Rows } from './rows.ts';

/** A Parquet file that is open for looking. */
export interface ParquetSummary {
  readonly handle: string;
  readonly uri: string;
  readonly sizeBytes: number;
  readonly rows: number;
  readonly createdBy?: string;
  readonly version: number;
  readonly keyValues: readonly (readonly [key: string, value: string])[];
  /** Top level columns. */
  readonly fields: readonly FieldInfo[];
  /** Leaf columns, at most 10,000. */
  readonly columns: readonly ParquetColumn[];
  readonly rowGroups: readonly ParquetRowGroup[];
  /** What a reader should know: no statistics, one giant row group, old int96 times. */
  readonly notes: readonly string[];
}

export interface ParquetColumn {
  /** Dotted path. */
  readonly path: string;
  readonly physicalType: string;
  readonly logicalType?: string;
  readonly codec: string;
  readonly encodings: readonly string[];
  readonly compressedBytes: number;
  readonly uncompressedBytes: number;
  readonly nulls?: number;
  readonly hasBloom: boolean;
  readonly hasPageIndex: boolean;
}

export interface ParquetRowGroup {
  readonly rows: number;
  readonly bytes: number;
  readonly uncompressedBytes: number;
  /** Per leaf column, in the order of `columns`; absent beyond 200 columns, or 50,000 chunks. */
  readonly chunks?: readonly ParquetChunk[];
}

export interface ParquetChunk {
  readonly bytes: number;
  readonly uncompressedBytes: number;
  readonly min?: string;
  readonly max?: string;
  readonly nulls?: number;
}

/** A condition on a column; several are joined by and. */
export interface ParquetFilter {
  readonly column: string;
  readonly op: '=' | '!=' | '<' | '<=' | '>' | '>=' | 'contains' | 'is null' | 'is not null';
  /** As text, in the column's type: `2026-01-01T00:00:00Z`, `12.50`. */
  readonly value?: string;
}

export interface ParquetRowsParams {
  readonly handle: string;
  /** Of the file, or of what the filter leaves. */
  readonly start: number;
  /** At most 1,000. */
  readonly count: number;
  /** Top level columns. Default: the first 100. */
  readonly columns?: readonly string[];
  readonly filters?: readonly ParquetFilter[];
  readonly sort?: { readonly column: string; readonly isDescending: boolean };
}

export interface ParquetPage {
  readonly rows: Rows;
  /** For each row: its number in the file. */
  readonly rowNumbers: Float64Array;
  /** Rows that match; `isTotalExact` is false while a filter has not looked at the whole file. */
  readonly total: number;
  readonly isTotalExact: boolean;
  /** Sorted rows can be asked for up to this one; absent: all. */
  readonly reachable?: number;
  /** Cells whose text was cut, as `[row, column]`: long strings come by `parquet.cell`. */
  readonly cut: readonly (readonly [row: number, column: number])[];
  /** Cells whose value has no form in its column's type, such as text that is not UTF-8; what `rows` holds there means nothing. */
  readonly refused: readonly { readonly row: number; readonly column: number; readonly message: string }[];
}

/** How far a search through a file is. */
export interface ParquetScanProgress {
  /** Rows that were looked at, or skipped by statistics. */
  readonly scannedRows: number;
  readonly matches: number;
}

/** What a sample of a column's values, taken all over the file, tells of it; all counts are of the sample. */
export interface ColumnInsight {
  /** Of the file. */
  readonly rows: number;
  readonly nulls: number;
  readonly distinct: number;
  /** The sample is the whole column. */
  readonly isDistinctExact: boolean;
  /** Of the file where `isRangeExact`, else of the sample. */
  readonly min?: string;
  readonly max?: string;
  readonly isRangeExact: boolean;
  readonly top: readonly Count[];
  readonly histogram?: Histogram;
  /** The insight looked at this many rows. */
  readonly sampledRows: number;
}

export interface ParquetPageInfo {
  readonly kind: 'dictionary' | 'data' | 'data-v2' | 'index';
  readonly encoding: string;
  readonly values: number;
  readonly bytes: number;
  readonly uncompressedBytes: number;
  readonly min?: string;
  readonly max?: string;
  readonly nulls?: number;
  readonly hasCrc: boolean;
}

export interface ParquetMethods {
  /** A local path, or `s3://bucket/key` with the settings of a pipeline (`target`), or of the environment. */
  'parquet.open': Method<
    { readonly uri: string; readonly target?: { folder: string; environment?: string } },
    ParquetSummary
  >;
  /**
   * Rows of the file, of what filters leave, or in the order of a column. With filters the answer comes as soon as its rows are
   * found; asking for `count: 0` behind the end finds all, so that the total is exact.
   */
  'parquet.rows': Method<ParquetRowsParams, ParquetPage, ParquetScanProgress>;
  /** One value in full, as text; at most 16 MiB. */
  'parquet.cell': Method<
    { readonly handle: string; readonly row: number; readonly column: string },
    { readonly text: string; readonly isCut: boolean }
  >;
  'parquet.insight': Method<{ readonly handle: string; readonly column: string }, ColumnInsight>;
  'parquet.pages': Method<
    { readonly handle: string; readonly column: string; readonly rowGroup: number },
    { readonly pages: readonly ParquetPageInfo[]; readonly isCut: boolean }
  >;
  /** Whether `parquet.sql` finds DuckDB for this file, now. */
  'parquet.duckdb': Method<{ readonly handle: string }, { readonly isInstalled: boolean }>;
  /** The file is the table `file`. E_NOT_FOUND with what to do where DuckDB is not installed. */
  'parquet.sql': Method<
    { readonly handle: string; readonly sql: string; readonly limit?: number },
    { readonly rows: Rows; readonly isCut: boolean; readonly elapsedMs: number }
  >;
  /**
   * Writes what the filter leaves, or a query finds, to a file; the format by its name: .csv, .ndjson, .json, .parquet (of a query
   * only). All columns where none are named. What was there is replaced once all is written.
   */
  'parquet.export': Method<
    Omit<ParquetRowsParams, 'start' | 'count'> & { readonly file: string; readonly sql?: string },
    { readonly rows: number },
    { readonly rows: number }
  >;
  'parquet.close': Method<{ readonly handle: string }, void>;
}
