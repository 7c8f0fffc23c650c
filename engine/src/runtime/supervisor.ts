import type { Clock } from '../core/clock.ts';
import { asParquetryError, ParquetryError } from '../core/errors.ts';
import type { Logger, Metrics } from '../core/telemetry.ts';
import { HeapWatch } from './heap-watch.ts';
import type { Landing } from './landing.ts';
import type { LaneHandle, ThreadActivity, ThreadHeap } from './lane-handle.ts';
import type { LandingMessage, LaneMessage } from './messages.ts';
import { StuckWatch } from './pulse.ts';
import { fromWire } from './wire-error.ts';

/** `ending`: it receives no more; it seals what it holds, or is being terminated. */
export type LaneState = 'starting' | 'busy' | 'idle' | 'ending';

/** Where a lane is with its chunk, or was when it died. Deliveries are named as the source calls them. */
export interface LanePosition {
  /** All deliveries of the chunk that are not settled. */
  readonly chunk: readonly string[];
  /** The one that the lane is at; undefined where that is not known. */
  readonly delivery?: string;
  /** The record of it; -1 where that is not known. */
  readonly record: number;
  /** The chunk is this one delivery, processed by itself: whatever ended the lane is its doing. */
  readonly alone: boolean;
}

/** What the supervisor tells its owner. Each may call the supervisor back at once. */
export interface SupervisorListener {
  /** The run cannot go on: a lane says so, cannot be started, or could not be heard. */
  failed(error: ParquetryError): void;
  /**
   * A lane's thread ended unasked. No other was started in its place: `start` does. Everything it said was heard, and the landing
   * still knows its deliveries; it is detached right after this.
   */
  died(lane: number, error: ParquetryError, at: LanePosition | undefined): void;
  /** User code did not get on for the time limit; told once a lane. The lane goes on: `kill` ends it. */
  stuck(lane: number, at: LanePosition): void;
  /** A lane says that it cannot go on, but another one could; it waits for `kill`. `held`: deliveries of the row group that broke it. */
  broken(lane: number, error: ParquetryError, at: LanePosition | undefined, held: readonly string[]): void;
  /** A lane holds more than it should (`recycle`) or may (`kill`); told of either once a lane. */
  swollen(lane: number, verdict: 'recycle' | 'kill', at: LanePosition | undefined): void;
  /** A delivery that a lane processed by itself has passed. */
  cameThrough(delivery: string): void;
  /** The source has ended for every lane that receives. */
  exhausted(): void;
  /** A lane receives from now on. */
  ready(): void;
}

export interface LaneActivity extends ThreadActivity {
  readonly lane: number;
  readonly state: LaneState;
}

export interface SupervisorParts {
  readonly landing: Pick<Landing, 'attach' | 'hear' | 'detach' | 'deliveryId'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** User code that does not get on for this long is stuck. */
  readonly transformTimeoutMs: number;
  startLane(lane: number): LaneHandle;
  /** The first thing that a new lane is told. */
  greeting?(): LandingMessage | undefined;
  /** Numbers of lanes, where they are to be unique beyond this run. Default: from 0. */
  nextLane?(): number;
}

interface Slot {
  readonly lane: number;
  readonly handle: LaneHandle;
  readonly watch: StuckWatch;
  /** Its last word was heard, or its thread is gone. */
  readonly stopped: PromiseWithResolvers<void>;
  state: LaneState;
  exhausted: boolean;
  /** Its end was asked for, or it announced it. */
  expected: boolean;
  toldStuck: boolean;
  readonly startedMs: number;
  toldSlow: boolean;
  readonly heap: HeapWatch;
  /** Its thread was asked for its heap and has not come by yet. */
  heapAsked: boolean;
  toldHeap?: 'recycle' | 'kill';
  /** Another lane takes its place when it is gone. */
  replaced: boolean;
}

/** A receive under way may end by itself when nobody is in a hurry; longer than any source waits (SQS: 20 s). */
const PATIENT_RECEIVE_MS = 25_000;
const WATCH_EVERY_MS = 250;
const SLOW_START_MS = 60_000;

