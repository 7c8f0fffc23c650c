import { reachableSize } from '../../pipeline/reachable-size.ts';
import type { FileEnd, PlanPartition } from '../../protocol/plan.ts';

/** What decides files, memory and lanes of a pipeline. */
export interface ForecastFacts {
  readonly recordsPerS: number;
  readonly recordsPerMessage: number;
  /** Bytes of a record as it comes, on average. */
  readonly recordBytes: number;
  readonly rowsPerRecord: number;
  readonly batch: BatchFacts;
  readonly sinks: readonly SinkFacts[];
  /** Messages that a run holds before all files are closed. Absent: any number. */
  readonly inFlightCap?: number;
  /** Of one core, as it was measured. */
  readonly recordsPerSPerLane: number;
}

export interface BatchFacts {
  readonly targetSizeBytes: number;
  readonly maxAgeMs: number;
  readonly maxRows?: number;
  /** What open files may hold, in memory and spooled, before the largest are closed. */
  readonly heldBytes: number;
}

export interface SinkFacts {
  /** Encoded, by how many rows a row group has; ascending. */
  readonly rowSizes: readonly { readonly rows: number; readonly bytesPerRow: number }[];
  /** What a file has besides its row groups. */
  readonly fileOverheadBytes: number;
  /** Of the rows that are open at a time; shares add up to 1. */
  readonly partitions: readonly { readonly path: string; readonly share: number }[];
}

export interface Forecast {
  readonly filesPerHour: number;
  readonly fileBytes: number;
  readonly rowsPerFile: number;
  readonly rowsPerS: number;
  readonly closedBy: FileEnd;
  /** Of the first sink, the largest first. */
  readonly partitions: readonly PlanPartition[];
  readonly longestHoldMs: number;
  /** Messages that are held at most; 0 where the source is no queue. */
  readonly inFlightMessages: number;
  /** Encoded bytes that open files hold on average. */
  readonly heldBytes: number;
  readonly bytesPerS: number;
  readonly lanes: number;
}

/** Lanes are not to work without a pause: backlogs must shrink, and garbage is collected meanwhile. */
export const LANE_LOAD = 0.7;
const HOUR_S = 3_600;
/** From the age of a file until lanes have sealed it and the next row begins another: the landing looks ten times a second. */
const CLOSE_S = 0.15;

interface PartitionForecast extends PlanPartition {
  readonly holdMs: number;
  readonly rowsPerFile: number;
}

/** What a pipeline makes of a steady rate. The sums of sizes are those of `reachableSize`, partition by partition. Pure. */
export function forecast(facts: ForecastFacts): Forecast {
  const { recordsPerS, recordsPerMessage, rowsPerRecord, recordsPerSPerLane } = facts;
  const rowsPerS = recordsPerS * rowsPerRecord;
  const messagesPerS = recordsPerS / recordsPerMessage;
  const sinks = facts.sinks.map((sink) => withinMemory(sink, facts));
  const files = sinks.flat();
  const filesPerHour = sum(files, (each) => each.filesPerHour);
  const bytesPerS = sum(files, (each) => (each.fileBytes * each.filesPerHour) / HOUR_S);
  const longestHoldMs = Math.max(0, ...files.map(({ holdMs }) => holdMs));
  return {
    filesPerHour,
    fileBytes: filesPerHour > 0 ? (bytesPerS * HOUR_S) / filesPerHour : 0,
    rowsPerFile: filesPerHour > 0 ? (rowsPerS * HOUR_S * facts.sinks.length) / filesPerHour : 0,
    rowsPerS,
    closedBy: mostBytes(files),
    partitions: (sinks[0] ?? [])
      .map(({ holdMs: _, rowsPerFile: __, ...shown }) => shown)
      .sort((a, b) => b.share - a.share),
    longestHoldMs,
    inFlightMessages: Math.min(facts.inFlightCap ?? 0, Math.ceil((messagesPerS * longestHoldMs) / 1_000)),
    heldBytes: sum(files, ({ fileBytes }) => fileBytes / 2),
    bytesPerS,
    lanes: Math.max(1, Math.ceil(recordsPerS / recordsPerSPerLane / LANE_LOAD)),
  };
}

