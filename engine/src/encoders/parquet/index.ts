import type { Encoder } from '../../columns/encoder.ts';
import type { Component } from '../../core/component.ts';
import { KernelParquetEncoder } from './kernel/encoder.ts';
import { type ParquetOptions, parquetOptions } from './options.ts';
import { usesLz4 } from './uses-lz4.ts';

/** The component as the registry loads it. */
export const component: Component<'encoder', typeof parquetOptions, Encoder> = {
  kind: 'encoder',
  type: 'parquet',
  summary: 'Rows as Parquet files for Athena, Spark, Trino, DuckDB and every other reader of the format.',
  config: parquetOptions,
  create: (config) => (usesLz4(config) ? createWithLz4(config) : new KernelParquetEncoder(config)),
};

/** apache-arrow comes with it, which nobody else needs. */
async function createWithLz4(config: ParquetOptions): Promise<Encoder> {
  const { ParquetEncoder } = await import('./writer.ts');
  return new ParquetEncoder(config);
}
