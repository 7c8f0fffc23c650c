/** A CRC in the reflected form with all-ones initial value and final inversion, as all of S3's are. */
export interface CrcSpec {
  widthBits: 32 | 64;
  /** Reflected polynomial. */
  polynomial: bigint;
}

export const CRC32: CrcSpec = { widthBits: 32, polynomial: 0xedb88320n };
export const CRC32C: CrcSpec = { widthBits: 32, polynomial: 0x82f63b78n };
export const CRC64_NVME: CrcSpec = { widthBits: 64, polynomial: 0x9a6c9329ac4bc9b5n };

/** Eight tables of 256 entries; an entry's low and high 32 bits lie apart, since JavaScript has no fast 64-bit integers. */
interface Tables {
  low: Int32Array;
  high: Int32Array;
}

const tablesOf = new Map<CrcSpec, Tables>();

/**
 * A running CRC, eight bytes a step ("slicing by 8"). A 32-bit CRC runs in the low half: in the reflected form the
 * upper half then stays zero, so one loop serves both widths.
 */
export class Crc {
  readonly #spec: CrcSpec;
  readonly #tables: Tables;
  #low = -1;
  #high: number;

  constructor(spec: CrcSpec) {
    this.#spec = spec;
    this.#tables = tables(spec);
    this.#high = spec.widthBits === 64 ? -1 : 0;
  }

  update(bytes: Buffer): void {
    const { low: tl, high: th } = this.#tables;
    const bulk = bytes.length & ~7;
    let low = this.#low;
    let high = this.#high;
    for (let i = 0; i < bulk; i += 8) {
      const x = low ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
      const y = high ^ (bytes[i + 4]! | (bytes[i + 5]! << 8) | (bytes[i + 6]! << 16) | (bytes[i + 7]! << 24));
      const a = 1792 + (x & 255);
      const b = 1536 + ((x >>> 8) & 255);
      const c = 1280 + ((x >>> 16) & 255);
      const d = 1024 + (x >>> 24);
      const e = 768 + (y & 255);
      const f = 512 + ((y >>> 8) & 255);
      const g = 256 + ((y >>> 16) & 255);
      const h = y >>> 24;
      low = tl[a]! ^ tl[b]! ^ tl[c]! ^ tl[d]! ^ tl[e]! ^ tl[f]! ^ tl[g]! ^ tl[h]!;
      high = th[a]! ^ th[b]! ^ th[c]! ^ th[d]! ^ th[e]! ^ th[f]! ^ th[g]! ^ th[h]!;
    }
    for (let i = bulk; i < bytes.length; i++) {
      const at = (low ^ bytes[i]!) & 255;
      low = ((low >>> 8) | (high << 24)) ^ tl[at]!;
      high = (high >>> 8) ^ th[at]!;
    }
    this.#low = low;
    this.#high = high;
  }

  /** The value so far, big-endian. */
  digest(): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeInt32BE(~this.#high, 0);
    bytes.writeInt32BE(~this.#low, 4);
    return bytes.subarray(8 - this.#spec.widthBits / 8);
  }
}

function tables(spec: CrcSpec): Tables {
  const known = tablesOf.get(spec);
  if (known) return known;
  const built: Tables = { low: new Int32Array(2048), high: new Int32Array(2048) };
  const first: bigint[] = [];
  for (let byte = 0; byte < 256; byte++) {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = timesX(value, spec);
    first.push(value);
  }
  for (let byte = 0, value = 0n; byte < 256; byte++) {
    value = first[byte]!;
    for (let table = 0; table < 8; table++) {
      built.low[table * 256 + byte] = Number(value & 0xffffffffn);
      built.high[table * 256 + byte] = Number(value >> 32n);
      value = (value >> 8n) ^ first[Number(value & 255n)]!;
    }
  }
  tablesOf.set(spec, built);
  return built;
}

/** The CRC of two byte strings laid end to end, from their CRCs and the length of the second. */
export function combineCrc(spec: CrcSpec, first: Buffer, second: Buffer, secondBytes: number): Buffer {
  // Appending n zero bits multiplies by x^n modulo the polynomial; the inversions cancel out.
  const shifted = multiply(spec, powerOfX(spec, BigInt(secondBytes) * 8n), toBigInt(first));
  return Buffer.from((shifted ^ toBigInt(second)).toString(16).padStart(spec.widthBits / 4, '0'), 'hex');
}

function toBigInt(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

function timesX(value: bigint, spec: CrcSpec): bigint {
  return value & 1n ? (value >> 1n) ^ spec.polynomial : value >> 1n;
}

/** Product of two polynomials; in the reflected form the top bit is the coefficient of x^0. */
function multiply(spec: CrcSpec, a: bigint, b: bigint): bigint {
  let product = 0n;
  for (let mask = 1n << BigInt(spec.widthBits - 1); mask > 0n; mask >>= 1n) {
    if (a & mask) product ^= b;
    b = timesX(b, spec);
  }
  return product;
}

function powerOfX(spec: CrcSpec, exponent: bigint): bigint {
  let result = 1n << BigInt(spec.widthBits - 1);
  let square = 1n << BigInt(spec.widthBits - 2);
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = multiply(spec, result, square);
    square = multiply(spec, square, square);
  }
  return result;
}
