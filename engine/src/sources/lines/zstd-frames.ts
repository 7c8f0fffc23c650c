/** First bytes of a frame, and those of one that holds no data, whose lowest four bits are free. RFC 8878, 3.1. */
const FRAME = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
/** In a frame's descriptor: a checksum follows the blocks; no window descriptor precedes the size. */
const HAS_CHECKSUM = 0x04;
const SINGLE_SEGMENT = 0x20;
const CHECKSUM_BYTES = 4;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
/** A block of one byte, repeated: its size is that of the result. */
const RLE = 1;

/** What comes next in a stream: bytes to look at, bytes to pass over, or the end of a frame. */
type Step = { readonly see: number } | { readonly pass: number } | 'end';

/**
 * The same bytes, cut where zstd frames end. A file may be several frames, one behind the other, but Node's decompressor ends with
 * the frame that ends inside of a chunk and says nothing of the rest; at a chunk's end it goes on with the next frame. Bytes that
 * are no frame are passed on, for the decompressor to refuse.
 */
export async function* cutZstdFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const walk = new Walk();
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.byteLength; ) {
      const to = walk.advance(chunk, from);
      yield chunk.subarray(from, to);
      from = to;
    }
  }
}

/** Follows the steps over chunks, wherever they are cut. */
class Walk {
  readonly #steps = walkFrames();
  #step = this.#steps.next().value;
  /** Bytes of the current step so far. */
  #taken = 0;
  #seen = Buffer.alloc(4);

  /** Where the frame ends that holds the byte at `from`; the chunk's end if it does not end in it. */
  advance(chunk: Uint8Array, from: number): number {
    let at = from;
    while (this.#step && this.#step !== 'end') {
      const wanted = 'see' in this.#step ? this.#step.see : this.#step.pass;
      const to = Math.min(chunk.byteLength, at + wanted - this.#taken);
      if ('see' in this.#step) this.#seen.set(chunk.subarray(at, to), this.#taken);
      this.#taken += to - at;
      at = to;
      if (this.#taken < wanted) return at;
      this.#next();
    }
    if (!this.#step) return chunk.byteLength;
    this.#next();
    return at;
  }

  #next(): void {
    this.#step = this.#steps.next(this.#seen).value;
    this.#taken = 0;
  }
}

/** The steps of any number of frames; ends at bytes that begin none. */
function* walkFrames(): Generator<Step, undefined, Buffer> {
  for (;;) {
    const magic = (yield { see: 4 }).readUInt32LE();
    if (magic === FRAME) yield* walkBlocks();
    else if ((magic & ~0xf) === SKIPPABLE) yield { pass: (yield { see: 4 }).readUInt32LE() };
    else return;
    yield 'end';
  }
}

function* walkBlocks(): Generator<Step, void, Buffer> {
  const descriptor = (yield { see: 1 })[0]!;
  yield { pass: headerBytes(descriptor) };
  for (let isLast = false; !isLast; ) {
    const header = (yield { see: 3 }).readUIntLE(0, 3);
    isLast = (header & 1) === 1;
    const isRepeated = ((header >> 1) & 3) === RLE;
    yield { pass: isRepeated ? 1 : header >> 3 };
  }
  if (descriptor & HAS_CHECKSUM) yield { pass: CHECKSUM_BYTES };
}

/** Length of what follows the descriptor in a frame's header. */
function headerBytes(descriptor: number): number {
  const isSingle = (descriptor & SINGLE_SEGMENT) !== 0;
  const contentSize = CONTENT_SIZE_BYTES[(descriptor >> 6) as 0 | 1 | 2 | 3];
  const dictionaryId = DICTIONARY_ID_BYTES[(descriptor & 3) as 0 | 1 | 2 | 3];
  return (isSingle ? Math.max(contentSize, 1) : 1 + contentSize) + dictionaryId;
}
