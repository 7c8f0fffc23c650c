import type { StoredBytes, TimeRange } from '../columns/encoder.ts';
import { formatTimestamp } from '../core/calendar.ts';
import { asParquetryError, type ParquetryError } from '../core/errors.ts';
import { freeBuffer } from '../core/free-buffer.ts';
import { backoffMs } from '../core/retry.ts';
import type { OutputFile } from '../core/sink.ts';
import { totalBytes } from '../core/total-bytes.ts';
import type { Commit } from './commit-log.ts';
import { noteCommit } from './deliveries.ts';
import { fileName } from './file-name.ts';
import type { LandingParts, LandingSink, WrittenFile } from './landing-parts.ts';
import { leasedUntil } from './lease-keeper.ts';
import type { OpenDeliveries, OpenDelivery } from './open-deliveries.ts';
import { type OpenFile, partsInMemory } from './open-files.ts';
import { orCancelled } from './or-cancelled.ts';
import type { FinishedWrite } from './sink-concurrency.ts';

export interface WriteListener {
  wrote(file: OpenFile, written: WrittenFile): void;
  /** Others hold the messages by now; the file was kept from doubling them. Not a failure of the store. */
  overtaken(file: OpenFile, name: string, error: ParquetryError): void;
  failed(file: OpenFile, name: string, error: ParquetryError): void;
  /** The store could not take it now; it is tried again. */
  delayed(name: string, error: ParquetryError): void;
}

/** Between tries of a file: each of them has lasted until the sink gave up. */
const STORE_RETRY = { baseMs: 1_000, maxMs: 30_000 };

export type WriterParts = Pick<
  LandingParts,
  'pipeline' | 'runId' | 'replay' | 'sinks' | 'lease' | 'clock' | 'logger' | 'metrics'
>;

/** Makes closed files durable: name, intent, bytes, proof, and a line for the audit. */
export class FileWriter {
  readonly #parts: WriterParts;
  readonly #deliveries: OpenDeliveries;
  readonly #signal: AbortSignal;
  readonly #listener: WriteListener;

  /** Writes are given up when `signal` aborts. */
  constructor(parts: WriterParts, deliveries: OpenDeliveries, signal: AbortSignal, listener: WriteListener) {
    this.#parts = parts;
    this.#deliveries = deliveries;
    this.#signal = signal;
    this.#listener = listener;
  }

  /** Writes one file; the listener hears how it went. Answers how long it took if it is durable. Never rejects. */
  async write(file: OpenFile, closedBy: string): Promise<Omit<FinishedWrite, 'active'> | undefined> {
    const { pipeline, replay, clock } = this.#parts;
    const sink = this.#parts.sinks[file.sink]!;
    const deliveries = this.#deliveriesOf(file);
    const nowMs = clock.now();
    const name = fileName({
      pipeline,
      partition: file.partition,
      extension: sink.encoder.extension,
      replay,
      nowMs,
      firstDelivery: deliveries[0]?.id ?? '',
    });
    try {
      const output = this.#assemble(file, sink, name);
      const { uri, commit } = await this.#writeDurably(file, sink, output, deliveries);
      const { sizeBytes } = output;
      const messages = new Set(deliveries).size;
      const ms = clock.now() - nowMs;
      const written = writtenFile(file, sink, { uri, sizeBytes, messages, closedBy });
      this.#tell(written, { ms, ageMs: nowMs - file.firstRowAtMs });
      if (sink.commits && commit) noteCommit(deliveries, sink.commits, commit);
      this.#listener.wrote(file, written);
      for (const part of file.segments.flatMap(partsInMemory)) freeBuffer(part);
      return { sizeBytes, ms };
    } catch (thrown) {
      const error = asParquetryError(thrown);
      if (sink.commits && error.code === 'E_CONFLICT') this.#listener.overtaken(file, name, error);
      else this.#listener.failed(file, name, error);
      return undefined;
    } finally {
      file.isOver = true;
      await Promise.all(file.spooled.map((spooled) => spooled.release()));
    }
  }

