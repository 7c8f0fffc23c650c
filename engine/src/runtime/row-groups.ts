import type { ColumnBatch, Selection } from '../columns/column.ts';
import type { Encoder, RowGroupWriter, Segment } from '../columns/encoder.ts';
import type { Partitioner } from '../columns/partition.ts';
import { GatheredRowGroup, type SizeRatio } from './gathered-row-group.ts';

/** When a lane seals a row group by itself. */
export interface RowGroupLimits {
  /** Size after encoding, as far as it can be foreseen. */
  readonly encodedBytes: number;
  readonly rows: number;
  /** Bytes that all open row groups of the lane may hold together; beyond it the largest are sealed. */
  readonly laneBytes: number;
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

interface OpenRowGroup {
  readonly partition: string;
  readonly writer: RowGroupWriter;
  readonly firstRowAtMs: number;
  deliveries: number[];
}

/** Before anything was encoded: NDJSON-like columns shrink to about this share. */
const FIRST_GUESS = 0.4;

/** The lane's side of one sink: one open row group a partition, and when they are sealed. */
export class RowGroups {
  readonly #encoder: Encoder;
  readonly #partitioner: Partitioner;
  readonly #limits: RowGroupLimits;
  readonly #open = new Map<string, OpenRowGroup>();
  readonly #ratio: SizeRatio = { value: FIRST_GUESS };

  constructor(encoder: Encoder, partitioner: Partitioner, limits: RowGroupLimits) {
    this.#encoder = encoder;
    this.#partitioner = partitioner;
    this.#limits = limits;
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
    for (const { path, selection: all } of this.#partitioner.split(batch)) {
      const selection = isDurable ? rowsToPlace(all, deliveryOf, (delivery) => isDurable(delivery, path)) : all;
      const owners = selection ? Uint32Array.from(selection, (row) => deliveryOf[row]!) : deliveryOf;
      for (let start = 0; start < owners.length; ) {
        const group = this.#open.get(path) ?? this.#create(path, nowMs, listen);
        const end = endOfRoom(owners, start, this.#limits.rows - group.writer.rows);
        group.writer.append(fileBatch, rowsBetween(fileBatch, selection, start, end));
        noteDeliveries(group, owners.subarray(start, end), listen);
        start = end;
        if (start < owners.length) listen.sealed(this.seal(path)!);
      }
    }
  }

  /** Partitions whose row group is full, then the largest ones until the lane is within its bytes again. */
  full(): string[] {
    const full: string[] = [];
    const rest: { partition: string; bytes: number }[] = [];
    let held = 0;
    for (const { partition, writer } of this.#open.values()) {
      const isFull = writer.rows >= this.#limits.rows || writer.encodedBytes >= this.#limits.encodedBytes;
      const bytes = writer.heldBytes;
      if (isFull) full.push(partition);
      else rest.push({ partition, bytes });
      held += isFull ? 0 : bytes;
    }
    if (held <= this.#limits.laneBytes) return full;
    for (const { partition, bytes } of rest.sort((a, b) => b.bytes - a.bytes)) {
      if (held <= this.#limits.laneBytes / 2) break;
      full.push(partition);
      held -= bytes;
    }
    return full;
  }

  get partitions(): string[] {
    return [...this.#open.keys()];
  }

  /** Encodes what a partition holds; undefined if it holds nothing. */
  seal(partition: string): SealedRowGroup | undefined {
    const group = this.#open.get(partition);
    if (!group) return undefined;
    this.#open.delete(partition);
    const startMs = performance.now();
    const segment = group.writer.seal();
    const deliveries = Uint32Array.from(group.deliveries);
    return { partition, segment, deliveries, firstRowAtMs: group.firstRowAtMs, sealMs: performance.now() - startMs };
  }

  #create(partition: string, nowMs: number, listen: PlacementListener): OpenRowGroup {
    const { fileFields } = this.#partitioner;
    const writer = this.#encoder.open?.(fileFields) ?? new GatheredRowGroup(this.#encoder, fileFields, this.#ratio);
    const group = { partition, writer, firstRowAtMs: nowMs, deliveries: [] };
    this.#open.set(partition, group);
    listen.opened(partition, nowMs);
    return group;
  }
}

/** Whether the rows of a delivery for a partition are durable already. */
export type IsDurable = (delivery: number, partition: string) => boolean;

export interface PlacementListener {
  placed(delivery: number): void;
  opened(partition: string, firstRowAtMs: number): void;
  sealed(group: SealedRowGroup): void;
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
