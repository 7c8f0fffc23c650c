import { formatDuration } from '../core/units.ts';
import type { PipelinePlan } from './checked-pipeline.ts';
import { type Located, nodeAt, originAt } from './located.ts';
import { errorAt, type Problem, warningAt } from './problems.ts';

/** SQS lends a message for 12 h in all; later it is somebody else's. AWS, SQS developer guide, "visibility timeout". */
const SQS_LONGEST_LEASE_MS = 12 * 3_600_000;

/** What will hurt later, though every part of it is allowed; an error where rows could be lost. */
export function findHazards(plan: PipelinePlan, root: Located): Problem[] {
  return [
    ...agesNearLease(plan, root),
    ...errorsAmongData(plan, root),
    ...sinksOverlap(plan, root),
    ...batchBeyondMemory(plan, root),
  ];
}

function agesNearLease(plan: PipelinePlan, root: Located): Problem[] {
  if (!('type' in plan.source) || plan.source.type !== 'sqs' || plan.batch.maxAgeMs <= SQS_LONGEST_LEASE_MS / 2)
    return [];
  const age = formatDuration(plan.batch.maxAgeMs);
  return [
    warningAt(
      originAt(root, ['batch', 'maxAge']),
      `batch.maxAge of ${age} comes near the 12 h for which SQS lends a message`,
      'A slow upload may lose the lease, and the messages come again. Stay below 6h.',
    ),
  ];
}

function errorsAmongData(plan: PipelinePlan, root: Located): Problem[] {
  const { to, record } = plan.errors;
  if (to.type !== 's3' || record === 'drop' || record === 'fail') return [];
  const given = nodeAt(root, ['errors', 'to']) !== undefined;
  const tables = s3Places(plan).filter((place) => place.bucket === to.bucket && covers(place.prefix, to.prefix));
  return tables.map((place) =>
    warningAt(
      originAt(root, given ? ['errors', 'to', 's3', 'prefix'] : ['sinks', place.sink, 's3', 'prefix']),
      `dead letters go to s3://${to.bucket}/${to.prefix}, inside the table at s3://${place.bucket}/${place.prefix}`,
      place.prefix === ''
        ? `Give sinks[${place.sink}].s3 a prefix, or dead letters a bucket of their own.`
        : 'Queries would read them as data: choose errors.to.s3.prefix outside the table.',
    ),
  );
}

function sinksOverlap(plan: PipelinePlan, root: Located): Problem[] {
  const places = s3Places(plan);
  return places.flatMap((place, index) => {
    const other = places.slice(0, index).find((one) => one.bucket === place.bucket && one.prefix === place.prefix);
    if (!other) return [];
    const origin = originAt(root, ['sinks', place.sink, 's3', 'prefix']);
    const message = `sinks[${place.sink}] writes where sinks[${other.sink}] does: s3://${place.bucket}/${place.prefix}`;
    if (!shareIntents(plan, place.sink, other.sink)) {
      return [warningAt(origin, message, 'Every row would be in the table twice.')];
    }
    const hint = 'With `delivery: exactly-once` a file of one would count for both, and rows be lost after a crash.';
    return [errorAt(origin, message, `${hint} Give each a prefix of its own.`)];
  });
}

/** Whether messages come again, and each of two sinks takes the intents of the other, at the same place, for its own. */
function shareIntents({ source, delivery, sinks }: PipelinePlan, a: number, b: number): boolean {
  const comesAgain = 'module' in source || source.type === 'sqs';
  if (!comesAgain || delivery !== 'exactly-once') return false;
  const folders = [a, b].map((index) => {
    const { sink } = sinks[index]!;
    return 'type' in sink && sink.config.conditionalWrites === 'auto'
      ? trimmed(String(sink.config.intents))
      : undefined;
  });
  return folders[0] !== undefined && folders[0] === folders[1];
}

function batchBeyondMemory({ batch }: PipelinePlan, root: Located): Problem[] {
  if (batch.targetSizeBytes <= batch.memoryBytes) return [];
  const message = 'batch.targetSize is larger than batch.memory: files are written before they reach it';
  return [warningAt(originAt(root, ['batch', 'targetSize']), message, 'Raise batch.memory or lower batch.targetSize.')];
}

function s3Places(plan: PipelinePlan): { sink: number; bucket: string; prefix: string }[] {
  return plan.sinks.flatMap(({ sink }, index) => {
    if (!('type' in sink) || sink.type !== 's3') return [];
    return [{ sink: index, bucket: String(sink.config.bucket), prefix: trimmed(String(sink.config.prefix ?? '')) }];
  });
}

function covers(table: string, prefix: string): boolean {
  return table === '' || `${trimmed(prefix)}/`.startsWith(`${table}/`);
}

function trimmed(prefix: string): string {
  return prefix.replace(/^\/+|\/+$/g, '');
}
