import type { Encoder } from '../../columns/encoder.ts';
import type { Component } from '../../core/component.ts';
import { KernelParquetEncoder } from './kernel/encoder.ts';
import { parquetOptions } from './options.ts';
import { usesLz4 } from './uses-lz4.ts';
import { ParquetEncoder } from './writer.ts';

/** The component as the registry loads it. */
export const component: Component<'encoder', typeof parquetOptions, Encoder> = {
  kind: 'encoder',
  type: 'parquet',
  summary: 'Rows as Parquet files for Athena, Spark, Trino, DuckDB and every other reader of the format.',
  config: parquetOptions,
  create: (config) => (usesLz4(config) ? new ParquetEncoder(config) : new KernelParquetEncoder(config)),
};
