import type { AwsSettings } from '../../core/component.ts';
import { sumReasons } from '../../core/ledger.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import type { DeadLetterMethods } from '../../protocol/dead-letters.ts';
import { sourceQueueOf } from '../cloud/provision.ts';
import { openStore } from './open-store.ts';
import type { ReplayReport } from './replay-report.ts';
import { letterId } from './stored-letter.ts';

export interface ReplayOrder {
  readonly pipeline: CheckedPipeline;
  readonly settings: AwsSettings;
  readonly embeddedEndpoint?: string;
  /** As `letterId` gives them. */
  readonly ids: readonly string[];
}

type Replayed = DeadLetterMethods['deadLetters.replay']['result'];

/** Failures that are told one by one. */
const MAX_FAILURES = 100;

/** Whether the records go back to a queue. If not, they go through the pipeline, and user code runs where this is called. */
export function goesToQueue(pipeline: CheckedPipeline): boolean {
  return sourceQueueOf(pipeline) !== undefined;
}

/** Sends letters back to where their records came from, and marks them as replayed. At least once, as any replay. */
export async function replayLetters(
  { pipeline, settings, embeddedEndpoint, ids }: ReplayOrder,
  onSent: (sent: number) => void,
  signal: AbortSignal,
): Promise<Replayed> {
  let sent = 0;
  const failed: { id: string; why: string }[] = [];
  const report: ReplayReport = {
    replayed: (letters) => {
      sent += letters;
      onSent(sent);
    },
    failed: (letter, why) => {
      if (failed.length < MAX_FAILURES) failed.push({ id: letterId(letter), why });
    },
  };
  const claimedElsewhere = (file: string) =>
    failed.push({ id: file, why: 'another replay has it in hand; if that one died, try again in two minutes' });
  const store = await openStore(pipeline, undefined, settings, { now: Date.now, onClaimedElsewhere: claimedElsewhere });
  const batches = store.claim({ reasons: [], ids: new Set(ids) }, signal);
  try {
    const queue = sourceQueueOf(pipeline);
    if (queue !== undefined) {
      const { replayToQueue } = await import('./replay-to-queue.ts');
      await replayToQueue(batches, queue, settings, report, signal);
      return { sent, failed };
    }
    const { replayThroughPipeline } = await import('./replay-through-pipeline.ts');
    const summary = await replayThroughPipeline(batches, pipeline, report, { embeddedEndpoint, signal });
    if (summary.error) throw summary.error;
    return { sent, failed, again: sumReasons(summary.ledger.records.deadLettered) };
  } finally {
    await batches.return(undefined);
    store.close();
  }
}
