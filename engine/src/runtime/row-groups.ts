import type { ColumnBatch, Selection } from '../columns/column.ts';
import type { Encoder, RowGroupWriter, Segment } from '../columns/encoder.ts';
import type { Partitioner } from '../columns/partition.ts';
import { failpoint } from '../core/failpoint.ts';
import { totalBytes } from '../core/total-bytes.ts';
import { GatheredRowGroup } from './gathered-row-group.ts';
import { type OverflowPart, OverflowRows } from './overflow-rows.ts';
import { SizeForecast } from './size-forecast.ts';

/** When a lane seals a row group by itself. */
export interface RowGroupLimits {
  /** Size after encoding, as far as it can be foreseen. */
  readonly encodedBytes: number;
  readonly rows: number;
  /** Bytes that all open row groups of the lane may hold together; beyond it the largest are sealed. */
  readonly laneBytes: number;
  /** Partitions with a row group of their own; the rows of more wait together and are sorted when they are sealed. Default: any. */
  readonly maxOpen?: number;
  /** By how much a row group grows before `grown` names it again. Default: it never does. */
  readonly reportBytes?: number;
}

/** A sealed row group and whose rows it holds. */
export interface SealedRowGroup {
  readonly partition: string;
  readonly segment: Segment;
  /** Numbers of the deliveries with rows in it, ascending. */
  readonly deliveries: Uint32Array;
  readonly firstRowAtMs: number;
  /** CPU work of sealing it. */
  readonly sealMs: number;
}

interface Unsealed {
  readonly partition: string;
  readonly writer: RowGroupWriter;
  readonly firstRowAtMs: number;
  readonly deliveries: readonly number[];
}

interface OpenRowGroup extends Unsealed {
  readonly deliveries: number[];
  /** Size of which `grown` told last. */
  reportedBytes: number;
}

/** Share of the lane's bytes that rows above the cap of partitions may hold before they are sorted out. */
const OVERFLOW_SHARE = 1 / 2;

/** The lane's side of one sink: one open row group a partition, and when they are sealed. */
export class RowGroups {
  readonly #encoder: Encoder;
  readonly #partitioner: Partitioner;
  readonly #limits: RowGroupLimits;
  readonly #open = new Map<string, OpenRowGroup>();
  readonly #overflow: OverflowRows;
  readonly #forecast = new SizeForecast();

  constructor(encoder: Encoder, partitioner: Partitioner, limits: RowGroupLimits) {
    this.#encoder = encoder;
    this.#partitioner = partitioner;
    this.#limits = limits;
    this.#overflow = new OverflowRows(partitioner.fileFields);
  }

  /**
   * Places the rows of a batch; `deliveryOf[row]` is ascending. Calls `placed` once for each delivery and row group that
   * takes rows of it for the first time, `opened` for each row group that this opens, and `sealed` for each that has its rows
   * before all rows are placed. The rows of a delivery stay together, whatever the limits. Rows that are durable already, from
   * an earlier receipt of their delivery, are passed over.
   */
  add(
    batch: ColumnBatch,
    deliveryOf: Uint32Array,
    nowMs: number,
    listen: PlacementListener,
    isDurable?: IsDurable,
  ): void {
    const fileBatch = this.#partitioner.fileBatch(batch);
    const overflow: OverflowPart[] = [];
    for (const { path, selection: all } of this.#partitioner.split(batch)) {
      const selection = isDurable ? rowsToPlace(all, deliveryOf, (delivery) => isDurable(delivery, path)) : all;
      const owners = selection ? ownersOf(selection, deliveryOf) : deliveryOf;
      if (owners.length > 0 && this.#overflows(path)) {
        const rows = selection ?? Int32Array.from(owners, (_, row) => row);
        overflow.push({ partition: path, rows, owners });
      } else this.#addToOwn(path, fileBatch, selection, owners, nowMs, listen);
    }
    if (overflow.length > 0) this.#addToOverflow(fileBatch, overflow, nowMs, listen);
  }

  /** Partitions whose row group is full, then the largest ones until the lane is within its bytes again. */
  full(): string[] {
    const { rows, encodedBytes, laneBytes } = this.#limits;
    const full: string[] = [];
    const rest: { partition: string; bytes: number }[] = [];
    let held = 0;
    const judge = (partition: string, bytes: number, isFull: boolean) => {
      if (isFull) full.push(partition);
      else rest.push({ partition, bytes });
      held += isFull ? 0 : bytes;
    };
    for (const { partition, writer } of this.#open.values()) {
      const isFull = writer.rows >= rows || this.#forecast.bytesOf(partition, writer) >= encodedBytes;
      judge(partition, writer.heldBytes, isFull);
    }
    const { usedBytes, heldBytes } = this.#overflow;
    const [overflowing] = this.#overflow.partitions.keys(); // sealing one of them seals them all
    if (overflowing !== undefined) judge(overflowing, usedBytes, usedBytes >= laneBytes * OVERFLOW_SHARE);
    held += heldBytes - usedBytes;
    if (held <= laneBytes) return full;
    for (const { partition, bytes } of rest.sort((a, b) => b.bytes - a.bytes)) {
      if (held <= laneBytes / 2) break;
      full.push(partition);
      held -= bytes;
    }
    return full;
  }

  /** Row groups that have grown by so much since they were named last, and what they will take in a file. */
  grown(): [partition: string, bytes: number][] {
    const { reportBytes = Number.POSITIVE_INFINITY } = this.#limits;
    const grown: [string, number][] = [];
    for (const group of this.#open.values()) {
      const bytes = this.#forecast.bytesOf(group.partition, group.writer);
      if (bytes - group.reportedBytes < reportBytes) continue;
      group.reportedBytes = bytes;
      grown.push([group.partition, bytes]);
    }
    return grown;
  }

