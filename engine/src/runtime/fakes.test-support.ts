import type { Encoder } from '../columns/encoder.ts';
import type { Clock } from '../core/clock.ts';
import { systemClock } from '../core/clock.ts';
import type { DeadLetter } from '../core/delivery.ts';
import type { ParquetryError } from '../core/errors.ts';
import type { OutputFile, Sink } from '../core/sink.ts';
import type { Backlog, SettleOutcome, SourceSettler } from '../core/source.ts';
import { silentLogger, silentMetrics } from '../core/telemetry.ts';
import type { DeadLetterWriter } from './dead-letter-desk.ts';
import type { LandingParts } from './landing-parts.ts';

/** The landing's half of an encoder: files are the bytes of their segments. */
const encoder: Encoder = {
  extension: 'txt',
  contentType: 'text/plain',
  encode: () => {
    throw new Error('lanes encode');
  },
  assemble: (segments) => segments.flatMap(({ parts }) => parts),
};

/** Time as the test runner's fake timers tell it. */
export const testClock: Clock = { now: () => Date.now(), sleep: systemClock.sleep };

/** Remembers what was acked and given back; a receipt in `stale` has lost its lease. */
export class FakeSettler implements SourceSettler {
  readonly acked: string[] = [];
  readonly nacked: string[] = [];
  /** One a receipt that was given back. */
  readonly nackDelaysMs: number[] = [];
  readonly extended: string[] = [];
  readonly stale = new Set<string>();
  /** What every ack answers, when it fails. */
  failure: Error | undefined;
  /** Answers wait for it. */
  gate: Promise<void> = Promise.resolve();
  waiting: Backlog = { visible: 0, inFlight: 0, delayed: 0 };
  calls = 0;
  nackCalls = 0;
  underWay = 0;
  mostUnderWay = 0;

  async ack(receipts: readonly string[]): Promise<SettleOutcome[]> {
    this.calls++;
    await this.#pass();
    if (this.failure) return receipts.map(() => ({ error: this.failure! }));
    this.acked.push(...receipts);
    return receipts.map((receipt) => (this.stale.has(receipt) ? 'lost' : 'done'));
  }

  async nack(receipts: readonly string[], delayMs: number): Promise<SettleOutcome[]> {
    this.nackCalls++;
    this.nackDelaysMs.push(...receipts.map(() => delayMs));
    await this.#pass();
    this.nacked.push(...receipts);
    return receipts.map(() => 'done');
  }

  async extend(receipts: readonly string[], durationMs: number): Promise<SettleOutcome[]> {
    await this.#pass();
    if (this.failure) return receipts.map(() => ({ error: this.failure! }));
    for (const receipt of receipts) this.extended.push(`${receipt} by ${durationMs}`);
    return receipts.map((receipt) => (this.stale.has(receipt) ? 'lost' : 'done'));
  }

  async backlog(): Promise<Backlog> {
    return this.waiting;
  }

  async close(): Promise<void> {}

  async #pass(): Promise<void> {
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
    await this.gate;
    this.underWay--;
  }
}

export class FakeSink implements Sink {
  readonly files: OutputFile[] = [];
  /** Of each file, as they were when it was written. */
  readonly bytes: Buffer[] = [];
  failure: ParquetryError | undefined;
  gate: Promise<void> = Promise.resolve();
  async write(file: OutputFile) {
    await this.gate;
    if (this.failure) throw this.failure;
    this.bytes.push(Buffer.concat(await Array.fromAsync(file.chunks())));
    this.files.push(file);
    return { uri: `memory:${file.name}`, sizeBytes: file.sizeBytes };
  }
  async close(): Promise<void> {}
}

export class FakeDeadLetters implements DeadLetterWriter {
  readonly letters: DeadLetter[] = [];
  failure: ParquetryError | undefined;
  gate: Promise<void> = Promise.resolve();
  async write(letters: readonly DeadLetter[]): Promise<void> {
    await this.gate;
    if (this.failure) throw this.failure;
    this.letters.push(...letters);
  }
  async close(): Promise<void> {}
}

/** A landing's parts with small limits, and the fakes among them. */
export function landingParts(over: Partial<LandingParts> = {}) {
  const settler = new FakeSettler();
  const sink = new FakeSink();
  const deadLetters = new FakeDeadLetters();
  const limits = { targetSizeBytes: 100, maxAgeMs: 1_000, memoryBytes: 10_000 };
  const parts: LandingParts = {
    pipeline: 'p',
    runId: 'r',
    replay: 'unordered',
    settler,
    sinks: [{ name: 'memory', sink, encoder, limits, about: { fields: [], keyValues: {} } }],
    deadLetters,
    storm: { share: 0.5, window: 10 },
    memoryBytes: 10_000,
    nackDelay: { baseMs: 1_000, maxMs: 60_000 },
    clock: { now: Date.now, sleep: async () => undefined },
    logger: silentLogger,
    metrics: silentMetrics,
    ...over,
  };
  return { parts, settler, sink, deadLetters };
}
