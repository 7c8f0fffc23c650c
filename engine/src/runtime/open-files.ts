import type { HeldSegment, Segment, StoredBytes } from '../columns/encoder.ts';
import type { OpenBatch } from '../core/batcher.ts';
import { totalBytes } from '../core/total-bytes.ts';
import type { SealTarget } from './messages.ts';
import type { SpoolFile } from './spool.ts';

/** A delivery, named across lanes. */
export interface DeliveryRef {
  readonly lane: number;
  readonly seq: number;
}

/** A sealed row group: its bytes are in memory, or in the spool. */
export interface SealedGroup extends HeldSegment {
  parts: readonly (Uint8Array | StoredBytes)[];
}

/** What of a row group lies in memory: all of it, or nothing. */
export function partsInMemory({ parts }: SealedGroup): Uint8Array[] {
  return parts.filter((part) => part instanceof Uint8Array);
}

/** What a lane has not sealed yet of a file. */
interface UnsealedPart {
  readonly firstRowAtMs: number;
  /** Foreseen; 0 until the lane tells. */
  sizeBytes: number;
}

/** A file in the making: sealed row groups of all lanes for one partition of one sink. */
export interface OpenFile extends SealTarget, OpenBatch {
  readonly segments: SealedGroup[];
  /** Lane and delivery numbers, one entry a sealed row group. */
  readonly deliveries: { lane: number; seqs: Uint32Array }[];
  sizeBytes: number;
  heldBytes: number;
  rows: number;
  firstRowAtMs: number;
  /** Lanes with an unsealed row group for this partition. */
  readonly unsealed: Map<number, UnsealedPart>;
  /** Set while lanes are asked to seal what belongs into this file. */
  sealing: boolean;
  /** Set while one lane is asked for what the file lacks. */
  isToppedUp: boolean;
  /** Where spooled segments lie. */
  readonly spooled: SpoolFile[];
  /** It was written, or given up: what is spooled from now on is for nothing. */
  isOver: boolean;
}

/** Memory of a sealed row group beside its bytes: objects, and the lists that name its deliveries. */
const GROUP_BYTES = 1_536;

/** What a sealed row group takes of the memory whether its bytes are spooled or not. */
function fixedBytes({ meta }: Pick<Segment, 'meta'>, seqs: Uint32Array): number {
  return GROUP_BYTES + meta.byteLength + seqs.byteLength;
}

/** The lane whose row group is the largest of those that belong into a file, and what the file will hold once it is sealed. */
export function largestUnsealed({
  sizeBytes,
  unsealed,
}: OpenFile): { lane: number; foreseenBytes: number } | undefined {
  let largest: { lane: number; foreseenBytes: number } | undefined;
  for (const [lane, part] of unsealed) {
    const foreseenBytes = sizeBytes + part.sizeBytes;
    if (!largest || foreseenBytes > largest.foreseenBytes) largest = { lane, foreseenBytes };
  }
  return largest;
}

/** All open files of a run. Pure bookkeeping. */
export class OpenFiles {
  readonly #files = new Map<string, OpenFile>();
  #heldBytes = 0;

  get size(): number {
    return this.#files.size;
  }

  /** Bytes in memory. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  values(): Iterable<OpenFile> {
    return this.#files.values();
  }

  get(key: string): OpenFile | undefined {
    return this.#files.get(key);
  }

  /** A lane has begun a row group. */
  opened(lane: number, target: SealTarget, firstRowAtMs: number): void {
    this.#file(target, firstRowAtMs).unsealed.set(lane, { firstRowAtMs, sizeBytes: 0 });
  }

  /** A lane foresees the size of its row group. Answers the file it will be part of. */
  grown(lane: number, { sink, partition }: SealTarget, sizeBytes: number): OpenFile | undefined {
    const file = this.#files.get(keyOf(sink, partition));
    const part = file?.unsealed.get(lane);
    if (part) part.sizeBytes = sizeBytes;
    return file;
  }

  /** A lane has sealed its row group: the rows are the landing's now. */
  sealed(lane: number, target: SealTarget, segment: Segment, seqs: Uint32Array, firstRowAtMs: number): OpenFile {
    const file = this.#file(target, firstRowAtMs);
    file.unsealed.delete(lane);
    file.segments.push({ ...segment });
    file.deliveries.push({ lane, seqs });
    const bytes = totalBytes(segment.parts);
    file.sizeBytes += bytes;
    this.hold(file, bytes + fixedBytes(segment, seqs));
    file.rows += segment.rows;
    return file;
  }

  /** A file takes so much more memory, or less; it may be taken out already. */
  hold(file: OpenFile, bytes: number): void {
    file.heldBytes += bytes;
    if (this.#files.get(file.key) === file) this.#heldBytes += bytes;
  }

  /** Takes out what is sealed; rows still in lanes begin the next file. Undefined when nothing is sealed. */
  take(key: string): OpenFile | undefined {
    const file = this.#files.get(key);
    if (!file) return undefined;
    this.#files.delete(key);
    this.#heldBytes -= file.heldBytes;
    const { sink, partition } = file;
    for (const [lane, { firstRowAtMs, sizeBytes }] of file.unsealed) {
      this.opened(lane, { sink, partition }, firstRowAtMs);
      this.grown(lane, { sink, partition }, sizeBytes);
    }
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
  batches(sink: number): OpenFile[] {
    return Array.from(this.#files.values()).filter((file) => file.sink === sink && !file.sealing);
  }

  #file({ sink, partition }: SealTarget, firstRowAtMs: number): OpenFile {
    const key = keyOf(sink, partition);
    let file = this.#files.get(key);
    if (!file) {
      file = emptyFile({ key, sink, partition, firstRowAtMs });
      this.#files.set(key, file);
    }
    file.firstRowAtMs = Math.min(file.firstRowAtMs, firstRowAtMs);
    return file;
  }
}

function keyOf(sink: number, partition: string): string {
  return `${sink}/${partition}`;
}

function emptyFile(about: Pick<OpenFile, 'key' | 'sink' | 'partition' | 'firstRowAtMs'>): OpenFile {
  return {
    ...about,
    segments: [],
    deliveries: [],
    sizeBytes: 0,
    heldBytes: 0,
    rows: 0,
    unsealed: new Map(),
    sealing: false,
    isToppedUp: false,
    spooled: [],
    isOver: false,
  };
}
