import { compilePartitioner } from '../columns/partition.ts';
import { elapsed, size } from '../core/quantities.ts';
import type { Schema } from '../core/schema.ts';
import { formatSlot } from '../core/schema-text.ts';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import type { Choice } from '../pipeline/components.ts';

/** What a run would do, as lines for people; the same object is the `--json` of a dry run. */
export function describePlan(pipeline: CheckedPipeline, output: Schema): Record<string, string | string[]> {
  const { batch, errors, lanes, aws } = pipeline;
  return {
    pipeline: `${pipeline.name} (${pipeline.file}${pipeline.environment ? `, environment ${pipeline.environment}` : ''})`,
    aws: aws === 'embedded' ? 'embedded' : describeKeys(aws) || 'as the environment says',
    source: describeChoice(pipeline.source),
    input: fieldLines(pipeline.input.schema),
    transform: pipeline.transform ?? 'none: records go through as the input schema says',
    output: fieldLines(output),
    batch: `a file closes at ${size(batch.targetSizeBytes)} or ${elapsed(batch.maxAgeMs)}; ${size(batch.memoryBytes)} of memory`,
    sinks: pipeline.sinks.map(({ sink, encoder, partitionBy }) => {
      const columns = compilePartitioner(partitionBy, output.fields).fileFields.length;
      const where = partitionBy.length > 0 ? ` by ${partitionBy.join('/')}` : '';
      return `${describeChoice(sink)}${where}, ${describeChoice(encoder)}, ${columns} columns`;
    }),
    errors:
      errors.record === 'dead-letter'
        ? `dead letters to ${describeTarget(pipeline)}`
        : `records that are bad: ${errors.record}`,
    lanes: lanes.min === lanes.max ? String(lanes.max) : `${lanes.min} to ${lanes.max}, as the load asks`,
  };
}

function fieldLines({ fields }: Schema): string[] {
  const width = Math.max(0, ...fields.map(({ name }) => name.length));
  return fields.map((field) => `${field.name.padEnd(width)}  ${formatSlot(field)}`);
}

function describeChoice(choice: Choice): string {
  if ('module' in choice) return `own module ${choice.module}`;
  const keys = describeKeys(choice.config);
  return keys === '' ? choice.type : `${choice.type} (${keys})`;
}

function describeTarget({ name, errors: { to } }: CheckedPipeline): string {
  if (to.type === 's3') return `s3://${to.bucket}/${to.prefix}/${name}`;
  return to.type === 'sqs' ? `queue ${to.queue}` : to.path;
}

function describeKeys(value: object): string {
  return Object.entries(value)
    .filter(([, item]) => item !== undefined && !(typeof item === 'object' && Object.keys(item ?? {}).length === 0))
    .map(([key, item]) => `${key}: ${typeof item === 'object' ? JSON.stringify(item) : item}`)
    .join(', ');
}
