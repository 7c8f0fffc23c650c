import { count, elapsed } from '../../core/quantities.ts';
import { SQS_IN_FLIGHT_QUOTA } from '../../core/sqs-quotas.ts';
import { type Finding, failure, ok, warning } from './finding.ts';

/** Attributes of a queue as SQS names them, times in milliseconds. */
export interface QueueFacts {
  readonly name: string;
  readonly fifo: boolean;
  readonly visibleMessages: number;
  readonly inFlightMessages: number;
  readonly retentionMs: number;
  readonly visibilityMs: number;
  /** Undefined: no redrive policy, so no dead-letter queue. */
  readonly redrive?: { readonly maxReceiveCount: number; readonly queue: string };
  /** Of the dead-letter queue, where it could be read. */
  readonly deadLetters?: { readonly visibleMessages: number; readonly retentionMs: number };
}

/** What a pipeline asks of its queue. */
export interface QueueNeeds {
  readonly maxAgeMs: number;
  /** How long a message is held until its rows are durable, uploads and their retries included. */
  readonly holdMs: number;
  /** What each receive asks for; undefined: `holdMs`. */
  readonly visibilityMs?: number;
}

const DAY_MS = 86_400_000;
/** Below this a shutdown and a crash in a row can push a good message over the edge. */
const FEW_RECEIVES = 3;
const NEAR_CAP = 0.8;

/** Judges a queue by its attributes. Pure. */
export function queueFindings(queue: QueueFacts, needs: QueueNeeds): Finding[] {
  return [visibility(queue, needs), retention(queue, needs), inFlight(queue), ...deadLetterQueue(queue)];
}

function visibility({ visibilityMs: own }: QueueFacts, { visibilityMs, holdMs, maxAgeMs }: QueueNeeds): Finding {
  const check = 'queue.visibility';
  const asked = visibilityMs ?? holdMs;
  const evidence = `each receive asks for ${elapsed(asked)}; the queue's own ${elapsed(own)} is not used`;
  if (asked >= maxAgeMs) return ok(check, evidence);
  return warning(
    check,
    `${evidence}; messages are held for up to ${elapsed(holdMs)} and have to be renewed`,
    'Renewals cost requests: leave source.sqs.visibilityTimeout out unless messages must come back soon after a crash.',
  );
}

function retention({ retentionMs }: QueueFacts, { holdMs }: QueueNeeds): Finding {
  const check = 'queue.retention';
  const evidence = `SQS deletes messages after ${elapsed(retentionMs)}`;
  if (retentionMs <= holdMs) {
    return failure(
      check,
      `${evidence}, and they may be held for ${elapsed(holdMs)}`,
      'Raise MessageRetentionPeriod of the queue (at most 14 days), or lower batch.maxAge: messages are lost otherwise.',
    );
  }
  if (retentionMs >= DAY_MS) return ok(check, evidence);
  return warning(
    check,
    evidence,
    'An outage longer than that loses data: raise MessageRetentionPeriod, at most 14 days.',
  );
}

function inFlight({ inFlightMessages, visibleMessages }: QueueFacts): Finding {
  const check = 'queue.in-flight';
  const cap = count(SQS_IN_FLIGHT_QUOTA);
  const evidence = `${count(inFlightMessages)} of ${cap} messages in flight, ${count(visibleMessages)} waiting`;
  if (inFlightMessages >= SQS_IN_FLIGHT_QUOTA) {
    return failure(check, evidence, 'SQS hands out no more until some are deleted: find the consumer that holds them.');
  }
  if (inFlightMessages < SQS_IN_FLIGHT_QUOTA * NEAR_CAP) return ok(check, evidence);
  return warning(
    check,
    evidence,
    'At the cap SQS hands out nothing: lower batch.maxAge, or put more records into a message.',
  );
}

function deadLetterQueue({ name, redrive, retentionMs, deadLetters, fifo }: QueueFacts): Finding[] {
  const check = 'queue.dead-letter-queue';
  if (!redrive) {
    return [
      warning(
        check,
        `${name} has none`,
        'A message that kills its consumer comes again until its retention ends: give the queue a RedrivePolicy with maxReceiveCount 5.',
      ),
    ];
  }
  const evidence = `${redrive.queue}, after ${redrive.maxReceiveCount} receives`;
  const few = redrive.maxReceiveCount < FEW_RECEIVES;
  const policy = few
    ? warning(check, evidence, 'Crashes and lost leases count as receives: set maxReceiveCount to 5 or more.')
    : ok(check, evidence);
  return [policy, ...(deadLetters ? lettersIn(redrive.queue, deadLetters, retentionMs, fifo) : [])];
}

function lettersIn(
  queue: string,
  { visibleMessages, retentionMs }: NonNullable<QueueFacts['deadLetters']>,
  sourceRetentionMs: number,
  fifo: boolean,
): Finding[] {
  const findings: Finding[] = [];
  if (visibleMessages > 0) {
    const advice = `\`parquetry dead-letters list --queue ${queue}\` shows them, \`replay\` sends them back.`;
    findings.push(warning('queue.dead-letters', `${count(visibleMessages)} messages in ${queue}`, advice));
  }
  // A message moved between standard queues keeps the time it was sent; between FIFO queues the clock starts anew.
  if (!fifo && retentionMs <= sourceRetentionMs) {
    const evidence = `${queue} keeps messages for ${elapsed(retentionMs)} from when they were first sent, the source for as long`;
    const advice = `Raise MessageRetentionPeriod of ${queue} to 14 days: what comes late is deleted before anybody sees it.`;
    findings.push(warning('queue.dead-letter-retention', evidence, advice));
  }
  return findings;
}
