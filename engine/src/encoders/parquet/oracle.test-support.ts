import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { fromArrowIpc } from '../../columns/arrow.ts';
import type { ColumnBatch } from '../../columns/column.ts';
import { batchFromRows } from '../../columns/rows.ts';
import { readRow, type Value } from '../../columns/values.ts';
import type { Field } from '../../core/schema.ts';
import { parseSlot } from '../../core/schema-text.ts';
import type { ByteSource } from '../../parquet/footer-reader.ts';
import { withWasm } from '../../parquet/wasm.ts';
import { KernelParquetEncoder } from './kernel/encoder.ts';
import { parquetOptions } from './options.ts';
import { ParquetEncoder } from './writer.ts';

export type Row = { readonly [name: string]: Value };

/** Fields from our notation of types. */
export function fieldsOf(types: Readonly<Record<string, string>>): Field[] {
  return Object.entries(types).map(([name, text]) => ({ name, ...parseSlot(text) }));
}

const ENCODERS = { kernel: KernelParquetEncoder, 'parquet-wasm': ParquetEncoder } as const;
export type EncoderName = keyof typeof ENCODERS;
/** Both encoders, by what writes the pages: tests prove the same of each. */
export const ENCODER_NAMES = Object.keys(ENCODERS) as readonly EncoderName[];

/** An encoder as a pipeline file configures it. */
export function encoderOf(
  options: object = {},
  name: EncoderName = 'parquet-wasm',
): ParquetEncoder | KernelParquetEncoder {
  return new ENCODERS[name](parquetOptions.parse(options));
}

/** The kernel's, with what is its own. */
export function kernelEncoderOf(options: object = {}): KernelParquetEncoder {
  return new KernelParquetEncoder(parquetOptions.parse(options));
}

/** A file of one segment for each group of rows. */
export function fileOf(
  fields: readonly Field[],
  groups: readonly (readonly Row[])[],
  options: object = {},
  name: EncoderName = 'parquet-wasm',
): Uint8Array {
  const encoder = encoderOf(options, name);
  const segments = groups.map((rows) => encoder.encode(batchFromRows(fields, rows)));
  return Buffer.concat(encoder.assemble(segments, { fields, keyValues: {} }));
}

export function sourceOf(file: Uint8Array): ByteSource {
  const { buffer, byteOffset, byteLength } = file;
  return {
    byteLength,
    slice: async (start, end) => buffer.slice(byteOffset + start, byteOffset + end) as ArrayBuffer,
  };
}

/** All rows, decoded by parquet-wasm. */
export function rowsByWasm(file: Uint8Array, fields: readonly Field[]): Row[] {
  const ipc = withWasm((wasm) => wasm.readParquet(file).intoIPCStream());
  return fromArrowIpc(ipc, fields).flatMap(rowsOf);
}

export function rowsOf(batch: ColumnBatch): Row[] {
  return Array.from({ length: batch.length }, (_, row) => readRow(batch, row));
}

/** DuckDB over files in a folder of its own, gone at the end. */
export class Duck {
  readonly #folder: string;
  readonly #connection: Awaited<ReturnType<DuckDBInstance['connect']>>;
  #files = 0;

  private constructor(folder: string, connection: Awaited<ReturnType<DuckDBInstance['connect']>>) {
    this.#folder = folder;
    this.#connection = connection;
  }

  static async open(): Promise<Duck> {
    const folder = await mkdtemp(join(tmpdir(), 'parquetry-encoders-'));
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    return new Duck(folder, connection);
  }

  /** Rows of a query in which `FILE` stands for the file's quoted path. Exact: what JSON cannot hold is text. */
  async query(file: Uint8Array, sql: string): Promise<readonly (readonly unknown[])[]> {
    const path = join(this.#folder, `${this.#files++}.parquet`);
    await writeFile(path, file);
    const result = await this.#connection.runAndReadAll(sql.replaceAll('FILE', `'${path}'`));
    return result.getRowsJson();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection.closeSync();
    await rm(this.#folder, { recursive: true });
  }
}

/** `encoderOf` and `fileOf` of one encoder. */
export function writersOf(name: EncoderName) {
  return {
    encoderOf: (options: object = {}) => encoderOf(options, name),
    fileOf: (fields: readonly Field[], groups: readonly (readonly Row[])[], options: object = {}) =>
      fileOf(fields, groups, options, name),
  };
}
