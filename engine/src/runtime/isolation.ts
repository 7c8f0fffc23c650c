import type { IsolationReason } from '../columns/transform.ts';
import type { Clock } from '../core/clock.ts';
import { ParquetryError } from '../core/errors.ts';
import type { Logger, Metrics } from '../core/telemetry.ts';
import type { Restart } from './guardian.ts';
import type { LandingMessage } from './messages.ts';
import type { ErrorPolicy } from './outcomes.ts';
import type { PoisonState } from './poison-list.ts';
import { PoisonWatch } from './poison-watch.ts';
import type { LanePosition, Supervisor } from './supervisor.ts';

export interface IsolationParts {
  readonly lanes: Pick<Supervisor, 'tell' | 'kill' | 'replace' | 'start' | 'size'>;
  readonly policy: ErrorPolicy;
  /** What a lost lane had not sealed comes again. Where it does not, a lost lane ends the run. */
  readonly comesAgain: boolean;
  readonly transformTimeoutMs: number;
  /** How long what a process had in flight when it ended stays away, at most. */
  readonly comesAgainWithinMs: number;
  /** Who starts the process again if it ends abnormally. */
  readonly guard?: GuardPort;
  /** What an engine that this one takes over from has found out; instead of what `guard` knows. */
  readonly known?: PoisonState;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Records that lanes have processed so far. */
  processed(): number;
  /** Deliveries that are done with so far. */
  acked(): number;
  /** The run cannot go on. */
  failed(error: ParquetryError): void;
}

/** The engine's end of the line to a parent that starts it again. */
export interface GuardPort {
  /** Folder for the notes of lanes. */
  readonly notes: string;
  /** Set in a process that was started again. */
  readonly restart?: Restart;
  /** What is in flight comes again after a crash: it makes sense to start this again. */
  canRestart(): void;
  /** The next process should know this, too. */
  learned(found: PoisonState): void;
  cameThrough(delivery: string): void;
}

/** Lanes lost one after the other without a single record processed in between: it is not a record that ends them. */
const MAX_LOSSES = 20;
/** Lanes lost at no record (a timer that throws) without a single delivery done with in between: nothing would ever be written. */
const MAX_LOSSES_BETWEEN = 5;

/**
 * What a lost lane means: another one takes its place, and the record that is to blame is found out, so that it costs one record
 * and nothing else. See `PoisonWatch`.
 */
export class Isolation {
  readonly #parts: IsolationParts;
  readonly #watch: PoisonWatch;
  /** Deliveries that lanes were at when the process before this one ended, and that have not passed since. */
  readonly #ofTheDead: Set<string>;
  readonly #narrowUntilMs: number;
  readonly #losses: LossesInARow;
  readonly #lossesBetween: LossesInARow;

  constructor(parts: IsolationParts) {
    this.#parts = parts;
    this.#losses = new LossesInARow(MAX_LOSSES, () => parts.processed());
    this.#lossesBetween = new LossesInARow(MAX_LOSSES_BETWEEN, () => parts.acked());
    const { clock, comesAgainWithinMs, guard, known } = parts;
    this.#watch = new PoisonWatch(known ?? guard?.restart?.known);
    this.#ofTheDead = new Set(known ? [] : guard?.restart?.known.suspects);
    this.#narrowUntilMs = clock.now() + comesAgainWithinMs;
  }

  /** One of few deliveries has ended the process before this one: one lane must process them, and nothing else meanwhile. */
  get isNarrow(): boolean {
    return this.#ofTheDead.size > 0 && this.#parts.clock.now() < this.#narrowUntilMs;
  }

  /** What an engine that takes over has to know. */
  get known(): PoisonState {
    return this.#watch.list.state();
  }

  /** What a lane that starts has to know. */
  greeting(): LandingMessage | undefined {
    const { list } = this.#watch;
    return list.isEmpty ? undefined : { type: 'poison', ...list.state() };
  }