  /**
   * Tries for as long as the store may come back and the leases are held. To give everything back instead would cost a receive each
   * time, and a queue allows a few: then good messages are dead letters because a store was away.
   */
  async #writeDurably(
    file: OpenFile,
    sink: LandingSink,
    output: OutputFile,
    deliveries: readonly OpenDelivery[],
  ): Promise<{ uri: string; commit: Commit | undefined }> {
    const { lease, clock } = this.#parts;
    let commit: Commit | undefined;
    for (let failures = 1; ; failures++) {
      try {
        commit ??= await orCancelled(this.#begin(file, sink, output, deliveries), this.#signal);
        const { uri } = await orCancelled(sink.sink.write(output, this.#signal), this.#signal);
        return { uri, commit };
      } catch (thrown) {
        const error = asParquetryError(thrown);
        const mayComeBack = error.retryable && error.code !== 'E_CONFLICT' && !this.#signal.aborted;
        if (!lease || !mayComeBack || !this.#holdsLeases(deliveries)) throw error;
        this.#listener.delayed(output.name, error);
        await orCancelled(clock.sleep(backoffMs(STORE_RETRY, failures, Math.random), this.#signal), this.#signal);
        if (!this.#holdsLeases(deliveries)) throw error;
      }
    }
  }

  #assemble(file: OpenFile, { encoder, about }: LandingSink, name: string): OutputFile {
    const { pipeline, runId } = this.#parts;
    const parts = encoder.assemble(file.segments, about);
    const sizeBytes = totalBytes(parts);
    const metadata = { 'parquetry-pipeline': pipeline, 'parquetry-run': runId, 'parquetry-rows': String(file.rows) };
    return { name, chunks: () => chunksOfParts(parts), sizeBytes, contentType: encoder.contentType, metadata };
  }

  async #begin(
    { partition }: OpenFile,
    { commits }: LandingSink,
    { name, sizeBytes }: OutputFile,
    deliveries: readonly OpenDelivery[],
  ): Promise<Commit | undefined> {
    const ids = [...new Set(deliveries.map(({ id }) => id))];
    return commits?.begin({ file: name, partition, sizeBytes, deliveries: ids }, () => this.#holdsLeases(deliveries));
  }

  #holdsLeases(deliveries: readonly OpenDelivery[]): boolean {
    const { lease, clock } = this.#parts;
    const { leaseMs = Number.POSITIVE_INFINITY } = lease ?? {};
    const nowMs = clock.now();
    return deliveries.every((delivery) => !delivery.lost && nowMs < leasedUntil(delivery, leaseMs));
  }

  #deliveriesOf({ deliveries }: OpenFile): OpenDelivery[] {
    const open = deliveries.flatMap(({ lane, seqs }) => Array.from(seqs, (seq) => this.#deliveries.get(lane, seq)));
    return open.filter((delivery) => delivery !== undefined);
  }

  #tell(written: WrittenFile, { ms, ageMs }: { ms: number; ageMs: number }): void {
    const { logger, metrics } = this.#parts;
    const { sink, sizeBytes, rows } = written;
    logger.info('file.written', { ...written, ms });
    metrics.observe('parquetry_upload_seconds', ms / 1_000, { sink });
    metrics.observe('parquetry_batch_age_seconds', ageMs / 1_000);
    metrics.observe('parquetry_file_bytes', sizeBytes, { sink });
    metrics.observe('parquetry_file_rows', rows, { sink });
  }
}

async function* chunksOfParts(parts: readonly (Uint8Array | StoredBytes)[]): AsyncGenerator<Uint8Array, void, void> {
  for (const part of parts) yield part instanceof Uint8Array ? part : await part.read();
}

function writtenFile(
  { partition, rows, segments }: OpenFile,
  { name, encoder, about, eventTime }: LandingSink,
  durable: Pick<WrittenFile, 'uri' | 'sizeBytes' | 'messages' | 'closedBy'>,
): WrittenFile {
  const times = eventTime === undefined ? undefined : encoder.timesOf?.(segments, eventTime, about);
  return { sink: name, partition, rows, rowGroups: segments.length, ...durable, ...isoTimes(times) };
}

/** First and last event time as the log has them; nothing where they are not known. */
function isoTimes(times: TimeRange | undefined): Pick<WrittenFile, 'firstEventAt' | 'lastEventAt'> {
  if (!times) return {};
  const [firstEventAt, lastEventAt] = [times.first, times.last].map((micros) => formatTimestamp(Number(micros)));
  return { firstEventAt, lastEventAt };
}
