import { totalBytes } from '../../core/total-bytes.ts';
/** Bytes of an object as a list of blocks, so that hundreds of MB never exist as one copy. Immutable once made. */
export interface Payload {
  readonly blocks: readonly Buffer[];
  readonly sizeBytes: number;
}

/** Large enough to keep the list short, small enough that a range touches little. */
const BLOCK_BYTES = 1 << 20;

/**
 * Collects a stream into own blocks. Copying matters: what a socket delivers are views of its 64 KiB read buffer, and
 * keeping a view of 100 bytes would keep all of it.
 */
export class PayloadBuilder {
  readonly #blocks: Buffer[] = [];
  #block: Buffer = Buffer.alloc(0);
  #used = 0;
  #sizeBytes = 0;

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  push(chunk: Buffer): void {
    for (let offset = 0; offset < chunk.length; ) {
      if (this.#used === this.#block.length) this.#grow(chunk.length - offset);
      const copied = chunk.copy(this.#block, this.#used, offset);
      this.#used += copied;
      offset += copied;
    }
    this.#sizeBytes += chunk.length;
  }

  finish(): Payload {
    if (this.#used > 0) this.#blocks.push(trimmed(this.#block, this.#used));
    this.#block = Buffer.alloc(0);
    this.#used = 0;
    return { blocks: this.#blocks, sizeBytes: this.#sizeBytes };
  }

  /** The first blocks fit what came, later ones are full-sized: small objects stay small. */
  #grow(wantedBytes: number): void {
    if (this.#used > 0) this.#blocks.push(this.#block);
    const sizeBytes = this.#sizeBytes < BLOCK_BYTES ? Math.min(wantedBytes, BLOCK_BYTES) : BLOCK_BYTES;
    this.#block = Buffer.allocUnsafeSlow(sizeBytes);
    this.#used = 0;
  }
}

/** A mostly empty block is copied: a view would keep its whole allocation. */
function trimmed(block: Buffer, usedBytes: number): Buffer {
  if (usedBytes === block.length) return block;
  const copy = Buffer.allocUnsafeSlow(usedBytes);
  block.copy(copy, 0, 0, usedBytes);
  return copy;
}

/** A payload over existing bytes, which the caller must not change any more. */
export function payloadOf(...blocks: Buffer[]): Payload {
  return { blocks, sizeBytes: totalBytes(blocks) };
}

/** The bytes of all parts in order, sharing their blocks. */
export function concatPayloads(parts: readonly Payload[]): Payload {
  return {
    blocks: parts.flatMap((part) => part.blocks),
    sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
  };
}

/** Views of the bytes `[start, end)`, in order. */
export function* slicePayload(payload: Payload, start: number, end: number): Generator<Buffer> {
  let offset = 0;
  for (const block of payload.blocks) {
    if (offset >= end) return;
    const from = Math.max(0, start - offset);
    const to = Math.min(block.length, end - offset);
    if (from < to) yield block.subarray(from, to);
    offset += block.length;
  }
}

/** Passes a stream through with one bit of the byte at `position` inverted; the original buffers stay as they were. */
export async function* flipByteAt(
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
  position: number,
): AsyncGenerator<Buffer> {
  let offset = 0;
  for await (const chunk of source) {
    const at = position - offset;
    offset += chunk.length;
    if (at < 0 || at >= chunk.length) {
      yield chunk;
      continue;
    }
    const flipped = Buffer.from(chunk);
    flipped[at] = flipped[at]! ^ 1;
    yield flipped;
  }
}
