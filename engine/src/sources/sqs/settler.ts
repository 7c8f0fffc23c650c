import { classifyAwsError } from '../../aws/errors.ts';
import type { Clock } from '../../core/clock.ts';
import { eachLimited } from '../../core/each-limited.ts';
import { asParquetryError } from '../../core/errors.ts';
import { failpoint } from '../../core/failpoint.ts';
import { defaultRetry, nextDelayMs, type RetryPolicy } from '../../core/retry.ts';
import type { SettleOutcome, SourceSettler } from '../../core/source.ts';
import type { FailedEntry, SettleEntry, SettlePort } from './queue.ts';

/** Entries in a batch call, from the SQS API reference. */
const MAX_BATCH = 10;
/** Batch calls under way for one request of the landing. */
const CONCURRENT_BATCHES = 8;
/** The longest visibility, from the SQS API reference. */
const MAX_VISIBILITY_SECONDS = 43_200;

/** Whoever extends asks again soon, with the leases that are due by then. */
const EXTEND_RETRY: RetryPolicy = { ...defaultRetry, attempts: 3, deadlineMs: 2_000 };

/**
 * The receipt says nothing any more: the message was received again, deleted, or its visibility has run out. FIFO queues and
 * unavailable messages answer InvalidParameterValue; the receipt is the one parameter that varies here.
 */
const LOST_CODES: ReadonlySet<string> = new Set([
  'ReceiptHandleIsInvalid',
  'MessageNotInflight',
  'InvalidParameterValue',
]);

export interface SettlerPorts {
  readonly queue: SettlePort;
  readonly clock: Clock;
  readonly random: () => number;
  readonly retry: RetryPolicy;
  close(): void;
}

/** The settling half: tens of receipts a call, several calls at once, each failed entry tried again by itself. */
export function createSqsSettler(ports: SettlerPorts): SourceSettler {
  const { queue } = ports;
  const closing = new AbortController();
  const settle = (receipts: readonly string[], call: BatchCall, retry = ports.retry) =>
    settleAll({ ...ports, retry }, receipts, call, closing.signal);
  const changeVisibility = (receipts: readonly string[], durationMs: number, retry?: RetryPolicy) => {
    const seconds = Math.min(Math.max(Math.ceil(durationMs / 1_000), 0), MAX_VISIBILITY_SECONDS);
    return settle(receipts, (entries) => queue.changeVisibilityBatch(entries, seconds), retry);
  };
  return {
    ack: (receipts) =>
      settle(receipts, (entries) => {
        failpoint('sqs.delete');
        return queue.deleteBatch(entries);
      }),
    nack: (receipts, delayMs) => changeVisibility(receipts, delayMs),
    extend(receipts, durationMs) {
      failpoint('sqs.renew');
      return changeVisibility(receipts, durationMs, EXTEND_RETRY);
    },
    backlog: () => queue.backlog(),
    async close() {
      closing.abort(); // whoever waits to try again gives up with the last error
      ports.close();
    },
  };
}

type BatchCall = (entries: readonly SettleEntry[]) => Promise<readonly FailedEntry[]>;

async function settleAll(
  ports: SettlerPorts,
  receipts: readonly string[],
  call: BatchCall,
  signal: AbortSignal,
): Promise<SettleOutcome[]> {
  const outcomes = new Array<SettleOutcome>(receipts.length);
  const batches = Array.from({ length: Math.ceil(receipts.length / MAX_BATCH) }, (_, batch) => {
    const from = batch * MAX_BATCH;
    return receipts.slice(from, from + MAX_BATCH).map((receipt, i) => ({ id: String(from + i), receipt }));
  });
  await eachLimited(batches, CONCURRENT_BATCHES, async (batch) => {
    for (const [id, outcome] of await settleBatch(ports, batch, call, signal)) outcomes[Number(id)] = outcome;
  });
  return outcomes;
}

/** An outcome for each entry, by id. Only entries that failed in a way that may pass are sent again. */
async function settleBatch(
  { clock, random, retry }: SettlerPorts,
  batch: readonly SettleEntry[],
  call: BatchCall,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, SettleOutcome>> {
  const outcomes = new Map<string, SettleOutcome>();
  const startMs = clock.now();
  let pending = batch;
  for (let failures = 1; ; failures++) {
    const refusals = await attempt(pending, call);
    for (const { id } of pending) outcomes.set(id, refusals.get(id)?.outcome ?? 'done');
    pending = pending.filter(({ id }) => refusals.get(id)?.retryable);
    const delayMs = nextDelayMs(retry, failures, clock.now() - startMs, random);
    if (pending.length === 0 || delayMs === undefined) return outcomes;
    await clock.sleep(delayMs, signal);
    if (signal.aborted) return outcomes;
  }
}

interface Refusal {
  readonly outcome: SettleOutcome;
  readonly retryable: boolean;
}

/** What was refused, by id: single entries, or all of them when the call as a whole failed. */
async function attempt(entries: readonly SettleEntry[], call: BatchCall): Promise<ReadonlyMap<string, Refusal>> {
  try {
    const failed = await call(entries);
    return new Map(failed.map((entry) => [entry.id, refusalOf(entry)]));
  } catch (thrown) {
    const error = asParquetryError(thrown);
    return new Map(entries.map(({ id }) => [id, { outcome: { error }, retryable: error.retryable }]));
  }
}

function refusalOf({ code, senderFault, message }: FailedEntry): Refusal {
  if (LOST_CODES.has(code)) return { outcome: 'lost', retryable: false };
  const error = classifyAwsError({ name: code, message }, 'settling a message');
  return { outcome: { error }, retryable: error.retryable || !senderFault };
}
