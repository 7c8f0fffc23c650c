import type { Clock } from '../core/clock.ts';
import { asParquetryError, ParquetryError } from '../core/errors.ts';
import type { LedgerSnapshot } from '../core/ledger.ts';
import { defaultRetry, retrying } from '../core/retry.ts';
import type { Backlog, Source } from '../core/source.ts';
import { Landing } from './landing.ts';
import type { LandingParts, LanePort, WrittenFile } from './landing-parts.ts';
import type { LaneMessage } from './messages.ts';
import { type Pulse, StuckWatch } from './pulse.ts';
import { fromWire } from './wire-error.ts';
import { type Written, WrittenFiles } from './written-files.ts';

/** A running lane, wherever it runs. */
export interface LaneHandle extends LanePort {
  onMessage(listener: (message: LaneMessage) => void): void;
  /** Resolves when the lane's thread is gone; with an error if it did not end by itself. */
  readonly exited: Promise<ParquetryError | undefined>;
  readonly pulse: Pulse;
  /** What the lane's thread uses; absent where it has none of its own. */
  usage?(): Promise<Omit<LaneUsage, 'lane'>>;
  terminate(): Promise<void>;
}

/** What a lane uses of the machine. What cannot be measured is absent. */
export interface LaneUsage {
  readonly lane: number;
  /** Share of time since the last question that its thread was busy. */
  readonly busy?: number;
  readonly heapUsedBytes?: number;
  readonly externalBytes?: number;
}

export interface RunPlan {
  readonly source: Source;
  readonly landing: LandingParts;
  readonly lanes: number;
  startLane(lane: number): LaneHandle;
  /** End when the source has nothing visible, in flight or delayed any more. */
  readonly drain: boolean;
  /** From the wish to stop to the end of the process, at most. */
  readonly graceMs: number;
  /** User code that does not come back within this is stuck. */
  readonly transformTimeoutMs: number;
  /** How long receiving pauses after a storm of misfits. */
  readonly stormPauseMs: number;
  /** How often the source is asked for its backlog. */
  readonly backlogEveryMs: number;
}

export type EndReason = 'drained' | 'ended' | 'stopped' | 'failed';

export interface RunSummary {
  readonly runId: string;
  readonly reason: EndReason;
  /** Why it failed; also set when the grace ran out. */
  readonly error?: ParquetryError;
  readonly ledger: LedgerSnapshot;
  readonly written: Written;
  /** The latest 1,000 files. */
  readonly files: readonly WrittenFile[];
  readonly unknownKeys: ReadonlyMap<string, number>;
  readonly elapsedMs: number;
}

/** The state of a run, for displays. */
export interface RunSnapshot {
  readonly ledger: LedgerSnapshot;
  readonly written: Written;
  readonly backlog?: Backlog;
  readonly lanes: readonly { readonly state: LaneState }[];
  readonly openFiles: number;
  readonly heldBytes: number;
  readonly elapsedMs: number;
  readonly ending?: EndReason;
}

type LaneState = 'starting' | 'busy' | 'idle' | 'stopped';

interface LaneSlot {
  readonly handle: LaneHandle;
  readonly watch: StuckWatch;
  readonly stopped: PromiseWithResolvers<void>;
  state: LaneState;
  exhausted: boolean;
}

/** A service that is down for a moment must not keep a run from starting; one that is down for good must be told of soon. */
const CHECK_RETRY = { ...defaultRetry, attempts: 5, deadlineMs: 15_000 };
/** The end of the grace, kept for giving back what could not be written and for cleaning up behind uploads. */
const LAST_CALL_MS = 5_000;
/** Consecutive looks at an empty source before it counts as drained: SQS's counts are approximate. */
const DRAIN_LOOKS = 3;

/** A run from start to summary: starts lanes, watches them, decides when it is over, and ends it in order. */
export class Engine {
  readonly #plan: RunPlan;
  readonly #clock: Clock;
  readonly #landing: Landing;
  readonly #lanes: LaneSlot[] = [];
  readonly #files = new WrittenFiles();
  readonly #over = Promise.withResolvers<void>();
  readonly #startMs: number;
  #reason: EndReason | undefined;
  #error: ParquetryError | undefined;
  #backlog: Backlog | undefined;