/** Where all open files together hold more than they may, each is closed the sooner. */
function withinMemory(sink: SinkFacts, facts: ForecastFacts): PartitionForecast[] {
  const files = sink.partitions.map((partition) => partitionForecast(sink, partition, facts));
  const held = sum(files, ({ fileBytes }) => fileBytes / 2);
  const most = facts.batch.heldBytes / facts.sinks.length;
  if (held <= most) return files;
  const share = most / held;
  return files.map((file) => ({
    ...file,
    filesPerHour: file.filesPerHour / share,
    fileBytes: file.fileBytes * share,
    rowsPerFile: file.rowsPerFile * share,
    holdMs: file.holdMs * share,
    closedBy: 'memory' as const,
  }));
}

/** Rows a file decide how well they compress, and that, how many fit: the second look is with the first one's answer. */
function partitionForecast(
  sink: SinkFacts,
  partition: SinkFacts['partitions'][number],
  facts: ForecastFacts,
): PartitionForecast {
  const most = sink.rowSizes.at(-1)?.bytesPerRow ?? 0;
  const { rowsPerFile } = partitionFiles(sink, partition, facts, most);
  return partitionFiles(sink, partition, facts, bytesPerRowAt(sink, rowsPerFile));
}

/** Between two sizes that were measured, by the logarithm of the rows: each doubling saves about the same. */
export function bytesPerRowAt({ rowSizes }: Pick<SinkFacts, 'rowSizes'>, rows: number): number {
  const above = rowSizes.findIndex((size) => size.rows >= rows);
  if (above <= 0) return (above < 0 ? rowSizes.at(-1) : rowSizes[0])?.bytesPerRow ?? 0;
  const [low, high] = [rowSizes[above - 1]!, rowSizes[above]!];
  const share = Math.log(rows / low.rows) / Math.log(high.rows / low.rows);
  return low.bytesPerRow + share * (high.bytesPerRow - low.bytesPerRow);
}

function partitionFiles(
  { fileOverheadBytes }: SinkFacts,
  { path, share }: SinkFacts['partitions'][number],
  { recordsPerS, recordsPerMessage, recordBytes, rowsPerRecord, batch, inFlightCap }: ForecastFacts,
  bytesPerRow: number,
): PartitionForecast {
  const messagesPerSecond = recordsPerS / recordsPerMessage;
  const rowsPerMessage = recordsPerMessage * rowsPerRecord * share;
  const reach = reachableSize({
    ...{ targetSizeBytes: batch.targetSizeBytes, maxAgeMs: batch.maxAgeMs, recordBytes, messagesPerSecond },
    recordsPerMessage: recordsPerMessage * share,
    inFlightCap: inFlightCap ?? Number.MAX_SAFE_INTEGER,
    encodedShare: (bytesPerRow * rowsPerRecord) / recordBytes,
  });
  const rowsPerS = messagesPerSecond * rowsPerMessage;
  const rowsMs = batch.maxRows === undefined ? Number.POSITIVE_INFINITY : (batch.maxRows / rowsPerS) * 1_000;
  const ownMs = reach.limit === 'age' ? batch.maxAgeMs : (reach.closesAfterMs ?? batch.maxAgeMs);
  const holdMs = Math.min(ownMs, rowsMs);
  // A file begins with the next message that has a row for it.
  const waitS = 1 / (messagesPerSecond * (1 - Math.exp(-rowsPerMessage)));
  const cycleS = holdMs / 1_000 + (holdMs < ownMs || reach.limit !== 'age' ? 0 : CLOSE_S + waitS);
  const rowsPerFile = rowsPerS * cycleS;
  return {
    ...{ path, share, holdMs, rowsPerFile },
    filesPerHour: HOUR_S / cycleS,
    fileBytes: rowsPerFile * bytesPerRow + fileOverheadBytes,
    closedBy: rowsMs < ownMs ? 'rows' : endOf(reach.limit),
  };
}

function endOf(limit: ReturnType<typeof reachableSize>['limit']): FileEnd {
  return limit === 'target' ? 'size' : limit;
}

function mostBytes(files: readonly PartitionForecast[]): FileEnd {
  const bytes = new Map<FileEnd, number>();
  for (const { closedBy, filesPerHour, fileBytes } of files) {
    bytes.set(closedBy, (bytes.get(closedBy) ?? 0) + filesPerHour * fileBytes);
  }
  return [...bytes].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'age';
}

function sum<Item>(items: readonly Item[], amountOf: (item: Item) => number): number {
  return items.reduce((total, item) => total + amountOf(item), 0);
}
