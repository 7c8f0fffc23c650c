import type { Delivery } from '../../core/delivery.ts';
import { asParquetryError } from '../../core/errors.ts';
import type { SettleOutcome, Source } from '../../core/source.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import type { RunSummary } from '../../runtime/engine.ts';
import type { RunOptions } from '../../runtime/plan-run.ts';
import { runPipeline } from '../../runtime/run-pipeline.ts';
import type { LetterBatch } from './letter-store.ts';
import type { ReplayReport } from './replay-report.ts';
import { letterId, type StoredLetter } from './stored-letter.ts';
import { unwrappedLetter } from './unwrapped-letter.ts';

/**
 * Runs a pipeline over the records of letters instead of its source, to its end. A letter is settled once the rows of its record, or
 * the new letter that it became, are durable. The run is one of its own: it listens nowhere, and its lane is in this thread.
 */
export function replayThroughPipeline(
  batches: AsyncGenerator<LetterBatch>,
  pipeline: CheckedPipeline,
  report: ReplayReport,
  options: RunOptions,
): Promise<RunSummary> {
  // Letters hold JSON, whatever the source reads; and another run may have the address.
  const input = { ...pipeline.input, format: 'json' };
  const quiet = { ...pipeline, input, telemetry: { ...pipeline.telemetry, listen: undefined } };
  return runPipeline(quiet, { ...options, live: { source: letterSource(batches, report) } });
}

interface Held {
  readonly letter: StoredLetter;
  readonly batch: LetterBatch;
}

function letterSource(batches: AsyncGenerator<LetterBatch>, report: ReplayReport): Source {
  const held = new Map<string, Held>();
  const settleAll = async (receipts: readonly string[]): Promise<SettleOutcome[]> => {
    const known = receipts.map((receipt) => held.get(receipt)!);
    for (const [batch, some] of Map.groupBy(known, ({ batch }) => batch)) {
      await batch.settle(some.map(({ letter }) => letter));
    }
    report.replayed(known.length);
    return receipts.map(() => 'done');
  };
  return {
    replay: 'unordered',
    maxLanes: 1,
    createReader: async () => ({
      async receive() {
        const next = await batches.next();
        if (next.done) return undefined;
        const batch = next.value;
        return Promise.all(
          batch.letters.map(async (letter) => {
            const receipt = String(held.size);
            held.set(receipt, { letter, batch });
            return deliveryOf(letter, receipt);
          }),
        );
      },
      close: async () => {},
    }),
    createSettler: async () => ({
      ack: settleAll,
      nack: async (receipts) => {
        for (const receipt of receipts) report.failed(held.get(receipt)!.letter, 'its rows could not be written');
        return receipts.map(() => 'done');
      },
      close: async () => {},
    }),
  };
}

async function deliveryOf(letter: StoredLetter, receipt: string): Promise<Delivery> {
  const { attributes, original } = letter;
  const about = { id: letterId(letter), receipt, attributes, receiveCount: 1, receivedAtMs: Date.now() };
  try {
    return { ...about, ...(await unwrappedLetter(letter)) };
  } catch (thrown) {
    const { code, message } = asParquetryError(thrown);
    return { ...about, body: original, fault: { code, message } };
  }
}
