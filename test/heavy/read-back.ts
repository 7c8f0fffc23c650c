import { readFile } from 'node:fs/promises';
import { type RecordBatch, tableFromIPC } from 'apache-arrow';
import { parquetMetadata, parquetRead } from 'hyparquet';
import { loadDecompressors } from '../../engine/src/parquet/decompress.ts';
import { withWasm } from '../../engine/src/parquet/wasm.ts';

/** Values of a column, of rows that follow each other. */
export interface ColumnPart {
  readonly column: string;
  /** Of the first value, in its file. */
  readonly row: number;
  readonly length: number;
  /** Moments are milliseconds, decimals count their last digit, other numbers are numbers. */
  readonly at: (i: number) => string | number | null;
}

/** Reads a file by row groups and columns, with a reader that shares no code with ours. */
export type ReadBack = (path: string) => AsyncGenerator<ColumnPart>;

interface Part {
  readonly columnName: string;
  readonly columnData: ArrayLike<unknown>;
  readonly rowStart: number;
}

export const byHyparquet: ReadBack = async function* (path) {
  const file = await bufferOf(path);
  const metadata = parquetMetadata(file);
  const compressors = await loadDecompressors();
  const parsers = { timestampFromMicroseconds: (micros: bigint) => Number(micros) / 1_000 };
  const columns = metadata.schema.slice(1).map(({ name }) => name);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    for (const column of columns) {
      const parts: Part[] = [];
      const onChunk = (part: Part) => parts.push(part);
      await parquetRead({ file, metadata, compressors, parsers, columns: [column], rowStart, rowEnd, onChunk });
      for (const { columnData: values, rowStart: row } of parts) {
        yield { column, row, length: values.length, at: (i) => plain(column, values[i]) };
      }
    }
    rowStart = rowEnd;
  }
};

function plain(column: string, value: unknown): string | number | null {
  if (column === 'amount') return Math.round(Number(value) * 100);
  return typeof value === 'bigint' ? Number(value) : ((value ?? null) as string | number | null);
}

async function bufferOf(path: string): Promise<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = await readFile(path);
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}

export const byParquetWasm: ReadBack = async function* (path) {
  const bytes = await readFile(path);
  const { row_groups: groups } = parquetMetadata(await bufferOf(path));
  let row = 0;
  for (const group of groups.keys()) {
    const ipc = withWasm((wasm) => wasm.readParquet(bytes, { rowGroups: [group], batchSize: 1 << 16 }).intoIPCStream());
    for (const batch of tableFromIPC(ipc).batches) {
      for (const { name } of batch.schema.fields) {
        yield { column: name, row, length: batch.numRows, at: valuesOf(name, batch) };
      }
      row += batch.numRows;
    }
  }
};

function valuesOf(column: string, batch: RecordBatch): ColumnPart['at'] {
  const vector = batch.getChild(column)!;
  // Of a decimal: four words a value, of which the others are zero here.
  const words = column === 'amount' ? (vector.data[0]!.values as Int32Array) : undefined;
  if (words) return (i) => words[4 * i]!;
  return (i) => plain(column, vector.get(i));
}
