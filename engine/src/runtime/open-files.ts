import type { Segment } from '../columns/encoder.ts';
import type { OpenBatch } from '../core/batcher.ts';
import type { SealTarget } from './messages.ts';

/** A delivery, named across lanes. */
export interface DeliveryRef {
  readonly lane: number;
  readonly seq: number;
}

/** A file in the making: sealed row groups of all lanes for one partition of one sink. */
export interface OpenFile extends SealTarget {
  readonly key: string;
  readonly segments: Segment[];
  /** Lane and delivery numbers, one entry a sealed row group. */
  readonly deliveries: { lane: number; seqs: Uint32Array }[];
  sizeBytes: number;
  rows: number;
  firstRowAtMs: number;
  /** Lanes with an unsealed row group for this partition, and when its first row came. */
  readonly unsealed: Map<number, number>;
  /** Set while lanes are asked to seal what belongs into this file. */
  sealing: boolean;
}

/** All open files of a run. Pure bookkeeping. */
export class OpenFiles {
  readonly #files = new Map<string, OpenFile>();

  get size(): number {
    return this.#files.size;
  }

  get heldBytes(): number {
    let held = 0;
    for (const file of this.#files.values()) held += file.sizeBytes;
    return held;
  }

  values(): Iterable<OpenFile> {
    return this.#files.values();
  }

  get(key: string): OpenFile | undefined {
    return this.#files.get(key);
  }

  /** A lane has begun a row group. */
  opened(lane: number, target: SealTarget, firstRowAtMs: number): void {
    this.#file(target, firstRowAtMs).unsealed.set(lane, firstRowAtMs);
  }

  /** A lane has sealed its row group: the rows are the landing's now. */
  sealed(lane: number, target: SealTarget, segment: Segment, seqs: Uint32Array, firstRowAtMs: number): OpenFile {
    const file = this.#file(target, firstRowAtMs);
    file.unsealed.delete(lane);
    file.segments.push(segment);
    file.deliveries.push({ lane, seqs });
    file.sizeBytes += segment.bytes.byteLength;
    file.rows += segment.rows;
    return file;
  }

  /** Takes out what is sealed; rows still in lanes begin the next file. Undefined when nothing is sealed. */
  take(key: string): OpenFile | undefined {
    const file = this.#files.get(key);
    if (!file) return undefined;
    this.#files.delete(key);
    const { sink, partition } = file;
    for (const [lane, firstRowAtMs] of file.unsealed) this.opened(lane, { sink, partition }, firstRowAtMs);
    file.unsealed.clear();
    return file.segments.length > 0 ? file : undefined;
  }

  /** A lane is gone; what it had not sealed comes again from the source. */
  forget(lane: number): void {
    for (const file of this.#files.values()) {
      file.unsealed.delete(lane);
      if (file.segments.length === 0 && file.unsealed.size === 0) this.#files.delete(file.key);
    }
  }

  /** What the batcher of one sink decides upon; files whose lanes are being asked already are left out. */
  batches(sink: number): OpenBatch[] {
    return Array.from(this.#files.values()).filter((file) => file.sink === sink && !file.sealing);
  }

  #file({ sink, partition }: SealTarget, firstRowAtMs: number): OpenFile {
    const key = `${sink}/${partition}`;
    let file = this.#files.get(key);
    if (!file) {
      file = {
        key,
        sink,
        partition,
        segments: [],
        deliveries: [],
        sizeBytes: 0,
        rows: 0,
        firstRowAtMs,
        unsealed: new Map(),
        sealing: false,
      };
      this.#files.set(key, file);
    }
    file.firstRowAtMs = Math.min(file.firstRowAtMs, firstRowAtMs);
    return file;
  }
}
