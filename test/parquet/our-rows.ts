import { openAsBlob } from 'node:fs';
import { bigintAt, isNull } from '../../engine/src/columns/cells.ts';
import type { Column, ColumnBatch } from '../../engine/src/columns/column.ts';
import { NANOS_PER_UNIT } from '../../engine/src/columns/scalar-text.ts';
import { readValue } from '../../engine/src/columns/values.ts';
import type { Schema } from '../../engine/src/core/schema.ts';
import type { ByteSource } from '../../engine/src/parquet/footer-reader.ts';
import { type BatchesOptions, openParquet } from '../../engine/src/parquet/reader.ts';
import type { Exact, Row } from './duckdb-rows.ts';

/** A file as a source of ranges. */
export async function fileBytes(path: string): Promise<ByteSource> {
  const blob = await openAsBlob(path);
  return { byteLength: blob.size, slice: (start, end) => blob.slice(start, end).arrayBuffer() };
}

export function bytesSource(bytes: Uint8Array): ByteSource {
  const { buffer, byteOffset, byteLength } = bytes;
  const slice = async (start: number, end: number) =>
    buffer.slice(byteOffset + start, byteOffset + Math.min(end, byteLength)) as ArrayBuffer;
  return { byteLength, slice };
}

/** What reading a file gives, all at once. */
export interface OurRows {
  readonly rows: Row[];
  readonly refused: readonly string[];
  readonly batches: number;
}

export async function ourRows(source: ByteSource, options: BatchesOptions = {}): Promise<OurRows> {
  const reader = await openParquet(source);
  const rows: Row[] = [];
  const refused: string[] = [];
  let batches = 0;
  for await (const batch of reader.batches(options)) {
    batches++;
    refused.push(...batch.refused.map(({ message }) => message));
    for (let row = 0; row < batch.rows.length; row++) rows.push(exactRow(batch.rows, row));
  }
  return { rows, refused, batches };
}

/** As `readRow`, but whatever the file holds: moments are nanoseconds, and maps lists of pairs. */
export function exactRow({ fields, columns }: ColumnBatch, row: number): Row {
  return Object.fromEntries(fields.map(({ name }, i) => [name, exactValue(columns[i]!, row)]));
}

function exactValue(column: Column, row: number): Exact {
  const { type, children } = column;
  if (isNull(column, row)) return null;
  const elements = (of: (element: number) => Exact): Exact[] => {
    const start = column.offsets![row]!;
    return Array.from({ length: column.offsets![row + 1]! - start }, (_, i) => of(start + i));
  };
  switch (type.kind) {
    case 'timestamp':
      return bigintAt(column, row) * NANOS_PER_UNIT[type.unit];
    case 'list':
      return elements((element) => exactValue(children![0]!, element));
    case 'map':
      return elements((entry) => children!.map((child) => exactValue(child, entry)));
    case 'struct':
      return Object.fromEntries(type.fields.map(({ name }, i) => [name, exactValue(children![i]!, row)]));
    default:
      return readValue(column, row);
  }
}

/** The schema that a file's footer tells of. */
export async function readParquetSchema(path: string): Promise<Schema> {
  return { fields: (await openParquet(await fileBytes(path))).fields };
}
