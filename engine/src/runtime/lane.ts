import type { MessagePort } from 'node:worker_threads';
import type { Scanner } from '../columns/format.ts';
import type { TransformRunner } from '../columns/transform.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import type { Delivery } from '../core/delivery.ts';
import { asParquetryError, type ErrorCode } from '../core/errors.ts';
import { failpoint } from '../core/failpoint.ts';
import { backoffMs, defaultRetry } from '../core/retry.ts';
import type { SourceReader } from '../core/source.ts';
import { totalBytes } from '../core/total-bytes.ts';
import { type ChunkParts, workChunk } from './chunk-work.ts';
import type { LaneTap } from './lane-tap.ts';
import type { LandingMessage, LaneMessage, SealTarget } from './messages.ts';
import type { ErrorPolicy, NumberedDelivery } from './outcomes.ts';
import { ownedParts } from './owned-parts.ts';
import { PoisonList } from './poison-list.ts';
import type { Progress } from './progress.ts';
import { MAX_CHUNK_DELIVERIES } from './pulse.ts';
import type { IsDurable, RowGroups, SealedRowGroup } from './row-groups.ts';
import type { TrialEncoder } from './trial-encoder.ts';
import { toWire } from './wire-error.ts';

/** Everything a lane works with; built on the lane's own thread. */
export interface LaneParts {
  readonly reader: SourceReader;
  /** Receive calls kept open at once. */
  readonly pollers: number;
  readonly scanner: Scanner;
  readonly runner: TransformRunner;
  readonly policy: ErrorPolicy;
  /** Bodies that are processed together, at most; default and ceiling: 1 MiB. */
  readonly chunkBytes?: number;
  /** One a sink. */
  readonly sinks: readonly RowGroups[];
  /** For encoders that may refuse rows. */
  readonly trials: readonly TrialEncoder[];
  /** For all encoders: rows of suspects are tried one record at a time. Default: none is. */
  readonly probes?: readonly TrialEncoder[];
  /** Says where the lane is, for whoever watches it. */
  readonly progress?: Progress;
  /** Shows records to whoever looks; closed by the lane. */
  readonly openedTap?: { readonly tap: LaneTap; close(): void };
  /** Share of its heap that the thread uses, of what it may. Default: 0. */
  readonly heapShare?: () => number;
  /**
   * With so many sealed bytes posted that the landing has not taken yet, nothing more is processed; what is asked for is sealed all the
   * same. Default: any number.
   */
  readonly creditBytes?: number;
  /** The landing looks up deliveries that came again: they wait for its answer. */
  readonly looksUp?: boolean;
  /** Called when all is done, before the lane says that it has stopped. Never rejects. */
  readonly finish?: () => Promise<void>;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** Bodies are scanned and transformed together up to this many bytes: long enough to amortise a chunk, short enough to stay in cache. */
const CHUNK_BYTES = 1 << 20;
/** Beyond this share of its heap a lane is too full to tell who fills it. */
const FULL_HEAP = 0.5;
/** Another lane would fail for the same reason, and a person has to do something. Whatever else is thrown breaks its lane only. */
const ENDS_THE_RUN: ReadonlySet<ErrorCode> = new Set(['E_RECORD', 'E_TRANSFORM', 'E_CONFIG', 'E_SCHEMA']);
const NO_PROGRESS: Progress = { enter: () => undefined, at: () => undefined, leave: () => undefined };
/**
 * How long a receive under way may still take when the lane is to stop. What the source has handed out by then and nobody takes
 * stays invisible until its lease runs out; a receive that has brought nothing by then is waiting for messages to come.
 */
const LAST_RECEIVE_MS = 250;
/** Bodies received and not yet processed, at most; beyond it the pollers wait. */
const QUEUE_BYTES = 8 << 20;

/**
 * One lane: source → scanner → transform → columns → sealed row groups. Knows nothing of files, uploads or acks: the landing,
 * at the other end of the port, does. Runs in a worker thread, or on the caller's thread for live components and tests.
 */
export class Lane {
  readonly #parts: LaneParts;
  readonly #port: MessagePort;
  readonly #clock: Clock;
  readonly #receiving = new AbortController();
  #queue: NumberedDelivery[] = [];
  #queuedBytes = 0;
  /** Of sealed row groups, posted and not taken. */
  #postedBytes = 0;
  #nextSeq = 1;
  #paused = false;
  #stopping = false;
  /** Deliveries that were received at most so often and are not processed yet go back unprocessed. */
  #returnUpTo = 0;
  #polling = true;
  #idle = true;
  #wake = Promise.withResolvers<void>();
  /** Receives with deliveries that came again, until it is known where their rows are durable; whole, to keep their order. */
  #lookups: { received: NumberedDelivery[]; open: Set<number> }[] = [];
  readonly #durable = new Map<number, Set<string>>();
  /** Deliveries of the row group that could not be sealed. */
  #unsealable: readonly number[] = [];
  readonly #poison = new PoisonList();
  readonly #chunkParts: ChunkParts;
  #seals: { request: number; targets: SealTarget[] | 'all' }[] = [];

