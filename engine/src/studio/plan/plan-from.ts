import { size } from '../../core/quantities.ts';
import { SQS_MOST_HELD } from '../../core/sqs-quotas.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import { explainReachableSize, type FileSizeFacts, reachableSize } from '../../pipeline/reachable-size.ts';
import type { CostLine, PlanParams, PlanResult } from '../../protocol/plan.ts';
import { LANE_BYTES, PROCESS_BYTES } from '../doctor/check-machine.ts';
import { FEW_ROWS } from '../profile/few-rows.ts';
import type { Measures } from '../profile/profile-job.ts';
import { firehoseCosts, pipelineCosts, type TrafficFacts } from './costs.ts';
import { bytesPerRowAt, type Forecast, type ForecastFacts, forecast, LANE_LOAD } from './forecast.ts';
import { type PlanWarning, planWarnings } from './plan-warnings.ts';
import { HOURS_A_MONTH, PRICED } from './prices.ts';

/** What is known or assumed of the traffic. */
export type Traffic = Pick<PlanParams, 'recordsPerS' | 'recordsPerMessage' | 'partitions'>;

const MAX_PARTITIONS = 50;
/** Of `batch.memory`, what open files may hold before the largest are closed: as runs divide it. */
const HELD_SHARE = 0.175;

/** A forecast, and what it warns of. */
export interface Plan {
  readonly result: Omit<PlanResult, 'diagnoses'>;
  readonly warnings: readonly PlanWarning[];
}

/** A forecast out of what was measured. Pure. */
export function planFrom(measures: Measures, pipeline: CheckedPipeline, traffic: Traffic): Plan {
  const { recordsPerS, recordsPerMessage = 1 } = traffic;
  const facts = forecastFacts(measures, pipeline, traffic);
  const expected = forecast(facts);
  const costs = costsOf(facts, expected, pipeline);
  const sizes = fileSizes(facts, expected, pipeline);
  const limit = explainReachableSize(sizes, size);
  const result = {
    ...{ recordsPerS, recordsPerMessage },
    filesPerHour: expected.filesPerHour,
    fileBytes: expected.fileBytes,
    rowsPerFile: expected.rowsPerFile,
    rowsPerS: expected.rowsPerS,
    openPartitions: facts.sinks.reduce((sum, { partitions }) => sum + partitions.length, 0),
    closedBy: expected.closedBy,
    partitions: expected.partitions.slice(0, MAX_PARTITIONS),
    delayMs: expected.longestHoldMs,
    memoryBytes: memoryOf(expected, pipeline),
    lanes: expected.lanes,
    recordsPerSPerLane: facts.recordsPerSPerLane,
    inFlightMessages: expected.inFlightMessages,
    gbPerMonth: (expected.bytesPerS * HOURS_A_MONTH * 3_600) / 1e9,
    ...costs,
    prices: PRICED,
    reachable:
      limit?.message ??
      `Files${sizes.isOfLargest ? ' of the largest partition' : ''} reach ${size(reachableSize(sizes).sizeBytes)}, as batch.targetSize says`,
    notes: notesOf(measures, pipeline),
  };
  return { result, warnings: planWarnings({ facts, expected, sizes, pipeline }) };
}

/** Rows of a file of the largest partition. */
function rowsOf({ partitions: [largest], rowsPerS }: Forecast): number {
  return largest ? (largest.share * rowsPerS * 3_600) / largest.filesPerHour : 0;
}

/** What `reachableSize` is asked about the largest partition. */
function fileSizes(facts: ForecastFacts, expected: Forecast, { batch }: CheckedPipeline): FileSizeFacts {
  const { share = 1 } = expected.partitions[0] ?? {};
  const isOfLargest = expected.partitions.length > 1;
  const bytesPerRow = facts.sinks[0] ? bytesPerRowAt(facts.sinks[0], rowsOf(expected)) : 0;
  return {
    ...{ targetSizeBytes: batch.targetSizeBytes, maxAgeMs: batch.maxAgeMs, recordBytes: facts.recordBytes },
    recordsPerMessage: facts.recordsPerMessage,
    inFlightCap: facts.inFlightCap ?? Number.MAX_SAFE_INTEGER,
    messagesPerSecond: facts.recordsPerS / facts.recordsPerMessage,
    encodedShare: (bytesPerRow * facts.rowsPerRecord * share) / facts.recordBytes,
    isOfLargest,
  };
}

