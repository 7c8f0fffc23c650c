import { type BatchLimits, decideCloses, fullReason } from '../core/batcher.ts';
import type { DeadLetter } from '../core/delivery.ts';
import { ParquetryError } from '../core/errors.ts';
import { type LedgerSnapshot, sumReasons } from '../core/ledger.ts';
import { totalBytes } from '../core/total-bytes.ts';
import { type BatchState, batchStates } from './batch-states.ts';
import { DeadLetterDesk } from './dead-letter-desk.ts';
import { Deliveries } from './deliveries.ts';
import { FileWriter } from './file-writer.ts';
import type { LandingListener, LandingParts, LanePort } from './landing-parts.ts';
import type { LaneMessage } from './messages.ts';
import type { OpenDelivery } from './open-deliveries.ts';
import { largestUnsealed, type OpenFile, OpenFiles } from './open-files.ts';
import { type Poison, PoisonList } from './poison-list.ts';
import { Redeliveries } from './redeliveries.ts';
import { SealRequests } from './seal-requests.ts';
import { chooseWrites, type Ending } from './shutdown-policy.ts';
import { SinkConcurrency } from './sink-concurrency.ts';
import { Spilling } from './spilling.ts';
import { StormWatch } from './storm-watch.ts';
import { type SinkLoad, Uploads } from './uploads.ts';

const TICK_MS = 100;
/** Of the memory for sealed bytes, what open files may have of it before the largest are spooled; the rest is for writes. */
const SPILL_SHARE = 0.4;
/** A spooled file is read row group by row group while it is written. */
const READ_BYTES = 32 << 20;
/** Of what may be in flight at the source, what one engine may have whatever others hold. */
const LEAST_IN_FLIGHT_SHARE = 0.1;
/** A warning about too many partitions is said again after so long. */
const OVERFLOW_EVERY_MS = 60_000;

/**
 * Puts the sealed row groups of all lanes into one file a partition, makes files and dead letters durable, and only then acks.
 * Runs on a thread without user code. A delivery is acked when every row group and dead letter of it is durable; if one of
 * them cannot be, the delivery goes back to the source.
 */
export class Landing {
  readonly #parts: LandingParts;
  readonly #listener: LandingListener;
  readonly #lanes = new Map<number, LanePort>();
  readonly #files = new OpenFiles();
  readonly #seals = new SealRequests(this.#lanes);
  readonly #deliveries: Deliveries;
  readonly #writer: FileWriter;
  /** One a sink. */
  readonly #uploads: readonly Uploads[];
  readonly #spilling: Spilling | undefined;
  readonly #redeliveries: Redeliveries;
  readonly #desk: DeadLetterDesk;
  readonly #storm: StormWatch;
  /** Deliveries that are to become dead letters when they come again. */
  readonly #refused = new PoisonList();
  readonly #abort = new AbortController();
  readonly #closing = new AbortController();
  readonly unknownKeys = new Map<string, number>();
  #paused = false;
  #held = false;
  #nextOverflowMs = 0;
  #othersInFlight = 0;
  #ticker: NodeJS.Timeout;