  /** User code did not get on for the time limit. */
  stuck(lane: number, at: LanePosition): void {
    const message = `the transform did not come back within ${this.#parts.transformTimeoutMs} ms`;
    this.#lost(lane, {
      reason: 'stuck',
      message,
      at,
      hint: 'Look for an endless loop or a regular expression that explodes.',
    });
    void this.#parts.lanes.kill(lane, 'stuck');
  }

  /** A lane's thread ended unasked. */
  died(lane: number, error: ParquetryError, at: LanePosition | undefined): void {
    const reason = isOutOfMemory(error) ? 'memory' : 'crash';
    this.#lost(lane, { reason, message: error.message, at, hint: error.hint });
    this.#parts.lanes.start(this.#parts.lanes.size + 1);
  }

  /** A lane says that it cannot go on; `held` are deliveries of the row group that broke it, if that did. */
  broken(lane: number, error: ParquetryError, at: LanePosition | undefined, held: readonly string[]): void {
    const reason = at && at.record < 0 ? 'crash' : 'unencodable';
    const where = at ?? { chunk: held, record: -1, alone: false };
    this.#lost(lane, { reason, message: error.message, at: where, hint: error.hint });
    void this.#parts.lanes.kill(lane, 'broken');
  }

  /** A lane holds more memory than it should, or than it may. */
  swollen(lane: number, verdict: 'recycle' | 'kill', at: LanePosition | undefined): void {
    const { lanes, comesAgain } = this.#parts;
    if (verdict === 'recycle') {
      // It must not fill up further with what it has queued.
      if (comesAgain) void lanes.replace(lane, 'memory', { hurry: true });
      return;
    }
    const hint = 'Look for arrays, maps or buffers that only grow.';
    this.#lost(lane, { reason: 'memory', message: 'the lane ran out of memory', at, hint });
    void lanes.kill(lane, 'memory');
  }

  cameThrough(delivery: string): void {
    this.#watch.cameThrough(delivery);
    this.#parts.guard?.cameThrough(delivery);
    this.#isOff(delivery);
  }

  #isOff(delivery: string): void {
    if (!this.#ofTheDead.delete(delivery) || this.#ofTheDead.size > 0) return;
    this.#parts.logger.info('engine.suspects.cleared');
  }

  #lost(lane: number, { reason, message, at, hint }: Loss): void {
    const { policy, comesAgain, logger, metrics, lanes } = this.#parts;
    const { chunk = [], delivery, record = -1, alone = false } = at ?? {};
    metrics.count('parquetry_lanes_lost_total', 1, { reason });
    logger.warn('lane.lost', { lane, reason, message, delivery, record: record < 0 ? undefined : record });
    if (!comesAgain || policy === 'fail') {
      const why = `${message} at ${placeOf(at)} (lane ${lane})`;
      this.#parts.failed(
        new ParquetryError('E_LANE', why, { hint: hint ?? 'What was not written is still in the source.' }),
      );
      return;
    }
    const found = this.#watch.lost({ reason, message, chunk, delivery, record, alone });
    for (const poison of found.poison) {
      logger.warn('poison.isolated', { ...poison });
      metrics.count('parquetry_poison_total', 1, { reason });
      this.#isOff(poison.delivery);
    }
    lanes.tell({ type: 'poison', ...found });
    this.#parts.guard?.learned(found);
    const losses = at ? this.#losses : this.#lossesBetween;
    if (losses.areTooMany()) {
      const why = `${losses.max} lanes were lost in a row with nothing done in between, the last one: ${message} at ${placeOf(at)}`;
      this.#parts.failed(new ParquetryError('E_LANE', why, { hint }));
    }
  }
}

/** Counts losses without progress in between. */
class LossesInARow {
  readonly max: number;
  readonly #progress: () => number;
  #count = 0;
  #done = 0;

  constructor(max: number, progress: () => number) {
    this.max = max;
    this.#progress = progress;
  }

  /** To be asked once a loss. */
  areTooMany(): boolean {
    const done = this.#progress();
    this.#count = done > this.#done ? 1 : this.#count + 1;
    this.#done = done;
    return this.#count >= this.max;
  }
}

interface Loss {
  readonly reason: IsolationReason;
  readonly message: string;
  readonly at: LanePosition | undefined;
  readonly hint?: string;
}

function placeOf(at: LanePosition | undefined): string {
  if (!at) return 'no record';
  const { chunk, delivery, record } = at;
  if (delivery === undefined) return chunk.length === 1 ? `delivery ${chunk[0]}` : `one of ${chunk.length} deliveries`;
  return record < 0 ? `delivery ${delivery}` : `record ${record} of delivery ${delivery}`;
}

/** Node says so in the code of the worker's error. */
function isOutOfMemory({ cause }: ParquetryError): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