  constructor(parts: LaneParts, port: MessagePort) {
    this.#parts = parts;
    this.#port = port;
    this.#clock = parts.clock ?? systemClock;
    const { probes = [], progress = NO_PROGRESS, random = Math.random } = parts;
    const { tap } = parts.openedTap ?? {};
    this.#chunkParts = { ...parts, tap, probes, progress, random, poison: this.#poison, clock: this.#clock };
  }

  /** Works until told to stop or until the source ends; resolves when everything it held is sealed and posted. Never rejects. */
  async run(): Promise<void> {
    this.#port.on('message', (message: LandingMessage) => this.#hear(message));
    await aTurn(); // what the lane has to know is heard before anything is received
    this.#post({ type: 'ready' });
    const pollers = Array.from({ length: this.#parts.pollers }, () => this.#poll());
    const polled = Promise.all(pollers).then((ended) => {
      this.#polling = false;
      this.#nudge();
      if (!this.#stopping && ended.every(Boolean)) this.#post({ type: 'exhausted' });
    });
    let isBroken = false;
    try {
      await this.#work();
    } catch (thrown) {
      this.#stopping = true;
      isBroken = this.#fail(thrown);
    }
    this.#receiving.abort();
    this.#nudge(); // pollers that wait for room
    await polled;
    await this.#parts.reader.close().catch(() => undefined);
    this.#parts.openedTap?.close();
    await this.#parts.finish?.();
    if (!isBroken) this.#post({ type: 'stopped' });
  }

  /** Tells why it cannot go on. True if another lane can, which does not have what broke in this one. */
  #fail(thrown: unknown): boolean {
    const error = asParquetryError(thrown);
    const isBroken = !ENDS_THE_RUN.has(error.code);
    if (isBroken) this.#post({ type: 'broken', error: toWire(error), held: this.#unsealable });
    else this.#post({ type: 'failed', error: toWire(error) });
    return isBroken;
  }

  #hear(message: LandingMessage): void {
    if (message.type === 'seal') this.#seals.push(message);
    else if (message.type === 'pause') this.#paused = true;
    else if (message.type === 'resume') this.#paused = false;
    else if (message.type === 'taken') this.#postedBytes -= message.bytes;
    else if (message.type === 'looked-up') this.#lookedUp(message);
    else if (message.type === 'poison') this.#poison.learn(message);
    else this.#stop(message.lastReceiveMs, message.returnUpTo);
    this.#nudge();
  }

  /** Told again, the shorter wait counts. */
  #stop(lastReceiveMs = LAST_RECEIVE_MS, returnUpTo = 0): void {
    this.#stopping = true;
    this.#returnUpTo = Math.max(this.#returnUpTo, returnUpTo);
    this.#leaveOut();
    this.#nudge();
    const { signal } = this.#receiving;
    void this.#clock
      .sleep(lastReceiveMs, signal)
      .then(aTurn) // an answer may have come while a chunk kept this thread busy; timers run before it is read
      .then(() => this.#receiving.abort());
  }

  /** What goes back to the source unprocessed is the landing's to give back when this lane has ended. */
  #leaveOut(): void {
    const stays = ({ delivery }: NumberedDelivery) => delivery.receiveCount > this.#returnUpTo;
    this.#queue = this.#queue.filter(stays);
    for (const lookup of this.#lookups) lookup.received = lookup.received.filter(stays);
    this.#lookups = this.#lookups.filter(({ received }) => received.length > 0);
  }

  /** One receive loop. True when the source has ended. */
  async #poll(): Promise<boolean> {
    const { signal } = this.#receiving;
    let failures = 0;
    while (!this.#stopping) {
      if (this.#paused || this.#queuedBytes >= QUEUE_BYTES) {
        await this.#wake.promise;
        continue;
      }
      try {
        const deliveries = await this.#parts.reader.receive(signal);
        failures = 0;
        if (!deliveries) return true;
        if (deliveries.length > 0) this.#enqueue(deliveries);
        else await aTurn(); // a source that answers at once with nothing must not keep the port from being heard
      } catch (thrown) {
        if (signal.aborted) return false;
        await this.#backOff(thrown, ++failures);
      }
    }
    return false;
  }