function forecastFacts(measures: Measures, { batch, source }: CheckedPipeline, traffic: Traffic): ForecastFacts {
  const { recordsPerS, recordsPerMessage = 1, partitions } = traffic;
  const { records, rows, inputBytes, speed } = measures;
  const rowsPerRecord = rows / Math.max(1, records);
  const isQueue = 'type' in source && source.type === 'sqs';
  const { targetSizeBytes, maxAgeMs, maxRows, memoryBytes, spool } = batch;
  return {
    ...{ recordsPerS, recordsPerMessage, rowsPerRecord },
    recordBytes: inputBytes / Math.max(1, records),
    batch: { targetSizeBytes, maxAgeMs, maxRows, heldBytes: memoryBytes * HELD_SHARE + spool.maxBytes },
    sinks: measures.sinks.map((sink) => ({
      rowSizes: sink.rowGroups,
      fileOverheadBytes: sink.fileOverheadBytes,
      partitions: sharesOf(sink.partitions, rows, partitions),
    })),
    inFlightCap: isQueue ? SQS_MOST_HELD : undefined,
    recordsPerSPerLane: speed.rowsPerSPerCore / Math.max(rowsPerRecord, 1e-9),
  };
}

/** As in the samples; another number of partitions is taken to be alike. */
function sharesOf(found: readonly { path: string; rows: number }[], rows: number, wanted: number | undefined) {
  if (wanted === undefined || wanted === found.length) {
    return found.map(({ path, rows: own }) => ({ path, share: own / rows }));
  }
  return Array.from({ length: wanted }, (_, i) => ({
    path: found[i]?.path ?? `partition ${i + 1}`,
    share: 1 / wanted,
  }));
}

/** As `doctor` has it, with what open files really hold of the budget. */
function memoryOf({ heldBytes, lanes }: Forecast, { batch }: CheckedPipeline): number {
  return PROCESS_BYTES + lanes * LANE_BYTES + Math.min(batch.memoryBytes, heldBytes * 2);
}

function costsOf(
  facts: ForecastFacts,
  expected: Forecast,
  pipeline: CheckedPipeline,
): Pick<PlanResult, 'costs' | 'usdPerMonth' | 'firehose'> {
  const traffic = trafficOf(facts, expected, pipeline);
  const costs = pipelineCosts(traffic);
  const firehose = firehoseCosts(traffic);
  return {
    costs,
    usdPerMonth: total(costs),
    firehose: { costs: firehose, usdPerMonth: total(firehose) },
  };
}

function trafficOf(facts: ForecastFacts, expected: Forecast, pipeline: CheckedPipeline): TrafficFacts {
  const { source, sinks, delivery } = pipeline;
  const s3 = sinks.map(({ sink }) => sink).find((sink) => 'type' in sink && sink.type === 's3');
  const queue = 'type' in source && source.type === 'sqs' ? source.config : undefined;
  const store = s3 && 'config' in s3 ? s3.config : undefined;
  return {
    ...{ recordsPerS: facts.recordsPerS, recordsPerMessage: facts.recordsPerMessage, recordBytes: facts.recordBytes },
    ...{ filesPerS: expected.filesPerHour / 3_600, fileBytes: expected.fileBytes, bytesPerS: expected.bytesPerS },
    sqs: queue && {
      isFifo: String(queue.queue).endsWith('.fifo'),
      pollers: Number(queue.pollers),
      waitTimeMs: Number(queue.waitTime),
    },
    s3: store && {
      multipartThresholdBytes: Number(store.multipartThreshold),
      partBytes: Number(store.partSize),
      hasIntents: delivery === 'exactly-once' && store.conditionalWrites !== 'never',
    },
    partitions: facts.sinks[0]?.partitions.length ?? 1,
    isPartitioned: (sinks[0]?.partitionBy.length ?? 0) > 0,
    lanes: expected.lanes,
    cores: facts.recordsPerS / facts.recordsPerSPerLane / LANE_LOAD,
    memoryBytes: memoryOf(expected, pipeline),
  };
}

function total(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0);
}

function notesOf({ rows, records, deadLettered }: Measures, { source }: CheckedPipeline): string[] {
  const bad = deadLettered.reduce((sum, [, count]) => sum + count, 0);
  const isQueue = 'type' in source && source.type === 'sqs';
  return [
    ...(rows < FEW_ROWS
      ? [
          `The samples have only ${rows} rows: real files are smaller than these figures say, for small ones compress badly. Take ${FEW_ROWS.toLocaleString('en-US')} or more.`,
        ]
      : []),
    ...(bad > 0 ? [`${bad} of ${records} sample records become dead letters; the figures are of the others.`] : []),
    ...(isQueue ? [] : ['The source is no queue: files are forecast as if records came at a steady rate.']),
    'Partitions are those of the samples: if they span more time than batch.maxAge, fewer are open at a time.',
  ];
}
