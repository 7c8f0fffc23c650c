import { type Halves, Word64 } from './word64.ts';

// XXH64 with seed 0 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md). Halves are signed, as bitwise operators make them.
const PRIME_1 = /* @__PURE__ */ halves(0x9e3779b1, 0x85ebca87);
const PRIME_2 = /* @__PURE__ */ halves(0xc2b2ae3d, 0x27d4eb4f);
const PRIME_3 = /* @__PURE__ */ halves(0x165667b1, 0x9e3779f9);
const PRIME_4 = /* @__PURE__ */ halves(0x85ebca77, 0xc2b2ae63);
const PRIME_5 = /* @__PURE__ */ halves(0x27d4eb2f, 0x165667c5);
const STRIPE_BYTES = 32;
/** By how much each lane is turned before they are added up. */
const LANE_BITS = [1, 7, 12, 18] as const;

/** Calls are not nested, so all of them compute in the same words. */
const lanes = /* @__PURE__ */ Array.from({ length: 4 }, () => new Word64()) as [Word64, Word64, Word64, Word64];
const sum = /* @__PURE__ */ new Word64();
const scratch = /* @__PURE__ */ new Word64();
const product = /* @__PURE__ */ new Word64();

/** XXH64 of the first `length` bytes. The word is the caller's until the next call. */
export function xxh64(bytes: Uint8Array, length: number): Word64 {
  let at = length - (length % STRIPE_BYTES);
  if (at > 0) sumStripes(bytes, at);
  else sum.set(PRIME_5.high, PRIME_5.low);
  sum.add(scratch.set(0, length));
  for (; at + 8 <= length; at += 8) {
    round(scratch.set(0, 0), wordAt(bytes, at + 4), wordAt(bytes, at));
    sum.xor(scratch).rotate(27).multiply(PRIME_1).add(PRIME_4);
  }
  if (at + 4 <= length) {
    sum.xor(scratch.set(0, wordAt(bytes, at)).multiply(PRIME_1));
    sum.rotate(23).multiply(PRIME_2).add(PRIME_3);
    at += 4;
  }
  for (; at < length; at++) {
    sum.xor(scratch.set(0, bytes[at]!).multiply(PRIME_5));
    sum.rotate(11).multiply(PRIME_1);
  }
  return avalanche();
}

/** All whole stripes, in four lanes that meet at the end. */
function sumStripes(bytes: Uint8Array, end: number): void {
  const [a, b, c, d] = lanes;
  a.set(PRIME_1.high, PRIME_1.low).add(PRIME_2);
  b.set(PRIME_2.high, PRIME_2.low);
  c.set(0, 0);
  d.set(~PRIME_1.high, -PRIME_1.low); // less than zero by the prime: its low half is not zero
  for (let at = 0; at < end; at += STRIPE_BYTES) {
    for (let i = 0; i < 4; i++) round(lanes[i]!, wordAt(bytes, at + 8 * i + 4), wordAt(bytes, at + 8 * i));
  }
  sum.set(0, 0);
  for (let i = 0; i < 4; i++) sum.add(scratch.set(lanes[i]!.high, lanes[i]!.low).rotate(LANE_BITS[i]!));
  for (let i = 0; i < 4; i++) {
    round(scratch.set(0, 0), lanes[i]!.high, lanes[i]!.low);
    sum.xor(scratch).multiply(PRIME_1).add(PRIME_4);
  }
}

/** Takes eight bytes into a lane. */
function round(lane: Word64, high: number, low: number): void {
  lane.add(product.set(high, low).multiply(PRIME_2)).rotate(31).multiply(PRIME_1);
}

function avalanche(): Word64 {
  sum.xor(scratch.set(0, sum.high >>> 1)).multiply(PRIME_2);
  sum.xor(scratch.set(sum.high >>> 29, (sum.low >>> 29) | (sum.high << 3))).multiply(PRIME_3);
  return sum.xor(scratch.set(0, sum.high));
}

function halves(high: number, low: number): Halves {
  return { high: high | 0, low: low | 0 };
}

/** Four bytes, the lowest first. */
function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
