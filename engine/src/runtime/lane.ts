import type { MessagePort } from 'node:worker_threads';
import type { Scanner } from '../columns/format.ts';
import type { TransformResult, TransformRunner } from '../columns/transform.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import type { Delivery } from '../core/delivery.ts';
import { asParquetryError } from '../core/errors.ts';
import { backoffMs, defaultRetry, retrying } from '../core/retry.ts';
import type { SourceReader } from '../core/source.ts';
import type { LandingMessage, LaneMessage, SealTarget } from './messages.ts';
import { deliveriesOfRows, type ErrorPolicy, type NumberedDelivery, Outcomes } from './outcomes.ts';
import type { Pulse } from './pulse.ts';
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
  /** Says where the lane is, for whoever watches it. */
  readonly pulse?: Pulse;
  /** The landing looks up deliveries that came again: they wait for its answer. */
  readonly looksUp?: boolean;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** Bodies are scanned and transformed together up to this many bytes: long enough to amortise a chunk, short enough to stay in cache. */
const CHUNK_BYTES = 1 << 20;
/** The lane stands still meanwhile, so it does not try for as long as a write does. */
const TRANSFORM_RETRY = { ...defaultRetry, deadlineMs: 30_000 };
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
  #nextSeq = 1;
  #paused = false;
  #stopping = false;
  #polling = true;
  #idle = true;
  #wake = Promise.withResolvers<void>();
  /** Receives with deliveries that came again, until it is known where their rows are durable; whole, to keep their order. */
  #lookups: { received: NumberedDelivery[]; open: Set<number> }[] = [];
  readonly #durable = new Map<number, Set<string>>();
  #seals: { request: number; targets: SealTarget[] | 'all' }[] = [];

  constructor(parts: LaneParts, port: MessagePort) {
    this.#parts = parts;
    this.#port = port;
    this.#clock = parts.clock ?? systemClock;
  }

  /** Works until told to stop or until the source ends; resolves when everything it held is sealed and posted. Never rejects. */
  async run(): Promise<void> {
    this.#port.on('message', (message: LandingMessage) => this.#hear(message));
    this.#post({ type: 'ready' });
    const pollers = Array.from({ length: this.#parts.pollers }, () => this.#poll());
    const polled = Promise.all(pollers).then((ended) => {
      this.#polling = false;
      this.#nudge();
      if (!this.#stopping && ended.every(Boolean)) this.#post({ type: 'exhausted' });
    });
    try {
      await this.#work();
    } catch (thrown) {
      this.#stopping = true;
      this.#post({ type: 'failed', error: toWire(thrown) });
    }
    this.#receiving.abort();
    this.#nudge(); // pollers that wait for room
    await polled;
    await this.#parts.reader.close().catch(() => undefined);
    this.#post({ type: 'stopped' });
  }

  #hear(message: LandingMessage): void {
    if (message.type === 'seal') this.#seals.push(message);
    else if (message.type === 'pause') this.#paused = true;
    else if (message.type === 'resume') this.#paused = false;
    else if (message.type === 'looked-up') this.#lookedUp(message);
    else this.#stop();
    this.#nudge();
  }

  #stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#nudge();
    const { signal } = this.#receiving;
    void this.#clock.sleep(LAST_RECEIVE_MS, signal).then(() => this.#receiving.abort());
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
        sizeBytes: delivery.body.byteLength,
      })),
    });
    for (const { delivery } of numbered) this.#queuedBytes += weightOf(delivery);
    const again = this.#parts.looksUp ? numbered.filter(({ delivery }) => delivery.receiveCount > 1) : [];
    if (again.length > 0) this.#lookups.push({ received: numbered, open: new Set(again.map(({ seq }) => seq)) });
    else this.#queue.push(...numbered);
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
      if (this.#queue.length > 0) {
        this.#setIdle(false);
        await this.#process(this.#takeChunk());
        await aTurn(); // for receives, seals and the port
      } else if (this.#stopping && !this.#polling && this.#lookups.length === 0) {
        this.#sealAll();
        return;
      } else {
        this.#setIdle(true);
        await this.#wake.promise;
      }
    }
  }

  #takeChunk(): NumberedDelivery[] {
    const limit = Math.min(CHUNK_BYTES, this.#parts.chunkBytes ?? CHUNK_BYTES);
    let bytes = 0;
    let count = 0;
    while (count < this.#queue.length && (count === 0 || bytes < limit)) {
      bytes += weightOf(this.#queue[count++]!.delivery);
    }
    this.#queuedBytes -= bytes;
    const chunk = this.#queue.splice(0, count);
    this.#nudge();
    return chunk;
  }

  async #process(chunk: NumberedDelivery[]): Promise<void> {
    const { scanner, runner, policy, sinks, trials } = this.#parts;
    const outcomes = new Outcomes(policy, chunk);
    // Position in the chunk of each body given to the scanner: bodies that could not be had are not.
    const scanned: number[] = [];
    chunk.forEach(({ delivery }, position) => {
      if (delivery.fault) outcomes.faulty(position);
      else {
        scanned.push(position);
        outcomes.found(position, scanner.add(delivery.body));
      }
    });
    const { records, bad, unknownKeys } = scanner.take();
    for (const record of bad) outcomes.bad(scanned[record.delivery]!, record);
    const contexts = scanned.map((position) => chunk[position]!.delivery);
    const positionOf = (row: number) => scanned[records.delivery[row]!]!;

    let result = await this.#transform(chunk[0]!.seq, () => runner.run(records, contexts));
    for (const { row, reason } of result.dropped) outcomes.dropped(positionOf(row), reason);
    for (const failure of result.failed) outcomes.failed(positionOf(failure.row), records, failure);
    for (const trial of trials) {
      const verdict = trial.sift(result);
      for (const { row, message } of verdict.refused) outcomes.unencodable(positionOf(row), records, row, message);
      result = verdict.result;
    }

    const seqs = Uint32Array.from(scanned, (position) => chunk[position]!.seq);
    const owners = deliveriesOfRows(result, records, seqs);
    for (const seq of owners) outcomes.rows(seq);
    // The landing hears of deliveries before it hears of their row groups.
    const posts: (() => void)[] = [];
    sinks.forEach((groups, sink) => {
      const listen = {
        placed: (seq: number) => outcomes.placed(seq),
        opened: (partition: string, firstRowAtMs: number) =>
          posts.push(() => this.#post({ type: 'opened', sink, partition, firstRowAtMs })),
        sealed: (sealed: SealedRowGroup) => posts.push(() => this.#postSealed(sink, sealed)),
      };
      groups.add(result.output, owners, this.#clock.now(), listen, this.#isDurable(sink));
    });
    for (const { seq } of chunk) this.#durable.delete(seq);
    const { deadLetters } = outcomes;
    const keys = [...unknownKeys, ...result.undeclaredKeys];
    this.#post({ type: 'processed', deliveries: outcomes.processed(), deadLetters, unknownKeys: keys });
    for (const post of posts) post();
    sinks.forEach((groups, sink) => {
      for (const partition of groups.full()) this.#seal(sink, partition);
    });
    this.#parts.reader.release?.(chunk.map(({ delivery }) => delivery));
  }

  #isDurable(sink: number): IsDurable | undefined {
    if (this.#durable.size === 0) return undefined;
    return (seq, partition) => this.#durable.get(seq)?.has(`${sink}/${partition}`) ?? false;
  }

  /** Runs user code under the eyes of whoever watches the pulse. A look-up over the network (`prefetch`) may fail for a while. */
  #transform(firstSeq: number, run: () => TransformResult | Promise<TransformResult>): Promise<TransformResult> {
    const { pulse, random = Math.random } = this.#parts;
    return retrying(TRANSFORM_RETRY, { clock: this.#clock, random }, async () => {
      pulse?.enter(firstSeq);
      try {
        return await run();
      } finally {
        pulse?.leave();
      }
    });
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
    const sealed = this.#parts.sinks[sink]?.seal(partition);
    if (sealed) this.#postSealed(sink, sealed);
  }

  #postSealed(sink: number, sealed: SealedRowGroup): void {
    const segment = { ...sealed.segment, bytes: owned(sealed.segment.bytes) };
    this.#post({ type: 'sealed', sink, ...sealed, segment }, [segment.bytes.buffer]);
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

/** Transferring detaches the whole buffer, so a view of a larger one (Node's pool) is copied out first. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
  return whole ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes); // not slice(): a Buffer's shares its memory
}
