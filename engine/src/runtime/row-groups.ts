import { type ColumnBuilder, createBuilder } from '../columns/builder.ts';
import type { ColumnBatch, Selection } from '../columns/column.ts';
import type { Encoder, Segment } from '../columns/encoder.ts';
import type { Partitioner } from '../columns/partition.ts';

/** When a lane seals a row group by itself. */
export interface RowGroupLimits {
  /** Size after encoding, as far as it can be foreseen. */
  readonly encodedBytes: number;
  readonly rows: number;
  /** Column bytes that all open row groups of the lane may hold together; beyond it the largest are sealed. */
  readonly laneBytes: number;
}

/** A sealed row group and whose rows it holds. */
export interface SealedRowGroup {
  readonly partition: string;
  readonly segment: Segment;
  /** Numbers of the deliveries with rows in it, ascending. */
  readonly deliveries: Uint32Array;
  readonly firstRowAtMs: number;
}

interface OpenRowGroup {
  readonly partition: string;
  readonly columns: ColumnBuilder[];
  readonly firstRowAtMs: number;
  rows: number;
  deliveries: number[];
}

/** Before anything was encoded: NDJSON-like columns shrink to about this share. */
const FIRST_GUESS = 0.4;
/** Weight of the newest measurement in the learned ratio. */
const LEARNING = 0.5;

/**
 * The lane's side of one sink: rows gathered into one open row group a partition, encoded when sealed.
 * The ratio of encoded to column bytes is learned from each seal, a partition at a time where it has been seen.
 */
export class RowGroups {
  readonly #encoder: Encoder;
  readonly #partitioner: Partitioner;
  readonly #limits: RowGroupLimits;
  readonly #open = new Map<string, OpenRowGroup>();
  #ratio = FIRST_GUESS;

  constructor(encoder: Encoder, partitioner: Partitioner, limits: RowGroupLimits) {
    this.#encoder = encoder;
    this.#partitioner = partitioner;
    this.#limits = limits;
  }

  /**
   * Places the rows of a batch; `deliveryOf[row]` is ascending. Calls `placed` once for each delivery and row group that
   * takes rows of it for the first time, `opened` for each row group that this opens, and `sealed` for each that has its rows
   * before all rows are placed. The rows of a delivery stay together, whatever the limits.
   */
  add(batch: ColumnBatch, deliveryOf: Uint32Array, nowMs: number, listen: PlacementListener): void {
    const fileBatch = this.#partitioner.fileBatch(batch);
    for (const { path, selection } of this.#partitioner.split(batch)) {
      const owners = selection ? Uint32Array.from(selection, (row) => deliveryOf[row]!) : deliveryOf;
      for (let start = 0; start < owners.length; ) {
        const group = this.#open.get(path) ?? this.#create(path, nowMs, listen);
        const end = endOfRoom(owners, start, this.#limits.rows - group.rows);
        append(group, fileBatch, { selection, start, end });
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
    for (const group of this.#open.values()) {
      const bytes = byteSize(group);
      const isFull = group.rows >= this.#limits.rows || bytes * this.#ratio >= this.#limits.encodedBytes;
      if (isFull) full.push(group.partition);
      else rest.push({ partition: group.partition, bytes });
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
    const bytes = byteSize(group);
    const segment = this.#encoder.encode({
      fields: this.#partitioner.fileFields,
      length: group.rows,
      columns: group.columns.map((column) => column.finish()),
    });
    if (bytes > 0) this.#ratio += LEARNING * (segment.bytes.byteLength / bytes - this.#ratio);
    return { partition, segment, deliveries: Uint32Array.from(group.deliveries), firstRowAtMs: group.firstRowAtMs };
  }

  #create(partition: string, nowMs: number, listen: PlacementListener): OpenRowGroup {
    const columns = this.#partitioner.fileFields.map((field) => createBuilder(field.type));
    const group = { partition, columns, firstRowAtMs: nowMs, rows: 0, deliveries: [] };
    this.#open.set(partition, group);
    listen.opened(partition, nowMs);
    return group;
  }
}

export interface PlacementListener {
  placed(delivery: number): void;
  opened(partition: string, firstRowAtMs: number): void;
  sealed(group: SealedRowGroup): void;
}

/** Where the rows from `start` on end that a row group with so much room takes: at the end of a delivery, so a little beyond. */
function endOfRoom(owners: Uint32Array, start: number, room: number): number {
  let end = Math.min(owners.length, start + Math.max(1, room));
  while (end < owners.length && owners[end] === owners[end - 1]) end++;
  return end;
}

interface Run {
  readonly selection: Selection;
  readonly start: number;
  readonly end: number;
}

/** Adds the rows of a selection, or of the whole batch, from `start` up to `end`. */
function append(group: OpenRowGroup, batch: ColumnBatch, { selection, start, end }: Run): void {
  const whole = end - start === (selection?.length ?? batch.length);
  group.columns.forEach((builder, index) => {
    const column = batch.columns[index]!;
    if (selection) builder.appendSelection(column, selection.subarray(start, end));
    else if (whole) builder.appendSelection(column, undefined);
    else builder.appendRange(column, start, end);
  });
  group.rows += end - start;
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

function byteSize(group: OpenRowGroup): number {
  let bytes = 0;
  for (const column of group.columns) bytes += column.byteSize;
  return bytes;
}
