/** For the tests of this folder: transforms out of texts, and batches out of objects. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ColumnBatch } from '../columns/column.ts';
import type { RecordBatch } from '../columns/record-batch.ts';
import type { DeliveryContext } from '../columns/transform.ts';
import { readRow, type Value } from '../columns/values.ts';
import type { Schema } from '../core/schema.ts';
import { createRowAppender } from './appenders/row-appender.ts';

/** A temporary folder of files, gone when disposed. */
export interface Project extends AsyncDisposable {
  readonly folder: string;
  /** Absolute path of a file in it. */
  path(name: string): string;
}

/** Writes files into a new folder. */
export async function createProject(files: Readonly<Record<string, string>>): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'parquetry-'));
  const path = (name: string) => join(folder, name);
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(path(name), text)));
  return { folder, path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** Records of one delivery, as columns. Throws if one does not fit the schema. */
export function batchOf(schema: Schema, records: readonly object[]): RecordBatch {
  const appender = createRowAppender(schema);
  for (const record of records) if (!appender.append(record)) throw new Error(appender.misfit.message);
  const ordinal = Int32Array.from(records.keys());
  const nowhere = new Int32Array(records.length);
  return {
    rows: appender.finish(),
    delivery: new Int32Array(records.length),
    ordinal,
    start: nowhere,
    end: nowhere,
    bodies: [new Uint8Array()],
  };
}

/** The rows of a batch as objects. */
export function rowsOf(batch: ColumnBatch): Readonly<Record<string, Value>>[] {
  return Array.from({ length: batch.length }, (_, row) => readRow(batch, row));
}

/** A delivery with nothing special. */
export function deliveryOf(facts: Partial<DeliveryContext> = {}): DeliveryContext {
  return { id: 'message-1', attributes: {}, receivedAtMs: 1_700_000_000_000, ...facts };
}