  async #backOff(thrown: unknown, failures: number): Promise<void> {
    const error = asParquetryError(thrown);
    if (!error.retryable) {
      this.#post({ type: 'failed', error: toWire(error) });
      this.#stop(); // what was received can still be delivered
      return;
    }
    const delayMs = backoffMs(defaultRetry, failures, this.#parts.random ?? Math.random);
    this.#post({ type: 'receive-failed', error: toWire(error), failures, delayMs });
    await this.#clock.sleep(delayMs, this.#receiving.signal);
  }

  #enqueue(deliveries: readonly Delivery[]): void {
    const numbered = deliveries.map((delivery) => ({ seq: this.#nextSeq++, delivery }));
    this.#post({
      type: 'received',
      deliveries: numbered.map(({ seq, delivery }) => ({
        seq,
        id: delivery.id,
        receipt: delivery.receipt,
        receiveCount: delivery.receiveCount,
        receivedAtMs: delivery.receivedAtMs,
        leasedFromMs: delivery.leasedFromMs ?? delivery.receivedAtMs,
        sentAtMs: delivery.sentAtMs,
        sizeBytes: delivery.body.byteLength,
      })),
    });
    failpoint('lane.received');
    for (const { delivery } of numbered) this.#queuedBytes += weightOf(delivery);
    const again = this.#parts.looksUp ? numbered.filter(({ delivery }) => delivery.receiveCount > 1) : [];
    if (again.length > 0) this.#lookups.push({ received: numbered, open: new Set(again.map(({ seq }) => seq)) });
    else this.#queue.push(...numbered);
    if (this.#returnUpTo > 0) this.#leaveOut();
    this.#nudge();
  }

  #lookedUp({ deliveries, returned }: LandingMessage & { type: 'looked-up' }): void {
    for (const { seq, landed } of deliveries) {
      if (landed.length > 0)
        this.#durable.set(seq, new Set(landed.map(({ sink, partition }) => `${sink}/${partition}`)));
    }
    const known = [...deliveries.map(({ seq }) => seq), ...returned];
    for (const lookup of this.#lookups) {
      for (const seq of known) lookup.open.delete(seq);
      lookup.received = lookup.received.filter(({ seq, delivery }) => {
        const stays = !returned.includes(seq);
        if (!stays) this.#queuedBytes -= weightOf(delivery);
        return stays;
      });
      if (lookup.open.size === 0) this.#queue.push(...lookup.received);
    }
    this.#lookups = this.#lookups.filter(({ open }) => open.size > 0);
  }

  async #work(): Promise<void> {
    while (true) {
      this.#answerSeals();
      const hasWork = this.#queue.length > 0;
      if (hasWork && this.#hasCredit()) {
        this.#setIdle(false);
        await this.#process(this.#takeChunk());
        await aTurn(); // for receives, seals and the port
      } else if (!hasWork && this.#stopping && !this.#polling && this.#lookups.length === 0) {
        this.#sealAll();
        return;
      } else {
        this.#setIdle(!hasWork);
        await this.#wake.promise;
      }
    }
  }