/**
 * The lanes of a run: starts, hears, watches, drains, replaces and kills them. It decides nothing: how many there should be, and
 * what a dead or stuck lane means, is its owner's business. A lane's number is never used twice, for the landing knows deliveries
 * by the lane and their number in it.
 */
export class Supervisor {
  readonly #parts: SupervisorParts;
  readonly #listener: SupervisorListener;
  readonly #slots = new Map<number, Slot>();
  /** Threads of lanes that have said their last word. */
  readonly #threads = new Set<Promise<unknown>>();
  #nextLane = 0;
  #stopping = false;
  /** No lane is started any more. */
  #closed = false;

  constructor(parts: SupervisorParts, listener: SupervisorListener) {
    this.#parts = parts;
    this.#listener = listener;
  }

  /** Lanes that receive or are about to, and those whose place another one takes. */
  get size(): number {
    return [...this.#slots.values()].filter(({ state, replaced }) => state !== 'ending' || replaced).length;
  }

  /** All lanes that still run, in the order of their start. */
  get lanes(): { readonly lane: number; readonly state: LaneState }[] {
    return Array.from(this.#slots.values(), ({ lane, state }) => ({ lane, state }));
  }

  /** No lane has anything to process, starts or ends. */
  get isIdle(): boolean {
    return this.#slots.size > 0 && this.lanes.every(({ state }) => state === 'idle');
  }

  /** There are lanes, and none of them is still starting. */
  get hasStarted(): boolean {
    return this.#slots.size > 0 && this.lanes.every(({ state }) => state !== 'starting');
  }

  /** Some lane receives. */
  get isReceiving(): boolean {
    return this.lanes.some(({ state }) => state === 'busy' || state === 'idle');
  }

  /** Starts lanes until `count` receive. After `drainAll` and `stop` it starts none. */
  start(count: number): void {
    while (!this.#closed && this.size < count) {
      try {
        this.#start();
      } catch (thrown) {
        this.#listener.failed(asParquetryError(thrown));
        return;
      }
    }
  }

  /**
   * Asks a lane to receive no more, seal everything into the landing, and end; resolves when it has. Nothing is returned to the
   * source, unless it is in a `hurry`, and no upload is cut off. No other lane takes its place.
   */
  async drain(lane: number, reason: string, { hurry = false } = {}): Promise<void> {
    const slot = this.#slots.get(lane);
    if (!slot) return;
    if (slot.state !== 'ending') {
      this.#parts.logger.info('lane.draining', { lane, reason });
      slot.state = 'ending';
      slot.expected = true;
      const everything = { returnUpTo: Number.MAX_SAFE_INTEGER };
      slot.handle.postMessage({ type: 'stop', ...(hurry ? everything : { lastReceiveMs: PATIENT_RECEIVE_MS }) });
      this.#checkExhausted();
    }
    await slot.stopped.promise;
  }

  /**
   * Drains a lane and starts another one, which does not wait for it; resolves when the old one has ended. In a `hurry` what it has
   * received and not processed yet goes back to the source.
   */
  async replace(lane: number, reason: string, how?: { readonly hurry: boolean }): Promise<void> {
    const count = this.size;
    const drained = this.drain(lane, reason, how);
    this.start(count);
    await drained;
  }

  /**
   * Ends a lane at once, whatever it does. What it had not sealed is the landing's to give back. Unless it was draining, another
   * one takes its place when its thread is gone. Resolves then.
   */
  async kill(lane: number, reason: string): Promise<void> {
    const slot = this.#slots.get(lane);
    if (!slot) return;
    this.#parts.logger.warn('lane.killed', { lane, reason });
    slot.replaced ||= slot.state !== 'ending';
    slot.state = 'ending';
    slot.expected = true;
    await slot.handle.terminate();
    await slot.stopped.promise;
  }

  /** Drains lanes, those that started last first, until `count` receive; resolves when they have ended. */
  async shrink(count: number, reason: string): Promise<void> {
    const excess = this.#receiving().slice(Math.max(0, count));
    await Promise.all(excess.map(({ lane }) => this.drain(lane, reason)));
  }

  /** Drains all lanes; resolves when they have ended. No lane is started from here on. */
  async drainAll(reason: string): Promise<void> {
    this.#closed = true;
    await Promise.all(this.lanes.map(({ lane }) => this.drain(lane, reason)));
  }

  /** Asks all lanes to receive no more, seal and end; resolves when they have. No lane is started from here on. */
  async stop(): Promise<void> {
    this.#closed = true;
    if (!this.#stopping) {
      this.#stopping = true;
      for (const slot of this.#slots.values()) {
        slot.state = 'ending';
        slot.expected = true;
        slot.handle.postMessage({ type: 'stop' });
      }
    }
    await Promise.all(Array.from(this.#slots.values(), ({ stopped }) => stopped.promise));
  }

  /** Ends all lanes at once; resolves when no thread is left. */
  async terminate(): Promise<void> {
    this.#closed = true;
    for (const slot of this.#slots.values()) slot.expected = true;
    await Promise.all([...Array.from(this.#slots.values(), ({ handle }) => handle.terminate()), ...this.#threads]);
  }

  /** Tells all lanes. */
  tell(message: LandingMessage): void {
    for (const { handle } of this.#slots.values()) handle.postMessage(message);
  }

  /** Looks for lanes that are stuck, or hold too much, until the signal aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const slot of [...this.#slots.values()]) {
        this.#checkStuck(slot);
        this.#checkStart(slot);
        void this.#checkHeap(slot);
      }
      await this.#parts.clock.sleep(WATCH_EVERY_MS, signal);
    }
  }

  /** How busy each lane's thread has been so far; lanes without a thread of their own are left out. */
  activity(): LaneActivity[] {
    return [...this.#slots.values()].flatMap(({ lane, state, handle }) => {
      const activity = handle.activity?.();
      return activity ? [{ lane, state, ...activity }] : [];
    });
  }

  /** What each lane's thread holds. Waits for the threads to come by. */
  async heaps(): Promise<ReadonlyMap<number, ThreadHeap>> {
    const asked = Array.from(this.#slots.values(), async ({ lane, handle }) => [lane, await handle.heap?.()] as const);
    return new Map((await Promise.all(asked)).flatMap(([lane, heap]) => (heap ? [[lane, heap]] : [])));
  }

  #receiving(): Slot[] {
    return [...this.#slots.values()].filter(({ state }) => state !== 'ending');
  }

  #start(): void {
    const { startLane, landing, transformTimeoutMs } = this.#parts;
    const lane = this.#parts.nextLane?.() ?? this.#nextLane++;
    const handle = startLane(lane);
    const slot: Slot = {
      lane,
      handle,
      watch: new StuckWatch(handle.pulse, transformTimeoutMs),
      stopped: Promise.withResolvers(),
      state: 'starting',
      exhausted: false,
      expected: false,
      toldStuck: false,
      startedMs: this.#parts.clock.now(),
      toldSlow: false,
      heap: new HeapWatch(),
      heapAsked: false,
      replaced: false,
    };
    this.#slots.set(lane, slot);
    landing.attach(lane, handle);
    handle.onMessage((message) => {
      try {
        if (this.#slots.has(lane)) this.#hear(slot, message);
      } catch (thrown) {
        // What was not heard to its end completes no delivery: nothing is acked that should not be.
        this.#listener.failed(asParquetryError(thrown));
      }
    });
    const greeting = this.#parts.greeting?.();
    if (greeting) handle.postMessage(greeting);
    void handle.exited.then((error) => this.#exited(slot, error));
  }

  #hear(slot: Slot, message: LaneMessage): void {
    const { lane } = slot;
    const { logger, metrics, landing } = this.#parts;
    switch (message.type) {
      case 'ready':
        if (slot.state === 'starting') slot.state = 'idle';
        this.#listener.ready();
        break;
      case 'idle':
        if (slot.state !== 'ending') slot.state = message.idle ? 'idle' : 'busy';
        break;
      case 'exhausted':
        slot.exhausted = true;
        this.#checkExhausted();
        break;
      case 'receive-failed':
        logger.warn('receive.failed', { lane, ...message.error, failures: message.failures, delayMs: message.delayMs });
        metrics.count('parquetry_receive_errors_total', 1, { code: message.error.code });
        break;
      case 'came-through':
        this.#listener.cameThrough(message.delivery);
        break;
      case 'broken': {
        const held = message.held.map((seq) => landing.deliveryId(lane, seq)).filter((id) => id !== undefined);
        this.#listener.broken(lane, fromWire(message.error), this.#position(slot), held);
        break;
      }
      case 'failed':
        this.#listener.failed(fromWire(message.error));
        break;
      case 'log':
        logger[message.level](message.event, { lane, ...message.fields });
        break;
      case 'metric':
        metrics[message.kind](message.name, message.value, message.labels);
        break;
      case 'stopped':
        this.#saidLastWord(slot);
        break;
      default:
        landing.hear(lane, message);
    }
  }

  #checkExhausted(): void {
    const receiving = this.#receiving();
    if (receiving.length > 0 && receiving.every(({ exhausted }) => exhausted)) this.#listener.exhausted();
  }

  #exited(slot: Slot, error: ParquetryError | undefined): void {
    if (!this.#slots.delete(slot.lane)) return; // it had said its last word
    if (!slot.expected) {
      const died = error ?? new ParquetryError('E_LANE', `lane ${slot.lane} ended unasked`);
      this.#listener.died(slot.lane, died, this.#position(slot));
    }
    this.#gone(slot);
  }

  /** Its thread ends by itself, unless user code left something open in it. */
  #saidLastWord(slot: Slot): void {
    this.#slots.delete(slot.lane);
    const thread = slot.handle.terminate().finally(() => this.#threads.delete(thread));
    this.#threads.add(thread);
    this.#gone(slot);
  }

  #gone(slot: Slot): void {
    this.#parts.landing.detach(slot.lane);
    if (slot.replaced) this.start(this.size + 1);
    slot.stopped.resolve();
  }

  #checkStuck(slot: Slot): void {
    if (slot.toldStuck || !slot.watch.check(this.#parts.clock.now())) return;
    slot.toldStuck = true;
    this.#listener.stuck(slot.lane, this.#position(slot)!);
  }

  /** The user's module or its `setup` may take its time, or never come back: whoever waits is told for what. */
  #checkStart(slot: Slot): void {
    const { clock, logger } = this.#parts;
    if (slot.state !== 'starting' || slot.toldSlow || clock.now() - slot.startedMs < SLOW_START_MS) return;
    slot.toldSlow = true;
    logger.warn('lane.slow', {
      lane: slot.lane,
      message: 'it is not ready yet: does setup, or a loop in the module, not come back?',
    });
  }

  async #checkHeap(slot: Slot): Promise<void> {
    if (slot.heapAsked || slot.toldHeap === 'kill' || slot.state === 'starting') return;
    slot.heapAsked = true;
    const heap = await slot.handle.heap?.();
    slot.heapAsked = false;
    const verdict = heap && this.#slots.has(slot.lane) ? slot.heap.look(heap) : undefined;
    if (!verdict || verdict === slot.toldHeap) return;
    slot.toldHeap = verdict;
    this.#listener.swollen(slot.lane, verdict, this.#position(slot));
  }

  #position({ lane, handle }: Slot): LanePosition | undefined {
    const { seqs, seq, record, alone } = handle.pulse.read();
    if (seqs.length === 0) return undefined;
    const idOf = (each: number) => this.#parts.landing.deliveryId(lane, each);
    const chunk = Array.from(seqs, idOf).filter((id) => id !== undefined);
    return { chunk, delivery: seq === undefined ? undefined : idOf(seq), record, alone };
  }
}
