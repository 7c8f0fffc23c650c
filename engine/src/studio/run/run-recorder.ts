import type { LogFields, Logger, Metrics } from '../../core/telemetry.ts';
import type { FileView, LedgerView, LogLine, RunSecond, RunView } from '../../protocol/run.ts';
import type { BatchState } from '../../runtime/batch-states.ts';
import type { RunSnapshot } from '../../runtime/engine.ts';
import type { WrittenFile } from '../../runtime/landing-parts.ts';
import type { LaneUsage } from '../../runtime/lane-usage.ts';
import { logLine } from './log-line.ts';
import type { RunProgress } from './run-link.ts';

/** What a view holds of each, at most; see `RunView`. */
const KEPT = { seconds: 300, decisions: 50, files: 200, logs: 500 };
export const MAX_BATCHES = 200;

/** What of a run is looked at from time to time; narrow, so that it can be written by a test. */
export interface RunLook {
  readonly snapshot: RunSnapshot;
  readonly batches: readonly BatchState[];
}

/** Remembers what a run logs and counts, and how fast it was, second by second. No timers and no clock of its own. */
export class RunRecorder {
  readonly #now: () => number;
  readonly #logs: LogLine[] = [];
  readonly #files: FileView[] = [];
  readonly #decisions: RunView['laneDecisions'][number][] = [];
  readonly #seconds: RunSecond[] = [];
  #receivedBytes = 0;
  #last: { atMs: number; records: number; rows: number; bytes: number };
  #utilisation = new Map<number, number>();
  #url: string | undefined;

  constructor(now: () => number) {
    this.#now = now;
    this.#last = { atMs: now(), records: 0, rows: 0, bytes: 0 };
  }

  readonly logger: Logger = {
    debug: (event, fields) => this.#heard('debug', event, fields),
    info: (event, fields) => this.#heard('info', event, fields),
    warn: (event, fields) => this.#heard('warn', event, fields),
    error: (event, fields) => this.#heard('error', event, fields),
  };

  readonly metrics: Metrics = {
    count: (name, add) => {
      if (name === 'parquetry_received_bytes_total') this.#receivedBytes += add;
    },
    gauge: () => undefined,
    observe: () => undefined,
  };

  /** To be called about once a second. */
  second({ ledger, written, lanes, backlog }: RunSnapshot, usage: readonly LaneUsage[]): void {
    const { atMs, records, rows, bytes } = this.#last;
    this.#last = {
      atMs: this.#now(),
      records: ledger.records.received,
      rows: written.rows,
      bytes: this.#receivedBytes,
    };
    const seconds = Math.max(0.001, (this.#last.atMs - atMs) / 1_000);
    this.#utilisation = new Map(usage.map(({ lane, busy = 0 }) => [lane, busy]));
    push(this.#seconds, KEPT.seconds, {
      atMs: this.#last.atMs,
      recordsPerS: (this.#last.records - records) / seconds,
      bytesPerS: (this.#last.bytes - bytes) / seconds,
      rowsPerS: (this.#last.rows - rows) / seconds,
      lanes: lanes.length,
      lagMessages: backlog?.visible,
    });
  }

  progress({ snapshot, batches }: RunLook): RunProgress {
    const { lanes, scaling, backlog, openFiles } = snapshot;
    const behindMs = scaling?.sample.behindMs;
    const isBehindKnown = behindMs !== undefined && Number.isFinite(behindMs);
    return {
      ledger: ledgerView(snapshot),
      history: [...this.#seconds],
      lanes: lanes.map(({ lane, state }) => ({ lane, state, utilisation: this.#utilisation.get(lane) ?? 0 })),
      laneDecisions: [...this.#decisions],
      scaling: scaling && { wanted: scaling.wanted, reason: scaling.reason, isSaturated: scaling.saturated },
      lag: backlog && {
        messages: backlog.visible + backlog.delayed,
        inFlight: backlog.inFlight,
        behindS: isBehindKnown ? behindMs / 1_000 : undefined,
      },
      openFiles,
      batches: batches.map(({ sizeBytes, targetSizeBytes, ...batch }) => ({
        ...batch,
        bytes: sizeBytes,
        targetBytes: targetSizeBytes,
      })),
      files: this.#files.toReversed(),
      logs: [...this.#logs],
      url: this.#url,
    };
  }

  #heard(level: LogLine['level'], event: string, fields: LogFields = {}): void {
    const atMs = this.#now();
    push(this.#logs, KEPT.logs, logLine(level, event, fields, atMs));
    if (event === 'file.written') push(this.#files, KEPT.files, fileView(fields as unknown as WrittenFile, atMs));
    if (event === 'telemetry.listening') this.#url = `http://${String(fields.address)}`;
    if (event === 'lanes.scaled') {
      push(this.#decisions, KEPT.decisions, { atMs, lanes: Number(fields.to), reason: String(fields.reason) });
    }
  }
}

/** Before anything was received. */
export function emptyProgress(): RunProgress {
  const records = { received: 0, delivered: 0, returned: 0, leaseLost: 0, inFlight: 0 };
  const ledger = { ...records, dropped: [], deadLettered: [], rows: 0, files: 0, isClosed: true };
  return { ledger, history: [], lanes: [], laneDecisions: [], openFiles: 0, batches: [], files: [], logs: [] };
}

function ledgerView({ ledger: { records, closed }, written }: RunSnapshot): LedgerView {
  const { received, delivered, dropped, deadLettered, returned, leaseLost, inFlight } = records;
  return {
    ...{ received, delivered, returned, leaseLost, inFlight },
    dropped: mostFirst(dropped),
    deadLettered: mostFirst(deadLettered),
    rows: written.rows,
    files: written.files,
    isClosed: closed,
  };
}

function mostFirst(reasons: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(reasons).sort(([, a], [, b]) => b - a);
}

function fileView({ uri, partition, rows, sizeBytes, closedBy }: WrittenFile, atMs: number): FileView {
  return { uri, partition, rows, bytes: sizeBytes, atMs, closedBy };
}

function push<T>(kept: T[], atMost: number, item: T): void {
  kept.push(item);
  if (kept.length > atMost) kept.shift();
}
