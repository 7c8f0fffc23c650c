import type { Clock } from '../core/clock.ts';
import { asParquetryError, ParquetryError } from '../core/errors.ts';
import type { LedgerSnapshot } from '../core/ledger.ts';
import { defaultRetry, retrying } from '../core/retry.ts';
import type { Backlog, Source } from '../core/source.ts';
import type { LaneLimits } from './autoscaler.ts';
import type { BatchState } from './batch-states.ts';
import { Isolation, type IsolationParts } from './isolation.ts';
import { Landing } from './landing.ts';
import type { LandingParts, WrittenFile } from './landing-parts.ts';
import type { LaneHandle } from './lane-handle.ts';
import { LaneScaler, type ScaledRun, type Scaling, type ScalingPort } from './lane-scaler.ts';
import { BusyMeter, type LaneUsage } from './lane-usage.ts';
import type { PoisonState } from './poison-list.ts';
import { type Ending, returnUpTo, type ShutdownMode } from './shutdown-policy.ts';
import { type LaneState, Supervisor, type SupervisorParts } from './supervisor.ts';
import type { SinkLoad } from './uploads.ts';
import { type Written, WrittenFiles, writtenSince } from './written-files.ts';

export interface RunPlan {
  readonly source: Source;
  readonly landing: LandingParts;
  /** How many lanes there may be; `start`: how many there are at first. */
  readonly lanes: LaneLimits & { readonly start: number };
  readonly scaling: ScalingPort;
  startLane(lane: number): LaneHandle;
  /** See `SupervisorParts`. */
  nextLane?(): number;
  /** End when the source has nothing visible, in flight or delayed any more. */
  readonly drain: boolean;
  /** What becomes of what is held at the wish to stop. Sources that hand out the same again after a restart are always flushed. */
  readonly shutdown: ShutdownMode;
  /** From the wish to stop to the end of the process, at most. */
  readonly graceMs: number;
  /** User code that does not get on within this is stuck. */
  readonly transformTimeoutMs: number;
  /** How records that end lanes are told from those that do not. */
  readonly isolation: Pick<IsolationParts, 'policy' | 'comesAgain' | 'comesAgainWithinMs' | 'guard' | 'known'>;
  /** How long receiving pauses after a storm of misfits. */
  readonly stormPauseMs: number;
  /** How often the source is asked for its backlog. */
  readonly backlogEveryMs: number;
}

/** `replaced`: another engine has taken over. */
export type EndReason = 'drained' | 'ended' | 'stopped' | 'failed' | 'replaced';

/** What became of what was held when the wish to stop came. */
export interface ShutdownSummary {
  readonly mode: ShutdownMode;
  readonly elapsedMs: number;
  readonly written: Written;
  /** Messages that went back to the source, to be received by others at once. */
  readonly returned: number;
  /** Messages that nobody receives before their leases end, because they were received too often to be given back. */
  readonly left: number;
}

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
  /** Present when the run was asked to stop. */
  readonly shutdown?: ShutdownSummary;
}

/** The state of a run, for displays. */
export interface RunSnapshot {
  readonly ledger: LedgerSnapshot;
  readonly written: Written;
  readonly backlog?: Backlog;
  readonly lanes: readonly { readonly lane: number; readonly state: LaneState }[];
  /** Absent before the first look at the load. */
  readonly scaling?: Scaling;
  readonly openFiles: number;
  readonly heldBytes: number;
  readonly sinks: readonly SinkLoad[];
  /** Lanes receive nothing, for want of memory or because of a storm. */
  readonly isPaused: boolean;
  readonly elapsedMs: number;
  readonly ending?: EndReason;
}

/**
 * A service that is down for a moment must not keep a run from starting; one that is down for good must be told of soon. Ours ask
 * again call by call (`checkRetry`), which gets through much throttling; this is for checks that do not, as those of own modules.
 */
const CHECK_RETRY = { ...defaultRetry, attempts: 5, deadlineMs: 15_000 };
/** The end of the grace, kept for giving back what could not be written and for cleaning up behind uploads. */
const LAST_CALL_MS = 5_000;
/** Of the grace before that, with `auto`, what lanes have to process what they received; then it goes back, to leave time for writes. */
const LANES_SHARE = 0.5;
/** Between two looks while held deliveries lock what waits: a group gets on by one receive at each second of them. */
const LOCKED_LOOK_MS = 50;
/** Consecutive looks at an empty source before it counts as drained: SQS's counts are approximate. */
const DRAIN_LOOKS = 3;