  constructor(parts: LandingParts, listener: LandingListener) {
    this.#parts = parts;
    this.#listener = listener;
    const { sinks, spool, clock, memoryBytes } = parts;
    this.#deliveries = new Deliveries(parts, {
      fatal: (error) => listener.fatal(error),
      refused: (delivery, error) => this.#refuse(delivery, error),
    });
    this.#writer = this.#createWriter();
    this.#uploads = sinks.map(() => new Uploads(new SinkConcurrency(), () => clock.now()));
    this.#spilling = spool && new Spilling(spool, this.#files, memoryBytes * SPILL_SHARE);
    this.#storm = new StormWatch(parts.storm);
    this.#redeliveries = new Redeliveries(
      sinks.map(({ commits }) => commits),
      this.#deliveries.open,
      {
        superseded: () => this.#deliveries.superseded(),
        failed: (...given) => this.#lookUpFailed(...given),
      },
    );
    this.#desk = new DeadLetterDesk(parts.deadLetters, {
      clock,
      signal: this.#abort.signal,
      written: (refs, error) => {
        for (const { lane, seq } of refs) this.#deliveries.placed(lane, [seq], error);
        if (error) this.#writeFailed('dead letters', error);
        this.#pressure();
      },
    });
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
  }

  attach(lane: number, port: LanePort): void {
    this.#lanes.set(lane, port);
    if (this.#paused) port.postMessage({ type: 'pause' });
    if (!this.#refused.isEmpty) port.postMessage({ type: 'poison', ...this.#refused.state() });
  }

  /** Hears what concerns files and deliveries; the owner hears the rest. */
  hear(lane: number, message: LaneMessage): void {
    switch (message.type) {
      case 'received':
        this.#deliveries.received(lane, message.deliveries);
        void this.#redeliveries.lookUp(lane, this.#lanes.get(lane), message.deliveries);
        break;
      case 'processed':
        this.#processed(lane, message);
        break;
      case 'opened':
        this.#files.opened(lane, message, message.firstRowAtMs);
        break;
      case 'grown':
        for (const [partition, bytes] of message.sizes) {
          this.#closeIfFull(this.#files.grown(lane, { sink: message.sink, partition }, bytes));
        }
        break;
      case 'sealed':
        this.#sealed(lane, message);
        break;
      case 'flushed':
        this.#seals.flushed(lane, message.request);
        break;
    }
  }

  /** A lane is gone, and all it said was heard. Deliveries that it had not wholly sealed go back to the source. */
  detach(lane: number): void {
    this.#lanes.delete(lane);
    this.#files.forget(lane);
    this.#deliveries.orphaned(lane);
    this.#seals.forget(lane);
  }

  /** Messages received so far. */
  get received(): number {
    return this.#deliveries.ledger.messagesReceived;
  }

  get openLeases(): number {
    return this.#deliveries.open.count;
  }

  /** Bytes in memory: sealed, on their way to the spool or a sink, and of dead letters. */
  get heldBytes(): number {
    const uploading = this.#uploads.reduce((sum, { bytes }) => sum + bytes, 0);
    return this.#files.heldBytes + (this.#spilling?.bytes ?? 0) + uploading + this.#desk.heldBytes;
  }

  /** Lanes receive nothing, for want of memory or because of a storm. */
  get isPaused(): boolean {
    return this.#paused;
  }

  get openFiles(): number {
    return this.#files.size;
  }

  /** How each sink is written to right now. */
  sinkLoads(): SinkLoad[] {
    return this.#parts.sinks.map(({ name }, sink) => {
      const { limit, count } = this.#uploads[sink]!;
      return { sink: name, concurrency: limit, uploads: count };
    });
  }

  /** How many deliveries of the source are in flight, as it says: ours, and those of others. */
  noteInFlight(inFlight: number): void {
    this.#othersInFlight = Math.max(0, inFlight - this.openLeases);
  }

  /** The open files that are nearest to being written, at most `limit`. */
  batches(limit: number): BatchState[] {
    return batchStates(this.#files.values(), this.#parts.sinks, { nowMs: this.#parts.clock.now(), limit });
  }

  ledger(): LedgerSnapshot {
    return this.#deliveries.ledger.snapshot(outcomesOf(this.#deliveries.open.values()));
  }

  deliveryId(lane: number, seq: number): string | undefined {
    return this.#deliveries.open.get(lane, seq)?.id;
  }

  /** Holds receiving back for a while, whatever memory says. */
  async pauseFor(ms: number): Promise<void> {
    this.#held = true;
    this.#setPaused(true);
    await this.#parts.clock.sleep(ms, this.#closing.signal);
    this.#held = false;
    this.#pressure();
  }

  /** Seals and writes everything held, and settles what that completes. Lanes go on meanwhile. */
  async flush(reason: string): Promise<void> {
    await this.#sealAndClose([...this.#files.values()], reason);
    this.#desk.flush();
    await this.#settleUnderWay();
  }

  /** The run ends: what was received more often is not given back any more, but left to its lease. */
  returnUpTo(receiveCount: number): void {
    this.#deliveries.returnUpTo(receiveCount);
  }

  /** After the lanes have stopped: writes what is left, all or what `ending` says, settles, and gives back the rest. */
  async finish(reason: string, ending?: Ending): Promise<void> {
    if (ending) this.#giveUpFiles(ending);
    for (const file of [...this.#files.values()]) this.#close(file, reason);
    this.#desk.flush();
    await this.#settleUnderWay();
    await this.#deliveries.finish();
    await Promise.all(this.#parts.sinks.map(({ commits }) => commits?.drain()));
  }

  /** Gives up on writes under way; what they held goes back to the source. */
  cancel(): void {
    this.#abort.abort();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearInterval(this.#ticker);
    await this.#spilling?.drain();
    const { sinks, settler, deadLetters, spool } = this.#parts;
    const closing = [...sinks.flatMap(({ sink, commits }) => [commits, sink]), settler, deadLetters, spool];
    await Promise.allSettled(closing.map(async (part) => part?.close()));
  }

  async #settleUnderWay(): Promise<void> {
    await Promise.all(this.#uploads.map((uploads) => uploads.drain()));
    await this.#desk.drain();
    await this.#deliveries.drain();
  }

  /** Gives back deliveries whose fate could not be looked up; they come again. */
  #lookUpFailed(deliveries: readonly OpenDelivery[], error: ParquetryError): void {
    const { message, code } = error;
    this.#parts.logger.warn('delivery.lookup.failed', { deliveries: deliveries.length, code, message });
    this.#deliveries.postpone(deliveries);
  }

  /** Its body is in a lane, and not any more: it becomes a dead letter when it comes again. */
  #refuse({ id, receiveCount }: OpenDelivery, error: ParquetryError): void {
    const message = `refused ${receiveCount} times by a sink: ${error.message}`;
    const poison: Poison = { delivery: id, record: -1, reason: 'refused', message };
    this.#refused.add(poison);
    this.#parts.logger.warn('delivery.refused', { delivery: id, receiveCount, code: error.code, error: error.message });
    for (const port of this.#lanes.values()) port.postMessage({ type: 'poison', poison: [poison], suspects: [] });
  }

  #processed(lane: number, message: LaneMessage & { type: 'processed' }): void {
    const refs = this.#desk.add(lane, message.deliveries, message.deadLetters);
    let records = 0;
    let bad = 0;
    for (const processed of message.deliveries) {
      records += processed.outcome.found;
      bad += sumReasons(processed.outcome.deadLettered);
      this.#deliveries.processed(lane, processed, refs.has(processed.seq));
    }
    for (const [key, count] of message.unknownKeys) this.#noteUnknown(key, count);
    for (const [stage, ms] of Object.entries(message.stagesMs ?? {})) {
      this.#parts.metrics.observe('parquetry_chunk_seconds', ms / 1_000, { stage });
    }
    this.#parts.metrics.count('parquetry_messages_processed_total', message.deliveries.length);
    this.#parts.metrics.count('parquetry_records_received_total', records);
    if (this.#storm.add(records, bad)) this.#stormy(message.deadLetters.at(-1));
  }

  #noteUnknown(key: string, count: number): void {
    const known = this.unknownKeys.has(key) || this.unknownKeys.size < 1_000 ? key : '*';
    this.unknownKeys.set(known, (this.unknownKeys.get(known) ?? 0) + count);
  }

  #stormy(example: DeadLetter | undefined): void {
    const { share, window } = this.#parts.storm;
    const message = `more than ${share * 100} % of ${window} records do not fit: ${example?.message ?? 'see the dead letters'}`;
    const hint =
      'Check the input schema against what producers send now; `parquetry infer` widens it. errors.storm sets the share.';
    this.#listener.storm(new ParquetryError('E_STORM', message, { hint }));
  }

  #sealed(lane: number, message: LaneMessage & { type: 'sealed' }): void {
    const { segment, deliveries, firstRowAtMs, sealMs } = message;
    const bytes = totalBytes(segment.parts);
    this.#deliveries.open.sealed(lane, deliveries);
    const file = this.#files.sealed(lane, message, segment, deliveries, firstRowAtMs);
    this.#parts.metrics.observe('parquetry_seal_seconds', sealMs / 1_000);
    this.#closeIfFull(file);
    this.#spilling?.tick();
    this.#pressure();
    this.#lanes.get(lane)?.postMessage({ type: 'taken', bytes });
  }

  /** A file is full by what is sealed of it, or will be by the row group that one more lane is asked to seal for it. */
  #closeIfFull(file: OpenFile | undefined): void {
    if (!file || file.sealing) return;
    const { limits } = this.#parts.sinks[file.sink]!;
    const reason = fullReason(file, limits);
    const largest = largestUnsealed(file);
    if (reason) this.#close(file, reason);
    else if (file.isToppedUp) return;
    else if (largest && largest.foreseenBytes >= limits.targetSizeBytes) void this.#topUp(file, largest.lane);
  }

  /**
   * What was foreseen may be wrong: a file that is still short of its target after the lane has sealed stays open. Another lane may
   * seal meanwhile; if that fills the file it closes at once, and what was asked for begins the next one.
   */
  async #topUp(file: OpenFile, lane: number): Promise<void> {
    file.isToppedUp = true;
    await this.#seals.ask([file], lane);
    file.isToppedUp = false;
    if (this.#files.get(file.key) === file) this.#closeIfFull(file);
  }

  #tick(): void {
    const now = this.#parts.clock.now();
    this.#parts.sinks.forEach((part, sink) => {
      const open = this.#files.batches(sink);
      this.#warnOfOverflow(part.name, open, part.maxOpenPartitions);
      const closes = Map.groupBy(decideCloses(open, this.#limitsNow(part), now), ({ reason }) => reason);
      for (const [reason, closing] of closes) {
        const files = closing.map(({ key }) => this.#files.get(key)!);
        void this.#sealAndClose(files, reason);
      }
      this.#uploads[sink]!.noteThrottles(part.sink.throttles ?? 0);
    });
    if (this.#deliveries.tick()) this.#closeAll('lease');
    if (this.openLeases >= this.#inFlightShare) this.#closeAll('in-flight');
    for (const { commits } of this.#parts.sinks) commits?.flush();
    this.#desk.tick();
    this.#spilling?.tick();
    this.#pressure();
  }

  /** What others hold of the same source counts against its cap, but leaves some: the source's counts are late. */
  get #inFlightShare(): number {
    const { maxInFlight = Number.POSITIVE_INFINITY } = this.#parts;
    return Math.max(maxInFlight * LEAST_IN_FLIGHT_SHARE, maxInFlight - this.#othersInFlight);
  }

  /** While the spool takes the largest files, they need not be closed for want of memory: lanes are paused before it runs out. */
  #limitsNow({ limits }: LandingParts['sinks'][number]): BatchLimits {
    return this.#spilling?.isRunning ? { ...limits, memoryBytes: Number.POSITIVE_INFINITY } : limits;
  }

  #warnOfOverflow(sink: string, open: readonly OpenFile[], maxOpenPartitions = Number.POSITIVE_INFINITY): void {
    const now = this.#parts.clock.now();
    if (open.length <= maxOpenPartitions || now < this.#nextOverflowMs) return;
    this.#nextOverflowMs = now + OVERFLOW_EVERY_MS;
    const examples = open.slice(-3).map(({ partition }) => partition);
    const hint = 'One small file a partition and batch.maxAge is written. Partition by something with fewer values.';
    const facts = { sink, partitions: open.length, maxOpenPartitions, examples, hint };
    this.#parts.logger.warn('partitions.overflow', facts);
  }

  /** Unless writes are under way: they may be all it takes. */
  #closeAll(reason: string): void {
    if (this.#uploading > 0) return;
    const open = Array.from(this.#files.values()).filter((file) => !file.sealing);
    void this.#sealAndClose(open, reason);
  }

  /** Has the lanes seal what belongs into these files, then closes them. */
  async #sealAndClose(files: readonly OpenFile[], reason: string): Promise<void> {
    for (const file of files) file.sealing = true;
    await this.#seals.ask(files);
    for (const file of files) {
      file.sealing = false;
      if (this.#files.get(file.key) === file) this.#close(file, reason);
    }
  }

  /** What cannot or shall not be written before the end goes back at once, so that others can begin with it. */
  #giveUpFiles(ending: Ending): void {
    const mustWrite = ({ deliveries }: OpenFile) =>
      deliveries.some(({ lane, seqs }) =>
        seqs.some((seq) => {
          const delivery = this.#deliveries.open.get(lane, seq);
          return delivery !== undefined && !this.#deliveries.mayReturn(delivery);
        }),
      );
    this.#uploads.forEach((uploads, sink) => {
      const files = this.#files.batches(sink);
      const writes = chooseWrites(files, ending, uploads, mustWrite);
      for (const file of files) if (!writes.has(file)) this.#giveUp(file);
    });
  }

  #giveUp({ key }: OpenFile): void {
    const file = this.#files.take(key);
    if (!file) return;
    file.isOver = true;
    for (const { lane, seqs } of file.deliveries) this.#deliveries.givenUp(lane, seqs);
    for (const spooled of file.spooled) void spooled.release();
  }

  #close({ key }: OpenFile, reason: string): void {
    const file = this.#files.take(key);
    if (!file) return;
    this.#parts.metrics.count('parquetry_files_closed_total', 1, { reason });
    const spooled = file.spooled.length > 0 ? READ_BYTES : 0;
    const bytes = Math.min(file.sizeBytes, file.heldBytes + spooled);
    this.#uploads[file.sink]!.start(bytes, () => this.#writer.write(file, reason));
  }

  get #uploading(): number {
    return this.#uploads.reduce((sum, { count }) => sum + count, 0);
  }

  #createWriter(): FileWriter {
    return new FileWriter(this.#parts, this.#deliveries.open, this.#abort.signal, {
      wrote: (file, written) => {
        this.#deliveries.ledger.wrote(written.rows);
        this.#deliveries.storeFailed(false);
        this.#listener.wrote(written);
        this.#resolve(file);
      },
      overtaken: (file, name, error) => {
        this.#parts.logger.warn('sink.write.overtaken', { file: name, message: error.message });
        this.#parts.metrics.count('parquetry_files_overtaken_total', 1);
        this.#resolve(file, error);
      },
      failed: (file, name, error) => {
        this.#writeFailed(name, error);
        this.#resolve(file, error);
      },
      delayed: (name, error) => this.#writeFailed(name, error),
    });
  }

  #resolve(file: OpenFile, failure?: ParquetryError): void {
    for (const { lane, seqs } of file.deliveries) this.#deliveries.placed(lane, seqs, failure);
    this.#pressure();
  }

  /** A file that its sink refuses for what is in it is no failure of the sink: others are written all the same. */
  #writeFailed(what: string, error: ParquetryError): void {
    const { message, code, hint, retryable } = error;
    this.#parts.logger.error('sink.write.failed', { file: what, code, message, hint, retryable });
    this.#parts.metrics.count('parquetry_sink_errors_total', 1, { code });
    if (code === 'E_RECORD') return;
    this.#deliveries.storeFailed(true);
    if (!retryable && !this.#abort.signal.aborted) this.#listener.fatal(error);
  }

  /** Lanes pause while more is held than memory allows; writes under way make room. */
  #pressure(): void {
    if (this.#held) return;
    const held = this.heldBytes;
    const { memoryBytes } = this.#parts;
    const writing = this.#uploading + this.#desk.writes + (this.#spilling?.bytes ?? 0) > 0;
    if (!this.#paused && held > memoryBytes && writing) this.#setPaused(true);
    else if (this.#paused && (held < memoryBytes * 0.8 || !writing)) this.#setPaused(false);
  }

  #setPaused(paused: boolean): void {
    this.#paused = paused;
    for (const port of this.#lanes.values()) port.postMessage({ type: paused ? 'pause' : 'resume' });
    if (paused) this.#parts.metrics.count('parquetry_pauses_total', 1);
  }
}

function* outcomesOf(deliveries: Iterable<OpenDelivery>) {
  for (const { outcome } of deliveries) yield outcome;
}
