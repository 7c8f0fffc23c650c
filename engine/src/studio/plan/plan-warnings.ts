import { count, size } from '../../core/quantities.ts';
import { formatBytes, formatDuration } from '../../core/units.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import { explainReachableSize, type FileSizeFacts, reachableSize } from '../../pipeline/reachable-size.ts';
import type { SetPath } from '../../pipeline/set-in-file.ts';
import type { Forecast, ForecastFacts } from './forecast.ts';

/** What a forecast warns of, and what of the pipeline file is to blame. */
export interface PlanWarning {
  readonly message: string;
  readonly hint: string;
  readonly path: SetPath;
  /** What would mend it. */
  readonly setting?: { readonly title: string; readonly path: SetPath; readonly value: unknown };
}

export interface WarningFacts {
  readonly facts: ForecastFacts;
  readonly expected: Forecast;
  readonly sizes: FileSizeFacts;
  readonly pipeline: CheckedPipeline;
}

/** Longer, and rows are stale by the time they can be read. */
const LONGEST_FIX_MS = 3_600_000;
const MINUTE_MS = 60_000;
const MIB = 1 << 20;

/** Pure. */
export function planWarnings(given: WarningFacts): PlanWarning[] {
  return [...sizeWarnings(given), ...laneWarnings(given), ...partitionWarnings(given)];
}

function sizeWarnings({ sizes }: WarningFacts): PlanWarning[] {
  const limit = explainReachableSize(sizes, size);
  if (!limit) return [];
  const reach = reachableSize(sizes);
  const neededMs = (sizes.targetSizeBytes / Math.max(1, reach.sizeBytes)) * sizes.maxAgeMs * 1.05;
  const minutes = Math.ceil(neededMs / MINUTE_MS);
  const isTimeEnough = reach.limit === 'age' && minutes * MINUTE_MS <= LONGEST_FIX_MS;
  const lower = formatBytes(Math.max(MIB, Math.floor((reach.sizeBytes * 0.95) / MIB) * MIB));
  const setting = isTimeEnough
    ? {
        title: `Give files ${formatDuration(minutes * MINUTE_MS)} to fill`,
        path: ['batch', 'maxAge'],
        value: formatDuration(minutes * MINUTE_MS),
      }
    : { title: `Expect files of ${lower}`, path: ['batch', 'targetSize'], value: lower };
  const isSmaller = isTimeEnough || reach.sizeBytes * 0.95 >= MIB;
  return [{ ...limit, path: ['batch', 'targetSize'], ...(isSmaller && { setting }) }];
}

function laneWarnings({ facts, expected, pipeline: { lanes } }: WarningFacts): PlanWarning[] {
  if (expected.lanes <= lanes.max) return [];
  return [
    {
      message: `lanes of at most ${lanes.max} cannot keep up: ${count(facts.recordsPerS)} records/s take ${expected.lanes}`,
      hint: `A lane takes ${count(facts.recordsPerSPerLane)} records/s on a core like this one's. Give it as many cores, or run the pipeline more than once.`,
      path: ['lanes'],
      setting: {
        title: `Allow ${expected.lanes} lanes`,
        path: ['lanes'],
        value: { min: lanes.min, max: expected.lanes },
      },
    },
  ];
}

function partitionWarnings({ facts, pipeline: { batch } }: WarningFacts): PlanWarning[] {
  const most = Math.max(0, ...facts.sinks.map(({ partitions }) => partitions.length));
  if (most <= batch.maxOpenPartitions) return [];
  return [
    {
      message: `batch.maxOpenPartitions of ${count(batch.maxOpenPartitions)} is less than the ${count(most)} partitions that are open at a time`,
      hint: 'Rows of the others wait together and make small row groups: raise it, or partition by less.',
      path: ['batch', 'maxOpenPartitions'],
      setting: {
        title: `Keep ${count(most)} partitions open`,
        path: ['batch', 'maxOpenPartitions'],
        value: most,
      },
    },
  ];
}
