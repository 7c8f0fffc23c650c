import type { ByteSource } from './footer-reader.ts';
import { requiredNumber, structAt } from './metadata.ts';
import { readStruct } from './thrift-reader.ts';
import { xxHash64 } from './xxhash.ts';

/*
 * A split block bloom filter: a header, then blocks of 8 words of 32 bits. The upper half of a value's hash picks the block,
 * the lower half sets one bit in each word.
 */

const HEADER = { bytes: 1, algorithm: 2, hash: 3, compression: 4 } as const;
/** The one member that each of the header's unions has. */
const ONLY = 1;
const HEADER_BYTES = 64; // more than any header takes
const BLOCK_BYTES = 32;
const MAX_BYTES = 128 << 20; // as the format bounds it
const SALTS = [0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31];

/**
 * Whether a chunk may hold one of the values, given in their PLAIN encoding without a length. True where there is no filter of a
 * kind that is known: false is a promise.
 */
export async function mayContain(source: ByteSource, offset: number, values: readonly Uint8Array[]): Promise<boolean> {
  if (offset <= 0 || offset >= source.byteLength) return true;
  const head = new Uint8Array(await source.slice(offset, Math.min(offset + HEADER_BYTES, source.byteLength)));
  const { value: header, end } = readStruct(head);
  const size = requiredNumber(header, HEADER.bytes, 'numBytes');
  const unions = [HEADER.algorithm, HEADER.hash, HEADER.compression];
  const isKnown = unions.every((id) => structAt(header, id, 'bloom filter header')?.has(ONLY));
  const start = offset + end;
  if (!isKnown || size < BLOCK_BYTES || size > MAX_BYTES || start + size > source.byteLength) return true;
  const blocks = Math.floor(size / BLOCK_BYTES);
  for (const value of values) {
    const hash = xxHash64(value);
    const block = start + BLOCK_BYTES * Number(((hash >> 32n) * BigInt(blocks)) >> 32n);
    // A block a value: far fewer bytes than the filter.
    if (holds(new DataView(await source.slice(block, block + BLOCK_BYTES)), Number(hash & 0xffffffffn))) return true;
  }
  return false;
}

function holds(block: DataView, key: number): boolean {
  return SALTS.every((salt, i) => {
    const bit = Math.imul(key, salt) >>> 27;
    return ((block.getUint32(4 * i, true) >>> bit) & 1) === 1;
  });
}
