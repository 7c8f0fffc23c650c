import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import type { Metrics } from '../core/telemetry.ts';

/** A thread that allocates much collects a hundred times a second: they are summed up and told of this often. */
const TELL_EVERY_MS = 1_000;
const KINDS: ReadonlyMap<number, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
]);

type GcEntry = PerformanceEntry & { readonly detail?: { readonly kind?: number } };

/** Counts the garbage collections of the calling thread, as those of a lane. Returns what tells of the last ones and ends it. */
export function watchGc(metrics: Metrics, lane: number): () => void {
  const sums = new Map<string, { ms: number; times: number }>();
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { duration, detail } = entry as GcEntry;
      const kind = KINDS.get(detail?.kind ?? 0) ?? 'other';
      const sum = sums.get(kind) ?? { ms: 0, times: 0 };
      sums.set(kind, { ms: sum.ms + duration, times: sum.times + 1 });
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  const tell = () => {
    for (const [kind, { ms, times }] of sums) {
      const labels = { lane: String(lane), kind };
      metrics.count('parquetry_lane_gc_seconds_total', ms / 1_000, labels);
      metrics.count('parquetry_lane_gcs_total', times, labels);
    }
    sums.clear();
  };
  const timer = setInterval(tell, TELL_EVERY_MS).unref();
  return () => {
    clearInterval(timer);
    tell();
    observer.disconnect();
  };
}