  constructor(plan: RunPlan) {
    this.#plan = plan;
    this.#clock = plan.landing.clock;
    this.#startMs = this.#clock.now();
    this.#landing = new Landing(plan.landing, {
      fatal: (error) => this.#end('failed', error),
      storm: (error) => void this.#storm(error),
      wrote: (file) => this.#files.add(file),
    });
  }

  /** Runs to its end. Rejects only if the source or a sink cannot be used at all: then nothing was received. */
  async run(): Promise<RunSummary> {
    try {
      await this.#check();
    } catch (thrown) {
      await this.#landing.close();
      throw thrown;
    }
    this.#startLanes();
    const watching = new AbortController();
    this.#watch(watching.signal);
    await this.#over.promise;
    watching.abort();
    // Not after the watchers: one may be waiting for a lane, a sink or the source, and only the grace bounds that.
    await this.#windDown();
    return this.#summary();
  }

  /** Asks for an orderly end: receive no more, flush, settle. */
  stop(): void {
    this.#end('stopped');
  }

  snapshot(): RunSnapshot {
    return {
      ledger: this.#landing.ledger(),
      written: this.#files.totals,
      backlog: this.#backlog,
      lanes: this.#lanes.map(({ state }) => ({ state })),
      openFiles: this.#landing.openFiles,
      heldBytes: this.#landing.heldBytes,
      elapsedMs: this.#clock.now() - this.#startMs,
      ending: this.#reason,
    };
  }

  /** Receives and delivers; false from the first moment of an ending. */
  get isReady(): boolean {
    return this.#reason === undefined && this.#lanes.some(({ state }) => state === 'busy' || state === 'idle');
  }

  async laneUsage(): Promise<LaneUsage[]> {
    const running = this.#lanes.map(({ handle, state }, lane) => ({ lane, handle, state }));
    return Promise.all(
      running
        .filter(({ state }) => state !== 'stopped')
        .map(async ({ lane, handle }) => ({ lane, ...(await handle.usage?.()) })),
    );
  }

  async #check(): Promise<void> {
    const { source, landing } = this.#plan;
    const checks = [source, landing.deadLetters, ...landing.sinks.flatMap(({ sink, commits }) => [sink, commits])];
    const port = { clock: this.#clock, random: Math.random };
    await Promise.all(checks.map((part) => retrying(CHECK_RETRY, port, async () => part?.check?.())));
  }

  #startLanes(): void {
    try {
      for (let lane = 0; lane < this.#plan.lanes; lane++) this.#startLane(lane);
    } catch (thrown) {
      this.#end('failed', asParquetryError(thrown));
    }
  }

  #startLane(lane: number): void {
    const handle = this.#plan.startLane(lane);
    const watch = new StuckWatch(handle.pulse, this.#plan.transformTimeoutMs);
    const slot: LaneSlot = { handle, watch, stopped: Promise.withResolvers(), state: 'starting', exhausted: false };
    this.#lanes.push(slot);
    this.#landing.attach(lane, handle);
    handle.onMessage((message) => {
      try {
        this.#hear(lane, slot, message);
      } catch (thrown) {
        // What was not heard to its end completes no delivery: nothing is acked that should not be.
        this.#end('failed', asParquetryError(thrown));
      }
    });
    void handle.exited.then((error) => {
      if (slot.state !== 'stopped') {
        this.#end('failed', error ?? new ParquetryError('E_LANE', `lane ${lane} ended unasked`));
      }
      this.#laneStopped(lane, slot);
    });
  }

  #hear(lane: number, slot: LaneSlot, message: LaneMessage): void {
    const { logger, metrics } = this.#plan.landing;
    switch (message.type) {
      case 'ready':
        slot.state = 'idle';
        break;
      case 'idle':
        slot.state = message.idle ? 'idle' : 'busy';
        break;
      case 'exhausted':
        slot.exhausted = true;
        if (this.#lanes.every((each) => each.exhausted)) this.#end('ended');
        break;
      case 'receive-failed':
        logger.warn('receive.failed', { lane, ...message.error, failures: message.failures, delayMs: message.delayMs });
        metrics.count('parquetry_receive_errors_total', 1, { code: message.error.code });
        break;
      case 'failed':
        this.#end('failed', fromWire(message.error));
        break;
      case 'log':
        logger[message.level](message.event, { lane, ...message.fields });
        break;
      case 'metric':
        metrics[message.kind](message.name, message.value, message.labels);
        break;
      case 'stopped':
        this.#laneStopped(lane, slot);
        break;
      default:
        this.#landing.hear(lane, message);
    }
  }

  #laneStopped(lane: number, slot: LaneSlot): void {
    slot.state = 'stopped';
    this.#landing.detach(lane);
    slot.stopped.resolve();
  }

  #end(reason: EndReason, error?: ParquetryError): void {
    this.#error ??= error;
    if (this.#reason) return;
    this.#reason = reason;
    this.#over.resolve();
  }

  async #storm(error: ParquetryError): Promise<void> {
    const { landing, drain, stormPauseMs } = this.#plan;
    landing.logger.error('storm', { message: error.message, hint: error.hint, pauseMs: stormPauseMs });
    if (drain) return this.#end('failed', error);
    await this.#landing.pauseFor(stormPauseMs);
  }

  #watch(signal: AbortSignal): void {
    for (const watcher of [this.#watchLanes(signal), this.#watchBacklog(signal)]) {
      watcher.catch((thrown) => this.#end('failed', asParquetryError(thrown)));
    }
  }

  async #watchLanes(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#lanes.forEach(({ watch, handle }, lane) => {
        const seq = watch.check(this.#clock.now());
        if (seq !== undefined) {
          this.#end('failed', stuckError(lane, this.#landing.deliveryId(lane, seq), this.#plan.transformTimeoutMs));
          void handle.terminate();
        }
      });
      await this.#clock.sleep(250, signal);
    }
  }

  /** Asks the source how much waits; in drain mode flushes when only held deliveries are left, and ends when none are. */
  async #watchBacklog(signal: AbortSignal): Promise<void> {
    const settler = this.#plan.landing.settler;
    if (!settler.backlog) return;
    let emptyLooks = 0;
    let received = 0;
    while (!signal.aborted) {
      const backlog = await settler.backlog().catch((thrown) => this.#backlogFailed(thrown, signal));
      if (signal.aborted) return;
      if (backlog) this.#backlog = backlog;
      const soFar = this.#landing.received;
      if (backlog && backlog.visible > 0 && soFar === received) await this.#unlock();
      received = soFar;
      if (this.#plan.drain && backlog) {
        emptyLooks = (await this.#isDrained(backlog)) ? emptyLooks + 1 : 0;
        if (emptyLooks >= DRAIN_LOOKS) return this.#end('drained');
      }
      await this.#clock.sleep(this.#plan.backlogEveryMs, signal);
    }
  }

  /** Something waits at the source, and yet nothing came since the last look: perhaps because of what is held. */
  async #unlock(): Promise<void> {
    const idle = this.#lanes.every(({ state }) => state === 'idle');
    if (this.#plan.source.locksGroups && idle && this.#landing.openLeases > 0) await this.#landing.flush('locked');
  }

  async #isDrained({ visible, inFlight, delayed }: Backlog): Promise<boolean> {
    const idle = this.#lanes.every(({ state }) => state === 'idle');
    const held = this.#landing.openLeases;
    if (visible > 0 || delayed > 0 || !idle) return false;
    if (held > 0) {
      await this.#landing.flush('drain');
      return false;
    }
    return inFlight === 0;
  }

  #backlogFailed(thrown: unknown, signal: AbortSignal): undefined {
    if (signal.aborted) return; // cut off by the end of the run
    const error = asParquetryError(thrown);
    this.#plan.landing.logger.warn('backlog.failed', { code: error.code, message: error.message });
    if (!error.retryable) this.#end('failed', error);
  }

  /** Ends in order if that is done within the grace, and without order if not. */
  async #windDown(): Promise<void> {
    const ended = new AbortController();
    await Promise.race([this.#settleAll(), this.#enforceGrace(ended.signal)]);
    ended.abort();
    await Promise.all(this.#lanes.map(({ handle }) => handle.terminate()));
    await this.#landing.close();
  }

  async #settleAll(): Promise<void> {
    for (const { handle, state } of this.#lanes) if (state !== 'stopped') handle.postMessage({ type: 'stop' });
    await Promise.all(this.#lanes.map(({ stopped }) => stopped.promise));
    await this.#landing.finish(this.#reason ?? 'stopped');
  }

  /** Gives up on lanes and writes that take longer than the grace; resolves when what was given up had its time to go back. */
  async #enforceGrace(ended: AbortSignal): Promise<void> {
    const { graceMs } = this.#plan;
    const lastCallMs = Math.min(LAST_CALL_MS, graceMs / 4);
    await this.#clock.sleep(graceMs - lastCallMs, ended);
    if (ended.aborted) return;
    this.#error ??= new ParquetryError(
      'E_UNAVAILABLE',
      `not everything held could be written within the grace of ${graceMs} ms`,
      { hint: 'What was not written stays in the source and comes again. shutdown.grace sets the time.' },
    );
    this.#reason = 'failed';
    for (const { handle } of this.#lanes) void handle.terminate();
    this.#landing.cancel();
    await this.#clock.sleep(lastCallMs, ended);
  }

  #summary(): RunSummary {
    return {
      runId: this.#plan.landing.runId,
      reason: this.#reason ?? 'stopped',
      error: this.#error,
      ledger: this.#landing.ledger(),
      written: this.#files.totals,
      files: this.#files.latest(),
      unknownKeys: this.#landing.unknownKeys,
      elapsedMs: this.#clock.now() - this.#startMs,
    };
  }
}

function stuckError(lane: number, delivery: string | undefined, limitMs: number): ParquetryError {
  return new ParquetryError(
    'E_LANE',
    `the transform did not come back within ${limitMs} ms at delivery ${delivery ?? 'unknown'} (lane ${lane})`,
    {
      hint: 'Look for an endless loop in map. The delivery is still in the source.',
    },
  );
}
