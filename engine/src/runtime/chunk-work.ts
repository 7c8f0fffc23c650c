import type { Scanner } from '../columns/format.ts';
import type { RecordBatch } from '../columns/record-batch.ts';
import type { TransformResult, TransformRunner } from '../columns/transform.ts';
import type { Clock } from '../core/clock.ts';
import { asParquetryError } from '../core/errors.ts';
import { defaultRetry, retrying } from '../core/retry.ts';
import type { LaneTap } from './lane-tap.ts';
import { deliveriesOfRows, type ErrorPolicy, type NumberedDelivery, Outcomes } from './outcomes.ts';
import type { PoisonList } from './poison-list.ts';
import type { Progress } from './progress.ts';
import { piecesOf, runApart } from './run-apart.ts';
import type { TrialEncoder } from './trial-encoder.ts';

/** What a lane scans and transforms chunks with. */
export interface ChunkParts {
  readonly scanner: Scanner;
  readonly runner: TransformRunner;
  readonly policy: ErrorPolicy;
  /** For encoders that may refuse rows. */
  readonly trials: readonly TrialEncoder[];
  /** For all encoders: the rows of a record that is processed by itself are encoded on trial. */
  readonly probes: readonly TrialEncoder[];
  readonly poison: PoisonList;
  readonly progress: Progress;
  /** For whoever looks at records of a running engine. Absent: nobody may. */
  readonly tap?: LaneTap;
  readonly clock: Clock;
  readonly random: () => number;
}

/** What became of a chunk, and the accounts of its deliveries so far. */
export interface ChunkResult {
  readonly outcomes: Outcomes;
  readonly result: TransformResult;
  /** For each output row, the number of the delivery it came from. */
  readonly owners: Uint32Array;
  readonly unknownKeys: readonly [string, number][];
}

/** The lane stands still meanwhile, so it does not try for as long as a write does. */
const TRANSFORM_RETRY = { ...defaultRetry, deadlineMs: 30_000 };

/**
 * Scans and transforms the deliveries of a chunk; what cannot be delivered is in the outcomes. `alone`: the chunk is one delivery,
 * of which the records are run one by one. Throws what costs more than a record; the progress then says where it happened.
 */
export async function workChunk(
  parts: ChunkParts,
  chunk: readonly NumberedDelivery[],
  alone: boolean,
): Promise<ChunkResult> {
  const outcomes = new Outcomes(parts.policy, chunk);
  // Position in the chunk of each body given to the scanner.
  const scanned = readable(parts.poison, chunk, outcomes);
  const deliveries = scanned.map((position) => chunk[position]!);
  const { records, bad, unknownKeys } = scan(parts, deliveries, alone, (body, found) =>
    outcomes.found(scanned[body]!, found),
  );
  for (const record of bad) outcomes.bad(scanned[record.delivery]!, record);
  const positionOf = (row: number) => scanned[records.delivery[row]!]!;

  let result = await transform(parts, records, deliveries, alone);
  for (const { row, reason } of result.dropped) outcomes.dropped(positionOf(row), reason);
  for (const failure of result.failed) outcomes.failed(positionOf(failure.row), records, failure);
  for (const trial of parts.trials) {
    const verdict = trial.sift(result);
    for (const { row, message } of verdict.refused) outcomes.unencodable(positionOf(row), records, row, message);
    result = verdict.result;
  }
  const seqs = Uint32Array.from(deliveries, ({ seq }) => seq);
  const owners = deliveriesOfRows(result, records, seqs);
  for (const seq of owners) outcomes.rows(seq);
  if (parts.tap?.isOpen) {
    const deliveryId = (position: number) => deliveries[position]!.delivery.id;
    parts.tap.chunk({ records, result, deadLetters: outcomes.deadLetters, deliveryId });
  }
  return { outcomes, result, owners, unknownKeys: [...unknownKeys, ...result.undeclaredKeys] };
}

/** Bodies that could not be had, and those that must not be looked at, are not scanned. */
function readable(poison: PoisonList, chunk: readonly NumberedDelivery[], outcomes: Outcomes): number[] {
  const scanned: number[] = [];
  chunk.forEach(({ delivery }, position) => {
    const whole = poison.in(delivery.id)?.get(-1);
    if (delivery.fault) outcomes.faulty(position);
    else if (whole) outcomes.poisoned(position, whole);
    else scanned.push(position);
  });
  return scanned;
}

function scan(
  { scanner, progress }: ChunkParts,
  deliveries: readonly NumberedDelivery[],
  alone: boolean,
  found: (body: number, records: number) => void,
) {
  progress.enter(deliveries, alone);
  if (alone) progress.at(0, -1);
  deliveries.forEach(({ delivery }, body) => {
    found(body, scanner.add(delivery.body));
  });
  return scanner.take();
}

async function transform(
  parts: ChunkParts,
  records: RecordBatch,
  deliveries: readonly NumberedDelivery[],
  alone: boolean,
): Promise<TransformResult> {
  const { runner, poison } = parts;
  const contexts = deliveries.map(({ delivery }) => delivery);
  const run = (some: RecordBatch) => userCode(parts, deliveries, alone, some);
  const pieces = poison.isEmpty ? undefined : piecesOf(records, contexts, poison, alone);
  return pieces ? runApart(records, { runner, pieces, run }) : run(records);
}

/** Runs user code under the eyes of whoever watches the progress. A look-up over the network (`prefetch`) may fail for a while. */
function userCode(
  parts: ChunkParts,
  deliveries: readonly NumberedDelivery[],
  alone: boolean,
  records: RecordBatch,
): Promise<TransformResult> {
  const { runner, probes, progress, clock, random } = parts;
  const contexts = deliveries.map(({ delivery }) => delivery);
  const here = () => progress.at(records.delivery[0] ?? -1, records.ordinal[0] ?? -1);
  return retrying(TRANSFORM_RETRY, { clock, random }, async () => {
    progress.enter(deliveries, alone);
    if (alone) here();
    try {
      let result = await runner.run(records, contexts);
      if (alone) {
        here();
        result = probes.reduce(probed, result);
      }
      progress.leave();
      return result;
    } catch (thrown) {
      if (asParquetryError(thrown).retryable) progress.leave(); // the pause before the next try is nobody's fault
      throw thrown;
    }
  });
}

/** Records with a row that cannot be encoded have failed. */
function probed(result: TransformResult, probe: TrialEncoder): TransformResult {
  const { result: kept, refused } = probe.sift(result);
  const failed = refused.map(({ row, message }) => ({ row, message, reason: 'unencodable' as const }));
  return { ...kept, failed: [...kept.failed, ...failed] };
}