  /** The landing takes what it hears whatever else it waits for, so nobody can wait for the other. */
  #hasCredit(): boolean {
    return this.#postedBytes < (this.#parts.creditBytes ?? Number.POSITIVE_INFINITY);
  }

  #takeChunk(): NumberedDelivery[] {
    const limit = Math.min(CHUNK_BYTES, this.#parts.chunkBytes ?? CHUNK_BYTES);
    let bytes = 0;
    let count = 0;
    while (count < this.#queue.length && count < MAX_CHUNK_DELIVERIES && (count === 0 || bytes < limit)) {
      const { delivery } = this.#queue[count]!;
      const isSuspect = this.#poison.isSuspect(delivery.id);
      if (isSuspect && count > 0) break;
      bytes += weightOf(delivery);
      count++;
      if (isSuspect) break;
    }
    this.#queuedBytes -= bytes;
    const chunk = this.#queue.splice(0, count);
    this.#nudge();
    return chunk;
  }

  async #process(chunk: NumberedDelivery[]): Promise<void> {
    const { sinks } = this.#parts;
    const startMs = performance.now();
    const alone = this.#poison.isSuspect(chunk[0]!.delivery.id);
    // The evidence of a lane whose memory others have filled is weak: then the delivery stays a suspect.
    const { outcomes, result, owners, unknownKeys } = await workChunk(
      this.#chunkParts,
      chunk,
      alone && !this.#isFull(),
    );
    const workedMs = performance.now();
    // The landing hears of deliveries before it hears of their row groups.
    const posts: (() => void)[] = [];
    this.#chunkParts.progress.enter(chunk, false);
    sinks.forEach((groups, sink) => {
      const listen = {
        placed: (seq: number) => outcomes.placed(seq),
        opened: (partition: string, firstRowAtMs: number) =>
          posts.push(() => this.#post({ type: 'opened', sink, partition, firstRowAtMs })),
        sealed: (sealed: SealedRowGroup) => posts.push(() => this.#postSealed(sink, sealed)),
      };
      groups.add(result.output, owners, this.#clock.now(), listen, this.#isDurable(sink));
    });
    this.#chunkParts.progress.leave();
    for (const { seq } of chunk) this.#durable.delete(seq);
    const stagesMs = { transform: workedMs - startMs, encode: performance.now() - workedMs };
    const { deadLetters } = outcomes;
    const deliveries = outcomes.processed();
    this.#post({ type: 'processed', deliveries, deadLetters, unknownKeys: [...unknownKeys], stagesMs });
    for (const post of posts) post();
    if (alone) this.#cameThrough(chunk[0]!.delivery.id);
    sinks.forEach((groups, sink) => {
      for (const partition of groups.full()) this.#seal(sink, partition);
      const sizes = groups.grown();
      if (sizes.length > 0) this.#post({ type: 'grown', sink, sizes });
    });
    this.#parts.reader.release?.(chunk.map(({ delivery }) => delivery));
  }

  #isFull(): boolean {
    return (this.#parts.heapShare?.() ?? 0) > FULL_HEAP;
  }

  #cameThrough(delivery: string): void {
    this.#poison.clear(delivery);
    this.#post({ type: 'came-through', delivery });
  }

  #isDurable(sink: number): IsDurable | undefined {
    if (this.#durable.size === 0) return undefined;
    return (seq, partition) => this.#durable.get(seq)?.has(`${sink}/${partition}`) ?? false;
  }

  #answerSeals(): void {
    for (const { request, targets } of this.#seals.splice(0)) {
      if (targets === 'all') this.#sealAll();
      else for (const { sink, partition } of targets) this.#seal(sink, partition);
      this.#post({ type: 'flushed', request });
    }
  }

  #sealAll(): void {
    this.#parts.sinks.forEach((groups, sink) => {
      for (const partition of groups.partitions) this.#seal(sink, partition);
    });
  }

  #seal(sink: number, partition: string): void {
    const groups = this.#parts.sinks[sink];
    const held = groups?.deliveriesIn(partition) ?? [];
    try {
      for (const sealed of groups?.seal(partition) ?? []) this.#postSealed(sink, sealed);
    } catch (thrown) {
      this.#unsealable = held;
      throw thrown;
    }
  }

  #postSealed(sink: number, sealed: SealedRowGroup): void {
    const { meta } = sealed.segment; // may lie in Node's pool, which would be sent whole
    const parts = ownedParts(sealed.segment);
    const segment = { ...sealed.segment, parts, meta: new Uint8Array(meta) };
    this.#postedBytes += totalBytes(parts);
    this.#post({ type: 'sealed', sink, ...sealed, segment }, [...new Set(parts.map(({ buffer }) => buffer))]);
  }

  #setIdle(idle: boolean): void {
    if (idle !== this.#idle) this.#post({ type: 'idle', idle });
    this.#idle = idle;
  }

  #nudge(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
  }

  #post(message: LaneMessage, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
  }
}

/** What a delivery adds to a chunk. */
function weightOf({ body, decodedBytes }: Delivery): number {
  return decodedBytes ?? body.byteLength;
}

/** Lets everything else that waits in this thread go first. */
function aTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