/** A run from start to summary: decides when it is over, and ends it in order. */
export class Engine {
  readonly #plan: RunPlan;
  readonly #clock: Clock;
  readonly #landing: Landing;
  readonly #lanes: Supervisor;
  readonly #isolation: Isolation;
  readonly #scaler: LaneScaler;
  readonly #busy = new BusyMeter();
  readonly #files = new WrittenFiles();
  readonly #started = Promise.withResolvers<boolean>();
  readonly #over = Promise.withResolvers<void>();
  /** From here on the grace counts. A run that ends because its source does takes its time. */
  readonly #hurried = Promise.withResolvers<void>();
  /** What a wish to stop leaves. */
  #graceMs: number;
  /** When the wish to stop came, and what had been done by then. */
  #stopped: { readonly atMs: number; readonly returned: number; readonly written: Written } | undefined;
  readonly #startMs: number;
  #reason: EndReason | undefined;
  #error: ParquetryError | undefined;
  #backlog: Backlog | undefined;
  /** After a storm of misfits. */
  #isResting = false;

  constructor(plan: RunPlan) {
    this.#plan = plan;
    this.#graceMs = plan.graceMs;
    this.#clock = plan.landing.clock;
    this.#startMs = this.#clock.now();
    this.#landing = new Landing(plan.landing, {
      fatal: (error) => this.#end('failed', error),
      storm: (error) => void this.#storm(error),
      wrote: (file) => this.#files.add(file),
    });
    this.#lanes = this.#createSupervisor();
    this.#isolation = this.#createIsolation();
    this.#scaler = this.#createScaler();
  }

  /** Runs to its end. Rejects only if the source or a sink cannot be used at all: then nothing was received. */
  async run(): Promise<RunSummary> {
    try {
      await this.#check();
    } catch (thrown) {
      await this.#landing.close();
      throw thrown;
    }
    this.#lanes.start(this.#limits().start);
    const watching = new AbortController();
    this.#watch([this.#watchBacklog(watching.signal), this.#scaler.watch(watching.signal)]);
    // To the end: a lane may get stuck in what it still has to process.
    const ended = new AbortController();
    this.#watch([this.#lanes.watch(ended.signal)]);
    await this.#over.promise;
    watching.abort();
    // Not after the watchers: one may be waiting for a lane, a sink or the source, and only the grace bounds that.
    await this.#windDown();
    ended.abort();
    return this.#summary();
  }

  /** True when all lanes of the start receive; false when the run has begun to end before. */
  get started(): Promise<boolean> {
    return this.#started.promise;
  }

  /**
   * Asks for an orderly end within the grace, or within less where less time is left: receive no more, write or give back what is
   * held as `shutdown` says, settle.
   */
  stop(withinMs = Number.POSITIVE_INFINITY): void {
    this.#graceMs = Math.min(this.#graceMs, withinMs);
    const atMs = this.#clock.now();
    this.#stopped ??= { atMs, returned: this.#landing.ledger().messages.returned, written: this.#files.totals };
    this.#end('stopped');
    if (this.#shutdownMode === 'return') this.#returnUnprocessed();
  }

  /** Another engine has taken over: receives no more, writes and settles everything, and takes its time. */
  retire(): void {
    this.#end('replaced');
  }

  snapshot(): RunSnapshot {
    return {
      ledger: this.#landing.ledger(),
      written: this.#files.totals,
      backlog: this.#backlog,
      lanes: this.#lanes.lanes,
      scaling: this.#scaler.latest,
      openFiles: this.#landing.openFiles,
      heldBytes: this.#landing.heldBytes,
      sinks: this.#landing.sinkLoads(),
      isPaused: this.#landing.isPaused,
      elapsedMs: this.#clock.now() - this.#startMs,
      ending: this.#reason,
    };
  }

  /** The open files that are nearest to being written, at most `limit`. */
  batches(limit: number): BatchState[] {
    return this.#landing.batches(limit);
  }

  /** What is known of records that end lanes. */
  get known(): PoisonState {
    return this.#isolation.known;
  }

  /** Receives and delivers; false from the first moment of an ending. */
  get isReady(): boolean {
    return this.#reason === undefined && this.#lanes.isReceiving;
  }

  /** What each lane's thread uses; `busy` since the last question. */
  async laneUsage(): Promise<LaneUsage[]> {
    const busy = this.#busy.read(this.#lanes.activity());
    const heaps = await this.#lanes.heaps();
    return this.#lanes.lanes.map(({ lane }) => {
      const { usedBytes, externalBytes } = heaps.get(lane) ?? {};
      return { lane, busy: busy.get(lane), heapUsedBytes: usedBytes, externalBytes };
    });
  }

  async #check(): Promise<void> {
    const { source, landing } = this.#plan;
    const checks = [source, landing.deadLetters, ...landing.sinks.flatMap(({ sink, commits }) => [sink, commits])];
    const port = { clock: this.#clock, random: Math.random };
    await Promise.all(checks.map((part) => retrying(CHECK_RETRY, port, async () => part?.check?.())));
  }

  #createSupervisor(): Supervisor {
    const { landing, transformTimeoutMs, startLane, nextLane } = this.#plan;
    const { clock, logger, metrics } = landing;
    const heard: SupervisorParts['landing'] = {
      attach: (...given) => this.#landing.attach(...given),
      detach: (...given) => this.#landing.detach(...given),
      deliveryId: (...given) => this.#landing.deliveryId(...given),
      hear: (lane, message) => {
        if (message.type === 'received') this.#scaler.received(message.deliveries);
        this.#landing.hear(lane, message);
      },
    };
    const greeting = () => this.#isolation.greeting();
    const parts = { landing: heard, clock, logger, metrics, transformTimeoutMs, startLane, greeting, nextLane };
    return new Supervisor(parts, {
      failed: (error) => this.#end('failed', error),
      died: (...lost) => this.#isolation.died(...lost),
      stuck: (...lost) => this.#isolation.stuck(...lost),
      broken: (...lost) => this.#isolation.broken(...lost),
      swollen: (...lost) => this.#isolation.swollen(...lost),
      cameThrough: (delivery) => this.#isolation.cameThrough(delivery),
      exhausted: () => this.#end('ended'),
      ready: () => void (this.#lanes.hasStarted && this.#started.resolve(true)),
    });
  }

  #createScaler(): LaneScaler {
    const { source, landing, scaling } = this.#plan;
    const run: ScaledRun = {
      lanes: this.#lanes,
      limits: () => this.#limits(),
      source: { pollers: source.pollers ?? 1, locksGroups: source.locksGroups ?? false },
      logger: landing.logger,
      received: () => this.#landing.received,
      backlog: () => this.#backlog,
      isPaused: () => this.#landing.isPaused,
      isResting: () => this.#isResting,
    };
    return new LaneScaler(run, scaling);
  }

  /** One lane while it is not known what ended the process before this one: what is processed when this one ends is to blame. */
  #limits(): RunPlan['lanes'] {
    return this.#isolation.isNarrow ? { min: 1, max: 1, start: 1 } : this.#plan.lanes;
  }

  #createIsolation(): Isolation {
    const { landing, transformTimeoutMs, isolation } = this.#plan;
    const { logger, metrics } = landing;
    return new Isolation({
      ...isolation,
      lanes: this.#lanes,
      transformTimeoutMs,
      clock: this.#clock,
      logger,
      metrics,
      processed: () => this.#landing.ledger().records.received,
      acked: () => this.#landing.ledger().messages.acked,
      failed: (error) => this.#end('failed', error),
    });
  }

  #end(reason: EndReason, error?: ParquetryError): void {
    this.#error ??= error;
    if (reason === 'replaced') void this.#lanes.drainAll('reload');
    else if (reason === 'ended') void this.#lanes.stop();
    else this.#hurry();
    this.#reason ??= reason;
    this.#started.resolve(false);
    this.#over.resolve();
  }

  #hurry(): void {
    this.#landing.returnUpTo(this.#returnUpTo);
    void this.#lanes.stop();
    this.#hurried.resolve();
  }

  get #shutdownMode(): ShutdownMode {
    const { source, shutdown } = this.#plan;
    return source.replay === 'unordered' ? shutdown : 'flush';
  }

  get #returnUpTo(): number {
    return returnUpTo(this.#backlog?.maxReceives);
  }

  #returnUnprocessed(): void {
    this.#lanes.tell({ type: 'stop', returnUpTo: this.#returnUpTo });
  }

  async #storm(error: ParquetryError): Promise<void> {
    const { landing, drain, stormPauseMs } = this.#plan;
    landing.logger.error('storm', { message: error.message, hint: error.hint, pauseMs: stormPauseMs });
    if (drain) return this.#end('failed', error);
    this.#isResting = true;
    await this.#landing.pauseFor(stormPauseMs);
    this.#isResting = false;
  }

  #watch(watchers: readonly Promise<void>[]): void {
    for (const watcher of watchers) watcher.catch((thrown) => this.#end('failed', asParquetryError(thrown)));
  }

  /** Asks the source how much waits; in drain mode flushes when only held deliveries are left, and ends when none are. */
  async #watchBacklog(signal: AbortSignal): Promise<void> {
    const settler = this.#plan.landing.settler;
    if (!settler.backlog) return;
    let emptyLooks = 0;
    let received = 0;
    let isLocked = false;
    while (!signal.aborted) {
      const backlog = await settler.backlog().catch((thrown) => this.#backlogFailed(thrown, signal));
      if (signal.aborted) return;
      if (backlog) {
        this.#backlog = backlog;
        this.#landing.noteInFlight(backlog.inFlight);
      }
      const soFar = this.#landing.received;
      const waits = backlog !== undefined && backlog.visible > 0;
      if (soFar === received || !waits) isLocked = waits && (await this.#unlock());
      received = soFar;
      if (this.#plan.drain && backlog) {
        emptyLooks = (await this.#isDrained(backlog)) ? emptyLooks + 1 : 0;
        if (emptyLooks >= DRAIN_LOOKS) return this.#end('drained');
      }
      const { backlogEveryMs } = this.#plan;
      await this.#clock.sleep(isLocked ? Math.min(LOCKED_LOOK_MS, backlogEveryMs) : backlogEveryMs, signal);
    }
  }

  /** Something waits at the source, and yet nothing came since the last look: perhaps because of what is held. True if so. */
  async #unlock(): Promise<boolean> {
    const isLocked = (this.#plan.source.locksGroups ?? false) && this.#lanes.isIdle && this.#landing.openLeases > 0;
    if (isLocked) await this.#landing.flush('locked');
    return isLocked;
  }

  async #isDrained({ visible, inFlight, delayed }: Backlog): Promise<boolean> {
    const held = this.#landing.openLeases;
    if (visible > 0 || delayed > 0 || !this.#lanes.isIdle) return false;
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
    const graceIsOver = this.#hurried.promise.then(() => this.#enforceGrace(ended.signal));
    await Promise.race([this.#settleAll(), graceIsOver]);
    ended.abort();
    await this.#lanes.terminate();
    await this.#landing.close();
  }

  async #settleAll(): Promise<void> {
    await (this.#reason === 'replaced' ? this.#lanes.drainAll('reload') : this.#lanes.stop());
    await this.#landing.finish(this.#reason ?? 'stopped', this.#ending());
  }

  /** Undefined when the run ends by itself: then everything is written. */
  #ending(): Ending | undefined {
    if (!this.#stopped) return undefined;
    const graceMs = this.#graceMs;
    const leftMs = this.#stopped.atMs + graceMs - lastCallOf(graceMs) - this.#clock.now();
    return { mode: this.#shutdownMode, leftMs };
  }

  /** Gives up on lanes and writes that take longer than the grace; resolves when what was given up had its time to go back. */
  async #enforceGrace(ended: AbortSignal): Promise<void> {
    const graceMs = this.#graceMs;
    const lastCallMs = lastCallOf(graceMs);
    const forLanesMs = (graceMs - lastCallMs) * LANES_SHARE;
    await this.#clock.sleep(forLanesMs, ended);
    if (!ended.aborted && this.#stopped && this.#shutdownMode === 'auto') this.#returnUnprocessed();
    await this.#clock.sleep(graceMs - lastCallMs - forLanesMs, ended);
    if (ended.aborted) return;
    this.#error ??= new ParquetryError(
      'E_UNAVAILABLE',
      `not everything held could be written within the grace of ${graceMs} ms`,
      { hint: 'What was not written stays in the source and comes again. shutdown.grace sets the time.' },
    );
    this.#reason = 'failed';
    this.#plan.landing.metrics.count('parquetry_grace_exceeded_total', 1);
    void this.#lanes.terminate();
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
      shutdown: this.#shutdownSummary(),
    };
  }

  #shutdownSummary(): ShutdownSummary | undefined {
    if (!this.#stopped) return undefined;
    const { atMs, returned, written } = this.#stopped;
    const { messages } = this.#landing.ledger();
    return {
      mode: this.#shutdownMode,
      elapsedMs: this.#clock.now() - atMs,
      written: writtenSince(written, this.#files.totals),
      returned: messages.returned - returned,
      left: messages.inFlight,
    };
  }
}

function lastCallOf(graceMs: number): number {
  return Math.min(LAST_CALL_MS, graceMs / 4);
}