  get partitions(): string[] {
    return [...this.#open.keys(), ...this.#overflow.partitions.keys()];
  }

  /** Numbers of the deliveries whose rows `seal` would encode. */
  deliveriesIn(partition: string): number[] {
    if (!this.#overflow.partitions.has(partition)) return [...(this.#open.get(partition)?.deliveries ?? [])];
    return [...new Set(Array.from(this.#overflow.partitions.values(), ({ deliveries }) => deliveries).flat())];
  }

  /**
   * Encodes what a partition holds: nothing if it holds nothing, and if its rows wait among those of others above the cap, the
   * rows of all these, each partition's by itself. One at a time, as they are asked for; all must be.
   */
  *seal(partition: string): Generator<SealedRowGroup, void, void> {
    if (this.#overflow.partitions.has(partition)) yield* this.#sealOverflow();
    const group = this.#open.get(partition);
    if (!group) return;
    this.#open.delete(partition);
    yield this.#sealed(group);
  }

  #overflows(partition: string): boolean {
    const { maxOpen = Number.POSITIVE_INFINITY } = this.#limits;
    if (this.#overflow.partitions.has(partition)) return true;
    return this.#open.size >= maxOpen && !this.#open.has(partition);
  }

  #addToOwn(
    path: string,
    batch: ColumnBatch,
    selection: Selection,
    owners: Uint32Array,
    nowMs: number,
    listen: PlacementListener,
  ): void {
    for (let start = 0; start < owners.length; ) {
      const group = this.#open.get(path) ?? this.#create(path, nowMs, listen);
      const end = endOfRoom(owners, start, this.#limits.rows - group.writer.rows);
      group.writer.append(batch, rowsBetween(batch, selection, start, end));
      noteDeliveries(group, owners.subarray(start, end), listen);
      start = end;
      if (start < owners.length) for (const sealed of this.seal(path)) listen.sealed(sealed);
    }
  }

  #addToOverflow(batch: ColumnBatch, parts: readonly OverflowPart[], nowMs: number, listen: PlacementListener): void {
    const opened = parts.filter(({ partition }) => !this.#overflow.partitions.has(partition));
    for (const delivery of this.#overflow.add(batch, parts, nowMs)) listen.placed(delivery);
    for (const { partition } of opened) listen.opened(partition, nowMs);
  }

  *#sealOverflow(): Generator<SealedRowGroup, void, void> {
    for (const { partition, batch, deliveries, firstRowAtMs } of this.#overflow.take()) {
      const writer = this.#writer();
      writer.append(batch, undefined);
      yield this.#sealed({ partition, writer, deliveries, firstRowAtMs });
    }
  }

  #sealed({ partition, writer, deliveries, firstRowAtMs }: Unsealed): SealedRowGroup {
    const startMs = performance.now();
    const { packedBytes, encodedBytes } = writer;
    const segment = writer.seal();
    failpoint('lane.encoded');
    this.#forecast.learn(partition, { packedBytes, encodedBytes }, totalBytes(segment.parts));
    const sealMs = performance.now() - startMs;
    return { partition, segment, deliveries: Uint32Array.from(deliveries), firstRowAtMs, sealMs };
  }

  #create(partition: string, nowMs: number, listen: PlacementListener): OpenRowGroup {
    const writer = this.#writer();
    const group: OpenRowGroup = { partition, writer, firstRowAtMs: nowMs, deliveries: [], reportedBytes: 0 };
    this.#open.set(partition, group);
    listen.opened(partition, nowMs);
    return group;
  }

  #writer(): RowGroupWriter {
    const { fileFields } = this.#partitioner;
    return this.#encoder.open?.(fileFields) ?? new GatheredRowGroup(this.#encoder, fileFields);
  }
}

/** Whether the rows of a delivery for a partition are durable already. */
export type IsDurable = (delivery: number, partition: string) => boolean;

export interface PlacementListener {
  placed(delivery: number): void;
  opened(partition: string, firstRowAtMs: number): void;
  sealed(group: SealedRowGroup): void;
}

/** Not by `Uint32Array.from`, which takes ten times as long. */
function ownersOf(selection: Int32Array, deliveryOf: Uint32Array): Uint32Array {
  const owners = new Uint32Array(selection.length);
  for (let i = 0; i < owners.length; i++) owners[i] = deliveryOf[selection[i]!]!;
  return owners;
}

function rowsToPlace(
  selection: Selection,
  deliveryOf: Uint32Array,
  isDurable: (delivery: number) => boolean,
): Selection {
  const rows = selection ?? Int32Array.from(deliveryOf, (_, row) => row);
  const left = rows.filter((row) => !isDurable(deliveryOf[row]!));
  return left.length === deliveryOf.length ? undefined : left;
}

/** Where the rows from `start` on end that a row group with so much room takes: at the end of a delivery, so a little beyond. */
function endOfRoom(owners: Uint32Array, start: number, room: number): number {
  let end = Math.min(owners.length, start + Math.max(1, room));
  while (end < owners.length && owners[end] === owners[end - 1]) end++;
  return end;
}

/** The rows of a selection, or of the whole batch, from its `start`-th up to its `end`-th. */
function rowsBetween(batch: ColumnBatch, selection: Selection, start: number, end: number): Selection {
  if (selection) return selection.subarray(start, end);
  if (end - start === batch.length) return undefined;
  return Int32Array.from({ length: end - start }, (_, i) => start + i);
}

function noteDeliveries(group: OpenRowGroup, owners: Uint32Array, to: PlacementListener): void {
  let last = group.deliveries.at(-1) ?? -1;
  for (const delivery of owners) {
    if (delivery === last) continue;
    last = delivery;
    group.deliveries.push(delivery);
    to.placed(delivery);
  }
}
