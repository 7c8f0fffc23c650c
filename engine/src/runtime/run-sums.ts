import { sumLedgers } from '../core/ledger.ts';
import type { RunSnapshot, RunSummary, ShutdownSummary } from './engine.ts';
import type { SinkLoad } from './uploads.ts';
import { REMEMBERED_FILES, sumWritten } from './written-files.ts';

/*
 * One run's accounts from those of its engines. What an engine has counted stays counted when another takes over, so that counters
 * only grow.
 */

/** The state of a run: of the engine that receives, or did last, with the work of all; `past` of those that have ended. */
export function sumSnapshots(
  current: RunSnapshot,
  running: readonly RunSnapshot[],
  past: Pick<RunSummary, 'ledger' | 'written'> | undefined,
): RunSnapshot {
  const counted = past ? [past, ...running] : running;
  return {
    ...current,
    ledger: sumLedgers(counted.map(({ ledger }) => ledger)),
    written: sumWritten(counted.map(({ written }) => written)),
    lanes: running.flatMap(({ lanes }) => lanes),
    openFiles: running.reduce((sum, { openFiles }) => sum + openFiles, 0),
    heldBytes: running.reduce((sum, { heldBytes }) => sum + heldBytes, 0),
    sinks: sumSinks(running.length > 0 ? running : [current]),
  };
}

/** While one retires both may write to a sink, each as much as it bears. */
function sumSinks(running: readonly RunSnapshot[]): SinkLoad[] {
  const bySink = Map.groupBy(
    running.flatMap(({ sinks }) => sinks),
    ({ sink }) => sink,
  );
  return Array.from(bySink, ([sink, loads]) => ({
    sink,
    concurrency: loads.reduce((sum, { concurrency }) => sum + concurrency, 0),
    uploads: loads.reduce((sum, { uploads }) => sum + uploads, 0),
  }));
}

/** The summaries of engines that ended one after the other; reason and error are those of the last. */
export function sumSummaries(past: RunSummary | undefined, last: RunSummary): RunSummary {
  if (!past) return last;
  const unknownKeys = new Map(past.unknownKeys);
  for (const [key, count] of last.unknownKeys) unknownKeys.set(key, (unknownKeys.get(key) ?? 0) + count);
  return {
    ...last,
    ledger: sumLedgers([past.ledger, last.ledger]),
    written: sumWritten([past.written, last.written]),
    files: [...past.files, ...last.files].slice(-REMEMBERED_FILES),
    unknownKeys,
    shutdown:
      past.shutdown && last.shutdown ? sumShutdowns(past.shutdown, last.shutdown) : (last.shutdown ?? past.shutdown),
  };
}

/** They end at the same time. */
function sumShutdowns(a: ShutdownSummary, b: ShutdownSummary): ShutdownSummary {
  return {
    mode: b.mode,
    elapsedMs: Math.max(a.elapsedMs, b.elapsedMs),
    written: sumWritten([a.written, b.written]),
    returned: a.returned + b.returned,
    left: a.left + b.left,
  };
}
