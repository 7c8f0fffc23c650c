import { randomUUID } from 'node:crypto';
import { endpointOf } from '../../aws/clients.ts';
import { retried } from '../../aws/retried.ts';
import type { AwsSettings } from '../../core/component.ts';
import { silentLogger, silentMetrics } from '../../core/telemetry.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import { type Choice, createComponent } from '../../pipeline/components.ts';
import { createDeadLetters } from '../../pipeline/dead-letters.ts';
import { contextOf } from '../../runtime/lane-job.ts';
import { type Finding, finding, ok, skipped } from './finding.ts';

export interface ComponentCheckOptions {
  readonly aws: AwsSettings;
  /** Probes may be written, and are removed again. */
  readonly write: boolean;
}

/**
 * The checks that a run makes before it receives anything: source, sinks, place of dead letters. They leave nothing behind: SQS is
 * asked to delete a receipt that never was, S3 to begin an upload that is aborted at once.
 */
export async function checkComponents(pipeline: CheckedPipeline, options: ComponentCheckOptions): Promise<Finding[]> {
  const context = contextOf(
    { pipeline, aws: options.aws, runId: randomUUID() },
    { logger: silentLogger, metrics: silentMetrics },
  );
  const source = finding('source', async () => {
    if (!('type' in pipeline.source)) return skipped('source', 'an own module: it runs with the pipeline only');
    const made = await createComponent('source', pipeline.source, context);
    await retried(undefined, async () => made.check?.());
    return ok('source', `${nameOf(pipeline.source)}: may be read and deleted from`);
  });
  const sinks = pipeline.sinks.map(({ sink }, i) => checkSink(`sinks[${i}]`, sink, pipeline, context, options));
  const letters = finding('dead-letters', async () => {
    const writer = await createDeadLetters(pipeline, context);
    if (!writer) return skipped('dead-letters', `none are written: errors.record is ${pipeline.errors.record}`);
    try {
      await retried(undefined, async () => writer.check?.());
      return ok('dead-letters', `${placeOf(pipeline)}: may be written`);
    } finally {
      await writer.close();
    }
  });
  return (await Promise.all([source, ...sinks, letters])).flat();
}

async function checkSink(
  check: string,
  choice: Choice,
  pipeline: CheckedPipeline,
  context: ReturnType<typeof contextOf>,
  { aws, write }: ComponentCheckOptions,
): Promise<Finding[]> {
  if (!('type' in choice)) return [skipped(check, 'an own module: it runs with the pipeline only')];
  const sink = await createComponent('sink', choice, context);
  const conditions = `${check}.conditional-writes`;
  try {
    const permission = await finding(check, async () => {
      await retried(undefined, async () => sink.check?.());
      return ok(check, `${nameOf(choice)}: may be written`);
    });
    if (choice.type !== 's3' || permission.verdict === 'failure') return [permission];
    if (pipeline.delivery === 'at-least-once') return [permission, skipped(conditions, 'delivery is at-least-once')];
    const intents = sink.intents?.(pipeline.name);
    if (!intents) return [permission, skipped(conditions, 'conditionalWrites is never, so there is no exactly once')];
    if (!write) return [permission, conditionsUntried(conditions, aws)];
    const tried = await finding(conditions, async () => {
      await intents.check();
      return ok(conditions, 'the store refuses to overwrite; intents can be put, listed and removed');
    });
    return [permission, tried];
  } finally {
    await sink.close();
  }
}

function conditionsUntried(check: string, aws: AwsSettings): Finding {
  const why = endpointOf(aws, 's3') === undefined ? 'Amazon S3 has them; permissions were not tried' : 'not tried';
  return skipped(check, why, 'With --write a probe object is put, listed and removed: what exactly once rests on.');
}

function nameOf(choice: Extract<Choice, { type: string }>): string {
  const { queue, bucket, prefix, path } = choice.config;
  if (bucket !== undefined) return `s3://${bucket}/${prefix ?? ''}`;
  return [choice.type, queue ?? path].filter((part) => part !== undefined).join(' ');
}

function placeOf({ errors: { to } }: CheckedPipeline): string {
  if (to.type === 's3') return `s3://${to.bucket}/${to.prefix}`;
  return to.type === 'sqs' ? `queue ${to.queue}` : to.path;
}
