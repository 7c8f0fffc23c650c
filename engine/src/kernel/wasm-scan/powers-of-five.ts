const MIN_POWER = -342;
const MAX_POWER = 308;
const BITS = 128n;
/** 5^27, the largest that 64 bits hold. */
const EXACT_POWER = 5n ** 27n;

/** Bytes of the table that `powersOfFive` makes. */
export const POWERS_BYTES = (MAX_POWER - MIN_POWER + 1) * 16;

/**
 * The highest 128 bits of 5^q for q from −342 to 308, as Eisel's and Lemire's algorithm wants them: pairs of 64 bits, the higher
 * first; cut off for q ≥ 0 and rounded up for the reciprocals of q < 0.
 */
export function powersOfFive(): BigUint64Array {
  const table = new BigUint64Array(POWERS_BYTES / 8);
  let power = 1n;
  for (let q = 0; q <= -MIN_POWER; q++, power *= 5n) {
    if (q <= MAX_POWER) put(table, q, highest(power));
    if (q > 0) put(table, -q, reciprocal(power));
  }
  return table;
}

function put(table: BigUint64Array, q: number, value: bigint): void {
  const at = (q - MIN_POWER) * 2;
  table[at] = value >> 64n;
  table[at + 1] = BigInt.asUintN(64, value);
}

function highest(value: bigint): bigint {
  const length = bitLength(value);
  return length <= BITS ? value << (BITS - length) : value >> (length - BITS);
}

/** 2^n / value with 128 bits: rounded up if the power is small enough for that to be exact enough, else cut off. */
function reciprocal(value: bigint): bigint {
  const length = bitLength(value);
  return value <= EXACT_POWER
    ? (1n << (length + BITS - 1n)) / value + 1n
    : highest((1n << (length * 2n + BITS)) / value + 1n);
}

function bitLength(value: bigint): bigint {
  return BigInt(value.toString(2).length);
}
