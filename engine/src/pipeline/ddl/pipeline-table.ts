import path from 'node:path';
import { compilePartitioner } from '../../columns/partition.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { Field } from '../../core/schema.ts';
import { type ParquetOptions, parquetOptions } from '../../encoders/parquet/options.ts';
import { PROFILES } from '../../encoders/parquet/profiles.ts';
import type { CheckedPipeline, SinkPlan } from '../checked-pipeline.ts';
import { partitionColumns } from './partition-column.ts';
import type { Table } from './table.ts';

export interface TableOptions {
  /** Default: the pipeline's name with all but letters, digits and `_` replaced. */
  readonly name?: string;
  /** Default: where the sink writes. */
  readonly location?: string;
  readonly since?: string;
}

/**
 * The table that the first Parquet sink of a pipeline writes; `output` are the rows that reach it. Throws E_CONFIG if there is
 * no such sink, or if it does not say where its files lie and no location is given.
 */
export function tableOf(pipeline: CheckedPipeline, output: readonly Field[], options: TableOptions): Table {
  const plan = pipeline.sinks.find(isParquet);
  if (!plan) {
    throw new ParquetryError('E_CONFIG', 'a table needs a sink that writes Parquet, and the pipeline has none', {
      hint: 'Add parquet: {} to a sink of type s3 or file.',
      file: pipeline.file,
    });
  }
  const { reader, nanoseconds } = parquetConfig(plan);
  return {
    name: options.name ?? pipeline.name.replace(/[^A-Za-z0-9_]+/g, '_').toLowerCase(),
    columns: compilePartitioner(plan.partitionBy, output).fileFields,
    partitions: partitionColumns(plan.partitionBy, output),
    location: withSlash(options.location ?? locationOf(plan, pipeline.folder)),
    uuid: PROFILES[reader].uuid,
    nanoseconds,
    since: options.since,
  };
}

function isParquet({ encoder }: SinkPlan): boolean {
  return 'type' in encoder && encoder.type === 'parquet';
}

function parquetConfig({ encoder }: SinkPlan): ParquetOptions {
  // The config of a plan has its defaults, but no type: parsing again gives it one.
  return parquetOptions.parse('config' in encoder ? encoder.config : {});
}

function locationOf({ sink }: SinkPlan, folder: string): string {
  if ('type' in sink && sink.type === 's3') {
    const prefix = String(sink.config.prefix ?? '').replace(/^\/+|\/+$/g, '');
    return `s3://${sink.config.bucket}/${prefix}`;
  }
  if ('type' in sink && sink.type === 'file') return path.resolve(folder, String(sink.config.path));
  throw new ParquetryError('E_CONFIG', 'the sink must say where its files lie', { hint: 'Give --location.' });
}

function withSlash(location: string): string {
  return location.endsWith('/') ? location : `${location}/`;
}
