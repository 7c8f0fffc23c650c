import type { ColumnBatch } from '../../columns/column.ts';
import type { Encoder, Segment } from '../../columns/encoder.ts';
import { compilePartitioner, type Partitioner, type PartitionPart } from '../../columns/partition.ts';
import type { ComponentContext } from '../../core/component.ts';
import type { Field } from '../../core/schema.ts';
import { totalBytes } from '../../core/total-bytes.ts';
import type { ParquetOptions } from '../../encoders/parquet/options.ts';
import type { SinkPlan } from '../../pipeline/checked-pipeline.ts';
import { makeComponent } from '../../runtime/components.ts';
import { encodeRows, fileBytes } from './encode-rows.ts';
import { tryRowGroups } from './layout-trials.ts';
import type { ProfileJob, SinkMeasures } from './profile-job.ts';

/** What a sink makes of rows. */
export interface SinkTools {
  readonly encoder: Encoder;
  readonly partitioner: Partitioner;
  /** Where files are Parquet by our own encoder. */
  readonly options?: ParquetOptions;
}

/** Fewer rows of a partition would be mostly overhead, which real files do not have. */
const LEAST_ROWS = 1_000;

/** Makes a sink's encoder and partitioner on this thread. Own encoders are user code. */
export async function openSink(
  plan: SinkPlan,
  output: readonly Field[],
  context: ComponentContext,
  { own }: Pick<ProfileJob, 'own'>,
): Promise<SinkTools> {
  const encoder = await makeComponent('encoder', plan.encoder, context, own);
  const isParquet = 'type' in plan.encoder && plan.encoder.type === 'parquet';
  return {
    encoder,
    partitioner: compilePartitioner(plan.partitionBy, output),
    options: isParquet ? ((plan.encoder as { config: unknown }).config as ParquetOptions) : undefined,
  };
}

/** The rows as the sink's files hold them: a row group a partition, or one where partitions have few rows in the samples. */
export function encodeParts({ encoder, partitioner }: SinkTools, batch: ColumnBatch): Segment[] {
  if (batch.length === 0) return [];
  const fileBatch = partitioner.fileBatch(batch);
  const parts = partitioner.split(batch);
  const areFull = parts.length === 1 || batch.length / parts.length >= LEAST_ROWS;
  return (areFull ? parts : [WHOLE]).map(({ selection }) => encodeRows(encoder, fileBatch, selection));
}

const WHOLE: PartitionPart = { path: '', selection: undefined };

/** What a sink's files take, and how rows lie in partitions. */
export function sinkMeasures(tools: SinkTools, batch: ColumnBatch): SinkMeasures {
  const partitions = tools.partitioner
    .split(batch)
    .map(({ path, selection }) => ({ path, rows: selection?.length ?? batch.length }))
    .sort((a, b) => b.rows - a.rows);
  const { encoder, partitioner } = tools;
  return {
    partitions,
    encodedBytes: fileBytes(encodeParts(tools, batch)),
    rowGroups: batch.length === 0 ? [] : tryRowGroups(partitioner.fileBatch(batch), encoder),
    fileOverheadBytes: emptyFileBytes(tools),
  };
}

function emptyFileBytes({ encoder, partitioner: { fileFields } }: SinkTools): number {
  const parts = encoder.assemble([], { fields: fileFields, keyValues: {} });
  return totalBytes(parts);
}
