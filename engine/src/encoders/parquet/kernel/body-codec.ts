import type { Kernel } from '../../../kernel/kernel.ts';
import { type PageCodec, pageCodec } from '../compress.ts';
import type { Codec } from '../options.ts';

/** Compresses what lies in the kernel's memory. The answer is valid until the next call. */
export interface BodyCodec {
  /** CompressionCodec's number in parquet.thrift. */
  readonly id: number;
  compress(address: number, length: number): Uint8Array;
}

const NONE = 0;
const SNAPPY = 1;
const ZSTD = 6;
const SNAPPY_TABLE_BYTES = 1 << 15;

/** Codecs of one kernel, with the memory they need. */
export class BodyCodecs {
  readonly #kernel: Kernel;
  #target = 0;
  #targetBytes = 0;
  #table = 0;
  readonly #stored = new StoredFrame();
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
    if (codec === 'snappy') return { id: SNAPPY, compress: (address, length) => this.#snappy(address, length) };
    const native = pageCodec(codec, level);
    if (!native) return undefined;
    const compress = (address: number, length: number) => this.#native(native, plain(address, length));
    return { id: native.id, compress };
  }

  release(): void {
    this.#kernel.release(this.#target);
    this.#kernel.release(this.#table);
  }

  #native(codec: PageCodec, page: Uint8Array): Uint8Array {
    return codec.id === ZSTD && page.length <= StoredFrame.MAX_BYTES ? this.#stored.of(page) : codec.compress(page);
  }

  #snappy(address: number, length: number): Uint8Array {
    const { exports } = this.#kernel;
    const bound = exports.snappyBound(length);
    if (bound > this.#targetBytes) {
      this.#kernel.release(this.#target);
      this.#targetBytes = bound;
      this.#target = this.#kernel.allocate(bound);
    }
    if (this.#table === 0) this.#table = this.#kernel.allocate(SNAPPY_TABLE_BYTES);
    const written = exports.snappyCompress(address, length, this.#target, this.#table);
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
