import type { Kernel } from '../../../kernel/kernel.ts';
import { bloomFilterBytes } from '../../../kernel/page-primitives.ts';
import { STATE } from '../../../kernel/pages.ts';
import { CompactWriter } from '../../../parquet/compact-writer.ts';

const HASH_BYTES = 8;

/**
 * The hashes of a column's values in an open row group, 8 bytes each, of which sealing makes a bloom filter: how large it has
 * to be is known only then.
 */
export class BloomHashes {
  readonly #kernel: Kernel;
  readonly #state: number;
  /** Share of values that are not in the column and seem to be. */
  readonly #fpp: number;
  #pages: Buffer[] = [];
  #count = 0;

  constructor(kernel: Kernel, state: number, fpp: number) {
    this.#kernel = kernel;
    this.#state = state;
    this.#fpp = fpp;
  }

  get heldBytes(): number {
    return this.#count * HASH_BYTES;
  }

  /** Notes the values of the open page, unless they are in the dictionary. */
  addPage(): void {
    const { words, exports } = this.#kernel;
    const count = words[(this.#state >> 2) + STATE.values]!;
    this.#add(count, (target) => exports.hashPage(this.#state, target));
  }

  /** The filter as it will lie in the file, of a column without values undefined. Forgets all. */
  finish(hasDictionary: boolean): Uint8Array | undefined {
    const { words, exports } = this.#kernel;
    const entries = words[(this.#state >> 2) + STATE.count]!;
    if (hasDictionary) this.#add(entries, (target) => exports.hashDictionary(this.#state, target));
    const filter = this.#count > 0 ? this.#filter() : undefined;
    this.#pages = [];
    this.#count = 0;
    return filter;
  }

  #add(count: number, hash: (target: number) => void): void {
    if (count === 0) return;
    const target = this.#kernel.allocate(count * HASH_BYTES);
    hash(target);
    this.#pages.push(Buffer.from(this.#kernel.bytes.subarray(target, target + count * HASH_BYTES)));
    this.#kernel.release(target);
    this.#count += count;
  }

  #filter(): Uint8Array {
    const { bytes, exports } = this.#kernel;
    const size = bloomFilterBytes(this.#count, this.#fpp);
    const filter = this.#kernel.allocate(size);
    bytes.fill(0, filter, filter + size);
    for (const page of this.#pages) {
      const hashes = this.#kernel.allocate(page.length);
      bytes.set(page, hashes);
      exports.bloomInsertHashes(filter, size, hashes, page.length / HASH_BYTES);
      this.#kernel.release(hashes);
    }
    const result = Buffer.concat([filterHeader(size), bytes.subarray(filter, filter + size)]);
    this.#kernel.release(filter);
    return result;
  }
}

/** BloomFilterHeader { 1: numBytes  2: algorithm { 1: BLOCK }  3: hash { 1: XXHASH }  4: compression { 1: UNCOMPRESSED } }. */
function filterHeader(sizeBytes: number): Uint8Array {
  const writer = new CompactWriter();
  writer.start();
  writer.i32(1, sizeBytes);
  for (const union of [2, 3, 4]) {
    writer.struct(union);
    writer.struct(1);
    writer.end();
    writer.end();
  }
  writer.end();
  return writer.bytes;
}
