import { decideCloses, fullReason } from '../core/batcher.ts';
import type { DeadLetter } from '../core/delivery.ts';
import { asParquetryError, ParquetryError } from '../core/errors.ts';
import { Ledger, type LedgerSnapshot, sumReasons } from '../core/ledger.ts';
import type { SettleOutcome } from '../core/source.ts';
import type { Commit, CommitLog } from './commit-log.ts';
import { DeadLetterDesk } from './dead-letter-desk.ts';
import { fileName } from './file-name.ts';
import type { LandingListener, LandingParts, LanePort } from './landing-parts.ts';
import { LeaseKeeper, leasedUntil } from './lease-keeper.ts';
import type { LaneMessage, SealTarget } from './messages.ts';
import { OpenDeliveries, type OpenDelivery } from './open-deliveries.ts';
import { type OpenFile, OpenFiles } from './open-files.ts';
import { orCancelled } from './or-cancelled.ts';
import { Redeliveries } from './redeliveries.ts';
import { Settling } from './settling.ts';
import { StormWatch } from './storm-watch.ts';
import { Uploads } from './uploads.ts';

const TICK_MS = 100;
const PARALLEL_UPLOADS = 4;
/** First delay before deliveries of a failed write are offered again; doubles with each failure in a row. */
const RETURN_DELAY_MS = 1_000;
const MAX_RETURN_DELAY_MS = 60_000;

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
  readonly #deliveries = new OpenDeliveries();
  readonly #ledger = new Ledger();
  readonly #settling: Settling;
  readonly #leases: LeaseKeeper | undefined;
  readonly #uploads = new Uploads(PARALLEL_UPLOADS);
  readonly #redeliveries: Redeliveries;
  readonly #desk: DeadLetterDesk;
  readonly #storm: StormWatch;
  readonly #seals = new Map<number, { lanes: Set<number>; done: () => void }>();
  readonly #abort = new AbortController();
  readonly #closing = new AbortController();
  readonly unknownKeys = new Map<string, number>();
  #nextRequest = 1;
  #paused = false;
  #held = false;
  #failuresInARow = 0;
  #ticker: NodeJS.Timeout;

  constructor(parts: LandingParts, listener: LandingListener) {
    this.#parts = parts;
    this.#listener = listener;
    this.#settling = new Settling(parts.settler, { settled: (...fate) => this.#settled(...fate) });
    this.#leases = this.#createLeaseKeeper();
    this.#storm = new StormWatch(parts.storm);
    this.#redeliveries = new Redeliveries(
      parts.sinks.map(({ commits }) => commits),
      this.#deliveries,
      {
        superseded: () => this.#ledger.settled('lost', undefined),
        failed: (...given) => this.#lookUpFailed(...given),
      },
    );
    this.#desk = new DeadLetterDesk(parts.deadLetters, {
      clock: parts.clock,
      signal: this.#abort.signal,
      written: (refs, error) => {
        for (const { lane, seq } of refs) this.#placed(lane, seq, error === undefined);
        if (error) this.#writeFailed('dead letters', error);
        this.#pressure();
      },
    });
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
  }

  attach(lane: number, port: LanePort): void {
    this.#lanes.set(lane, port);
    if (this.#paused) port.postMessage({ type: 'pause' });
  }

  /** Hears what concerns files and deliveries; the owner hears the rest. */
  hear(lane: number, message: LaneMessage): void {
    switch (message.type) {
      case 'received':
        this.#deliveries.received(lane, message.deliveries);
        this.#ledger.received(message.deliveries.length);
        this.#parts.metrics.count('parquetry_messages_received_total', message.deliveries.length);
        void this.#redeliveries.lookUp(lane, this.#lanes.get(lane), message.deliveries);
        break;
      case 'processed':
        this.#processed(lane, message);
        break;
      case 'opened':
        this.#files.opened(lane, message, message.firstRowAtMs);
        break;
      case 'sealed':
        this.#sealed(lane, message);
        break;
      case 'flushed':
        this.#flushed(lane, message.request);
        break;
    }
  }

  /** A lane is gone. Deliveries that it had not wholly sealed are given back to the source when the run finishes. */
  detach(lane: number): void {
    this.#lanes.delete(lane);
    this.#files.forget(lane);
    for (const request of this.#seals.keys()) this.#flushed(lane, request);
  }

  /** Messages received so far. */
  get received(): number {
    return this.#ledger.messagesReceived;
  }

  get openLeases(): number {
    return this.#deliveries.count;
  }

  get heldBytes(): number {
    return this.#files.heldBytes + this.#uploads.bytes + this.#desk.heldBytes;
  }

  get openFiles(): number {
    return this.#files.size;
  }

  ledger(): LedgerSnapshot {
    return this.#ledger.snapshot(outcomesOf(this.#deliveries.values()));
  }

  deliveryId(lane: number, seq: number): string | undefined {
    return this.#deliveries.get(lane, seq)?.id;
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
    const keys = Array.from(this.#files.values(), (file) => file.key);
    await this.#sealAndClose(keys, reason);
    this.#desk.flush();
    await this.#settleUnderWay();
  }

  /** After the lanes have stopped: writes what is left, settles, and gives back what could not be completed. */
  async finish(reason: string): Promise<void> {
    for (const file of [...this.#files.values()]) this.#close(file.key, reason);
    this.#desk.flush();
    await this.#settleUnderWay();
    await this.#leases?.drain();
    this.#giveBack([...this.#deliveries.values()], 0);
    await this.#settling.drain();
    await Promise.all(this.#parts.sinks.map(({ commits }) => commits?.drain()));
  }

  /** Gives up on writes under way; what they held goes back to the source. */
  cancel(): void {
    this.#abort.abort();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearInterval(this.#ticker);
    const { sinks, settler, deadLetters } = this.#parts;
    const closing = [...sinks.map(({ sink }) => sink), settler, deadLetters];
    await Promise.allSettled(closing.map(async (part) => part?.close()));
  }

  async #settleUnderWay(): Promise<void> {
    await this.#uploads.drain();
    await this.#desk.drain();
    await this.#settling.drain();
  }

  /** Gives back deliveries whose fate could not be looked up; they come again. */
  #lookUpFailed(deliveries: readonly OpenDelivery[], error: ParquetryError): void {
    const { message, code } = error;
    this.#parts.logger.warn('delivery.lookup.failed', { deliveries: deliveries.length, code, message });
    this.#giveBack(deliveries, RETURN_DELAY_MS);
  }

  #processed(lane: number, message: LaneMessage & { type: 'processed' }): void {
    const refs = this.#desk.add(lane, message.deliveries, message.deadLetters);
    let records = 0;
    let bad = 0;
    for (const processed of message.deliveries) {
      const { outcome } = processed;
      records += outcome.found;
      bad += sumReasons(outcome.deadLettered);
      this.#ledger.processed(outcome);
      this.#settle(this.#deliveries.processed(lane, processed, refs.has(processed.seq)));
    }
    for (const [key, count] of message.unknownKeys) this.#noteUnknown(key, count);
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
    const file = this.#files.sealed(lane, message, message.segment, message.deliveries, message.firstRowAtMs);
    const { limits } = this.#parts.sinks[message.sink]!;
    this.#parts.metrics.observe('parquetry_seal_seconds', message.sealMs / 1_000);
    const reason = fullReason(file, limits);
    if (reason && !file.sealing) this.#close(file.key, reason);
    this.#pressure();
  }

  #tick(): void {
    const now = this.#parts.clock.now();
    this.#parts.sinks.forEach(({ limits }, sink) => {
      const closes = decideCloses(this.#files.batches(sink), limits, now);
      for (const reason of new Set(closes.map((close) => close.reason))) {
        void this.#sealAndClose(
          closes.filter((close) => close.reason === reason).map((close) => close.key),
          reason,
        );
      }
    });
    const { maxInFlight = Number.POSITIVE_INFINITY } = this.#parts;
    if (this.#leases?.tick(this.#deliveries.values())) this.#closeAll('lease');
    if (this.#deliveries.count >= maxInFlight) this.#closeAll('in-flight');
    for (const { commits } of this.#parts.sinks) commits?.flush();
    this.#desk.tick();
    this.#pressure();
  }

  /** Unless writes are under way: they may be all it takes. */
  #closeAll(reason: string): void {
    if (this.#uploads.count > 0) return;
    const open = Array.from(this.#files.values()).filter((file) => !file.sealing);
    void this.#sealAndClose(
      open.map((file) => file.key),
      reason,
    );
  }

  #createLeaseKeeper(): LeaseKeeper | undefined {
    const { settler, lease, clock, logger, metrics } = this.#parts;
    const extend = settler.extend?.bind(settler);
    if (!extend || !lease) return undefined;
    return new LeaseKeeper(lease, extend, clock, {
      lost: ({ id, receiveCount }) => {
        const message = 'somebody else may have received it: it is not deleted, and may be written twice';
        logger.warn('lease.lost', { delivery: id, receiveCount, how: 'extend', message });
        metrics.count('parquetry_leases_lost_total', 1);
      },
      failed: (deliveries, { message }) => {
        logger.warn('lease.renewal.failed', { deliveries, message });
        metrics.count('parquetry_lease_renewals_failed_total', deliveries);
      },
    });
  }

  /** Has the lanes seal what belongs into these files, then closes them. */
  async #sealAndClose(keys: readonly string[], reason: string): Promise<void> {
    const files = keys.map((key) => this.#files.get(key)).filter((file) => file !== undefined);
    for (const file of files) file.sealing = true;
    await this.#seal(files);
    for (const file of files) {
      file.sealing = false;
      this.#close(file.key, reason);
    }
  }

  #seal(files: readonly OpenFile[]): Promise<void> {
    const targets = new Map<number, SealTarget[]>();
    for (const { unsealed, sink, partition } of files) {
      for (const lane of unsealed.keys()) {
        const list = targets.get(lane) ?? [];
        list.push({ sink, partition });
        targets.set(lane, list);
      }
    }
    const asked = new Set([...targets.keys()].filter((lane) => this.#lanes.has(lane)));
    if (asked.size === 0) return Promise.resolve();
    const request = this.#nextRequest++;
    return new Promise((done) => {
      this.#seals.set(request, { lanes: asked, done });
      for (const lane of asked)
        this.#lanes.get(lane)?.postMessage({ type: 'seal', request, targets: targets.get(lane)! });
    });
  }

  #flushed(lane: number, request: number): void {
    const seal = this.#seals.get(request);
    if (!seal) return;
    seal.lanes.delete(lane);
    if (seal.lanes.size > 0) return;
    this.#seals.delete(request);
    seal.done();
  }

  #close(key: string, reason: string): void {
    const file = this.#files.take(key);
    if (file) this.#uploads.start(file.sizeBytes, () => this.#write(file, reason));
  }

  async #write(file: OpenFile, closedBy: string): Promise<void> {
    const { name: sinkName, sink, encoder, about, commits } = this.#parts.sinks[file.sink]!;
    const { pipeline, runId, replay, clock, logger, metrics } = this.#parts;
    const { partition, rows } = file;
    const first = file.deliveries[0]!;
    const firstDelivery = this.#deliveries.get(first.lane, first.seqs[0]!)?.id ?? '';
    const nowMs = clock.now();
    const name = fileName({ pipeline, partition, extension: encoder.extension, replay, nowMs, firstDelivery });
    try {
      const parts = encoder.assemble(file.segments, about);
      const sizeBytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
      const metadata = { 'parquetry-pipeline': pipeline, 'parquetry-run': runId, 'parquetry-rows': String(rows) };
      const output = { name, parts, sizeBytes, contentType: encoder.contentType, metadata };
      const commit = await this.#begin(commits, file, name);
      const { uri } = await orCancelled(sink.write(output, this.#abort.signal), this.#abort.signal);
      const messages = file.deliveries.reduce((sum, { seqs }) => sum + seqs.length, 0);
      const written = {
        sink: sinkName,
        uri,
        partition,
        rows,
        sizeBytes,
        rowGroups: file.segments.length,
        messages,
        closedBy,
      };
      const uploadMs = clock.now() - nowMs;
      logger.info('file.written', { ...written, ms: uploadMs });
      metrics.observe('parquetry_upload_seconds', uploadMs / 1_000, { sink: sinkName });
      metrics.observe('parquetry_batch_age_seconds', (nowMs - file.firstRowAtMs) / 1_000);
      metrics.observe('parquetry_file_bytes', sizeBytes, { sink: sinkName });
      this.#ledger.wrote(rows);
      this.#failuresInARow = 0;
      this.#listener.wrote(written);
      if (commits && commit) this.#noteCommit(file, commits, commit);
      this.#resolve(file, true);
    } catch (thrown) {
      const error = asParquetryError(thrown);
      this.#resolve(file, false);
      if (commits && error.code === 'E_CONFLICT') this.#writeOvertaken(name, error);
      else this.#writeFailed(name, error);
    }
  }

  #begin(commits: CommitLog | undefined, file: OpenFile, name: string): Promise<Commit> | undefined {
    const deliveries = this.#deliveriesOf(file);
    const ids = [...new Set(deliveries.map(({ id }) => id))];
    const { leaseMs = Number.POSITIVE_INFINITY } = this.#parts.lease ?? {};
    return commits?.begin({ file: name, partition: file.partition, deliveries: ids }, () => {
      const nowMs = this.#parts.clock.now();
      return deliveries.every((delivery) => !delivery.lost && nowMs < leasedUntil(delivery, leaseMs));
    });
  }

  #noteCommit(file: OpenFile, log: CommitLog, commit: Commit): void {
    for (const delivery of this.#deliveriesOf(file)) {
      delivery.commits ??= [];
      if (!delivery.commits.some((noted) => noted.commit === commit)) delivery.commits.push({ log, commit });
    }
  }

  #deliveriesOf({ deliveries }: OpenFile): OpenDelivery[] {
    const open = deliveries.flatMap(({ lane, seqs }) => Array.from(seqs, (seq) => this.#deliveries.get(lane, seq)));
    return open.filter((delivery) => delivery !== undefined);
  }

  /** Not a failure of the store: others hold the messages by now, and this file was kept from doubling them. */
  #writeOvertaken(name: string, { message }: ParquetryError): void {
    this.#parts.logger.warn('sink.write.overtaken', { file: name, message });
    this.#parts.metrics.count('parquetry_files_overtaken_total', 1);
  }

  #resolve(file: OpenFile, durable: boolean): void {
    for (const { lane, seqs } of file.deliveries) for (const seq of seqs) this.#placed(lane, seq, durable);
    this.#pressure();
  }

  #writeFailed(what: string, error: ParquetryError): void {
    this.#failuresInARow++;
    const { message, code, hint } = error;
    this.#parts.logger.error('sink.write.failed', { file: what, code, message, hint, retryable: error.retryable });
    this.#parts.metrics.count('parquetry_sink_errors_total', 1, { code });
    if (!error.retryable && !this.#abort.signal.aborted) this.#listener.fatal(error);
  }

  #placed(lane: number, seq: number, durable: boolean): void {
    this.#settle(this.#deliveries.placed(lane, seq, durable));
  }

  #settle(delivery: OpenDelivery | undefined): void {
    if (!delivery) return;
    if (delivery.lost) {
      this.#forgetLost(delivery);
      return;
    }
    if (!delivery.failed) {
      this.#settling.ack(delivery);
      return;
    }
    const delayMs = Math.min(MAX_RETURN_DELAY_MS, RETURN_DELAY_MS * 2 ** Math.min(this.#failuresInARow, 10));
    this.#settling.nack([delivery], delayMs);
  }

  #giveBack(deliveries: readonly OpenDelivery[], delayMs: number): void {
    for (const delivery of deliveries) if (delivery.lost) this.#forgetLost(delivery);
    this.#settling.nack(
      deliveries.filter(({ lost }) => !lost),
      delayMs,
    );
  }

  /** Its receipt is stale: to settle with it could take the delivery from whoever holds it now. */
  #forgetLost(delivery: OpenDelivery): void {
    this.#deliveries.settled(delivery);
    for (const { log, commit } of delivery.commits ?? []) log.settled(commit, false);
    this.#ledger.settled('lost', delivery.outcome);
  }

  #settled(delivery: OpenDelivery, how: 'ack' | 'nack', outcome: SettleOutcome): void {
    this.#deliveries.settled(delivery);
    const lost = outcome !== 'done';
    for (const { log, commit } of delivery.commits ?? []) log.settled(commit, how === 'ack' && !lost);
    this.#ledger.settled(how === 'nack' ? 'returned' : lost ? 'lost' : 'acked', delivery.outcome);
    if (!lost) {
      const heldMs = this.#parts.clock.now() - delivery.receivedAtMs;
      this.#parts.metrics.observe('parquetry_receive_to_settled_seconds', heldMs / 1_000, { how });
      return;
    }
    const message = typeof outcome === 'string' ? 'the lease had run out' : outcome.error.message;
    this.#parts.logger.warn('lease.lost', { delivery: delivery.id, receiveCount: delivery.receiveCount, how, message });
    this.#parts.metrics.count('parquetry_leases_lost_total', 1);
    if (how === 'ack' && outcome !== 'lost') this.#ackFailed(asParquetryError(outcome.error));
  }

  /** Where deleting is refused, everything written would come again and be written again, for ever. */
  #ackFailed(error: ParquetryError): void {
    if (error.code === 'E_ACCESS' || error.code === 'E_NOT_FOUND') this.#listener.fatal(error);
  }

  /** Lanes pause while more is held than memory allows; writes under way make room. */
  #pressure(): void {
    if (this.#held) return;
    const held = this.heldBytes;
    const { memoryBytes } = this.#parts;
    const writing = this.#uploads.count + this.#desk.writes > 0;
    if (!this.#paused && held > memoryBytes && writing) this.#setPaused(true);
    else if (this.#paused && (held < memoryBytes * 0.8 || !writing)) this.#setPaused(false);
  }

  #setPaused(paused: boolean): void {
    this.#paused = paused;
    for (const port of this.#lanes.values()) port.postMessage({ type: paused ? 'pause' : 'resume' });
    this.#parts.metrics.gauge('parquetry_paused', paused ? 1 : 0);
  }
}

function* outcomesOf(deliveries: Iterable<OpenDelivery>) {
  for (const { outcome } of deliveries) yield outcome;
}
