import { freeBuffer } from '../../../core/free-buffer.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { type PageCodec, pageCodec } from '../compress.ts';
import type { Codec } from '../options.ts';

/** Compresses what lies in the kernel's memory. The answer is valid until the next call. */
export interface BodyCodec {
  /** CompressionCodec's number in parquet.thrift. */
  readonly id: number;
  compress(address: number, length: number, words?: Words): Uint8Array;
}

/** What may be known of a body: from byte `from` on it has values of 8 bytes. */
export interface Words {
  readonly from: number;
  readonly doubles: boolean;
}

const NONE = 0;
const SNAPPY = 1;
const ZSTD = 6;
const SNAPPY_TABLE_BYTES = 1 << 15;
const NOTHING = new Uint8Array(0);

/** Codecs of one kernel, with the memory they need. */
export class BodyCodecs {
  readonly #kernel: Kernel;
  #target = 0;
  #targetBytes = 0;
  #table = 0;
  readonly #stored = new StoredFrame();
  /** What a library answered last, in memory of its own. */
  #answer: Uint8Array = NOTHING;
  /** Not `kernel.bytes`: cutting a Buffer takes twice as long. */
  readonly #bytes: Uint8Array;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#bytes = new Uint8Array(kernel.buffer);
  }

  /** Undefined for lz4, which the kernel lacks. */
  of(codec: Codec, level: number | undefined): BodyCodec | undefined {
    const plain = (address: number, length: number) => this.#bytes.subarray(address, address + length);
    if (codec === 'none') return { id: NONE, compress: plain };
    if (codec === 'snappy') return { id: SNAPPY, compress: (...body) => this.#snappy(...body) };
    const native = pageCodec(codec, level);
    if (!native) return undefined;
    const compress = (address: number, length: number) => this.#native(native, plain(address, length));
    return { id: native.id, compress };
  }

  release(): void {
    this.#kernel.release(this.#target);
    this.#kernel.release(this.#table);
    freeBuffer(this.#answer);
    this.#answer = NOTHING;
  }

  #native(codec: PageCodec, page: Uint8Array): Uint8Array {
    if (codec.id === ZSTD && page.length <= StoredFrame.MAX_BYTES) return this.#stored.of(page);
    freeBuffer(this.#answer);
    this.#answer = codec.compress(page);
    return this.#answer;
  }

  #snappy(address: number, length: number, words?: Words): Uint8Array {
    const { exports } = this.#kernel;
    const bound = exports.snappyBound(length);
    if (bound > this.#targetBytes) {
      this.#kernel.release(this.#target);
      this.#targetBytes = bound;
      this.#target = this.#kernel.allocate(bound);
    }
    if (this.#table === 0) this.#table = this.#kernel.allocate(SNAPPY_TABLE_BYTES);
    const written = words
      ? exports.snappyCompressWords(address, length, words.from, words.doubles ? 1 : 0, this.#target, this.#table)
      : exports.snappyCompress(address, length, this.#target, this.#table);
    return this.#bytes.subarray(this.#target, this.#target + written);
  }
}

/*
 * A Zstandard frame that stores its content as it is (RFC 8878): a context of the library takes longer to set up than a small
 * page is worth.
 *   magic 28 b5 2f fd   descriptor 0x20: single segment, content size in one byte   size
 *   block header, 3 bytes: last block 1, type raw 0 << 1, size << 3                 content
 */
class StoredFrame {
  static readonly MAX_BYTES = 255;
  readonly #frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 0, 0, 0, 0, ...new Uint8Array(StoredFrame.MAX_BYTES)]);

  of(page: Uint8Array): Uint8Array {
    const header = (page.length << 3) | 1;
    this.#frame[5] = page.length;
    this.#frame[6] = header & 255;
    this.#frame[7] = header >> 8;
    this.#frame.set(page, 9);
    return this.#frame.subarray(0, 9 + page.length);
  }
}
