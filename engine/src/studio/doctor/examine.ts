import type { AwsSettings } from '../../core/component.ts';
import { plural, size } from '../../core/quantities.ts';
import { silentLogger, silentMetrics } from '../../core/telemetry.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import { explainReachableSize, reachableSize } from '../../pipeline/reachable-size.ts';
import { contextOf } from '../../runtime/lane-job.ts';
import { fileSizeFacts } from '../samples/record-size.ts';
import { checkComponents } from './check-components.ts';
import { checkIdentity, type Environment } from './check-identity.ts';
import { availableMemory, checkDisk, checkMemory, checkNode } from './check-machine.ts';
import { readQueueFacts } from './check-queue.ts';
import { type Finding, finding, ok, skipped, warning } from './finding.ts';
import { queueFindings } from './queue-findings.ts';

/** How closely is looked, and what is known of the traffic. */
export interface ExamineOptions {
  /** Where AWS is. */
  readonly aws: AwsSettings;
  readonly env: Environment;
  /** Whether probe objects may be put and removed. */
  readonly write?: boolean;
  /** Messages a second, and records a message. */
  readonly rate?: number;
  readonly recordsPerMessage?: number;
}

/** Everything that stands in the way of a run, or will: account, queue, buckets, machine, size of files. Changes nothing unless asked. */
export async function examine(pipeline: CheckedPipeline, options: ExamineOptions): Promise<Finding[]> {
  const { aws, env, write = false } = options;
  const [identity, components, queue, disk, fileSize] = await Promise.all([
    checkAws(pipeline, aws, env),
    checkComponents(pipeline, { aws, write }),
    checkQueue(pipeline, aws),
    checkDisk(pipeline),
    checkFileSize(pipeline, options),
  ]);
  const machine = [checkNode(process.version), checkMemory(pipeline, pipeline.lanes.max, availableMemory()), ...disk];
  return withoutRepeats([...machine, ...identity, ...components, ...queue, ...fileSize]);
}

/** A cause that shows in many places is told once. */
function withoutRepeats(findings: readonly Finding[]): Finding[] {
  return findings.map((one, i) => {
    const first = findings
      .slice(0, i)
      .find(({ verdict, evidence }) => verdict === 'failure' && evidence === one.evidence);
    return first ? skipped(one.check, `as ${first.check}`) : one;
  });
}

async function checkAws(pipeline: CheckedPipeline, aws: AwsSettings, env: Environment): Promise<Finding[]> {
  if (pipeline.aws === 'embedded') return [skipped('credentials', 'aws is embedded: none are needed')];
  if (!usesAws(pipeline)) return [skipped('credentials', 'the pipeline uses no AWS')];
  const findings: Finding[] = [];
  const failed = await finding('credentials', async () => {
    findings.push(...(await checkIdentity(aws, env)));
    return ok('credentials', '');
  });
  return failed.verdict === 'failure' ? [failed] : findings;
}

function usesAws({ source, sinks, errors }: CheckedPipeline): boolean {
  const choices = [source, ...sinks.map(({ sink }) => sink)];
  return errors.to.type !== 'file' || choices.some((choice) => 'type' in choice && ['sqs', 's3'].includes(choice.type));
}

async function checkQueue(pipeline: CheckedPipeline, aws: AwsSettings): Promise<Finding[]> {
  const { source, batch } = pipeline;
  if (!('type' in source) || source.type !== 'sqs') return [];
  const { expectedHoldMs } = contextOf({ pipeline, aws, runId: '' }, { logger: silentLogger, metrics: silentMetrics });
  const asked = source.config.visibilityTimeout;
  const visibilityMs = typeof asked === 'number' ? asked : undefined;
  const findings: Finding[] = [];
  const failed = await finding('queue', async () => {
    const facts = await readQueueFacts(String(source.config.queue), aws);
    findings.push(...queueFindings(facts, { maxAgeMs: batch.maxAgeMs, holdMs: expectedHoldMs, visibilityMs }));
    return ok('queue', '');
  });
  return failed.verdict === 'failure' ? [failed] : findings;
}

async function checkFileSize(pipeline: CheckedPipeline, options: ExamineOptions): Promise<Finding[]> {
  const { source } = pipeline;
  if (!('type' in source) || source.type !== 'sqs') return [];
  const check = 'file-size';
  const { rate: messagesPerSecond, recordsPerMessage } = options;
  const facts = await fileSizeFacts(pipeline, { messagesPerSecond, recordsPerMessage });
  if (!facts) return [skipped(check, 'samples/ has no records to judge by')];
  const limit = explainReachableSize(facts, size);
  if (!limit)
    return [
      ok(check, `${size(reachableSize(facts).sizeBytes)} with ${plural(facts.recordsPerMessage, 'record')} a message`),
    ];
  const guessed = recordsPerMessage === undefined ? ' --records-per-message tells how many there really are.' : '';
  return [warning(check, limit.message, `${limit.hint}${guessed}`)];
}
