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
const ZSTD_LEVEL = 1;
/** A context of the library takes longer to set up than so small a page is worth, whatever the level. */
const ZSTD_SMALL_BYTES = 255;
const SNAPPY_TABLE_BYTES = 1 << 15;
const NOTHING = new Uint8Array(0);

/** Codecs of one kernel, with the memory they need. */
export class BodyCodecs {
  readonly #kernel: Kernel;
  #target = 0;
  #targetBytes = 0;
  #table = 0;
  #work = 0;
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
    const library = (address: number, length: number) => this.#native(native, plain(address, length));
    if (codec !== 'zstd') return { id: native.id, compress: library };
    const isFast = (level ?? ZSTD_LEVEL) === ZSTD_LEVEL;
    return {
      id: ZSTD,
      compress: (address, length, words) =>
        ((isFast || length <= ZSTD_SMALL_BYTES) && this.#zstd(address, length, words)) || library(address, length),
    };
  }

  release(): void {
    this.#kernel.release(this.#target);
    this.#kernel.release(this.#table);
    this.#kernel.release(this.#work);
    freeBuffer(this.#answer);
    this.#answer = NOTHING;
  }

  #native(codec: PageCodec, page: Uint8Array): Uint8Array {
    freeBuffer(this.#answer);
    this.#answer = codec.compress(page);
    return this.#answer;
  }

  /** Undefined for what the library compresses faster. */
  #zstd(address: number, length: number, words?: Words): Uint8Array | undefined {
    const { exports } = this.#kernel;
    const target = this.#room(exports.zstdBound(length));
    if (this.#work === 0) this.#work = this.#kernel.allocate(exports.zstdWorkBytes());
    const from = words?.from ?? length;
    const written = exports.zstdCompress(address, length, from, words?.doubles ? 1 : 0, target, this.#work);
    return written > 0 ? this.#bytes.subarray(target, target + written) : undefined;
  }

  #snappy(address: number, length: number, words?: Words): Uint8Array {
    const { exports } = this.#kernel;
    const target = this.#room(exports.snappyBound(length));
    if (this.#table === 0) this.#table = this.#kernel.allocate(SNAPPY_TABLE_BYTES);
    const written = words
      ? exports.snappyCompressWords(address, length, words.from, words.doubles ? 1 : 0, target, this.#table)
      : exports.snappyCompress(address, length, target, this.#table);
    return this.#bytes.subarray(target, target + written);
  }

  /** Where so many bytes may be written, until the next call. */
  #room(bytes: number): number {
    if (bytes > this.#targetBytes) {
      this.#kernel.release(this.#target);
      this.#targetBytes = bytes;
      this.#target = this.#kernel.allocate(bytes);
    }
    return this.#target;
  }
}
