import type { Value } from '../../../engine/src/columns/values.ts';
import { formatDate, formatTime } from '../../../engine/src/core/calendar.ts';
import { formatDecimal } from '../../../engine/src/core/decimal.ts';
import type { Random } from './random.ts';

/** The values of a type: those at its edges, and as many different ones as are asked for. */
export interface Domain {
  readonly edges: readonly Value[];
  any(random: Random): Value;
}

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

const wide = (random: Random) => (BigInt(random()) << 32n) | BigInt(random());
const int64 = (random: Random) => BigInt.asIntN(64, wide(random));
const below = (random: Random, limit: number) => (random() * 2 ** 21 + (random() >>> 11)) % limit;
const words = ['', 'ä', 'shop', '€uro', 'https://example.com/', '😀', 'a longer piece of text that is shared '];
const text = (random: Random) => `${words[random() % words.length]}${random() % 10_000}`;
const bytes = (random: Random, length: number) => Uint8Array.from({ length }, () => random());
const hex = (random: Random, length: number) => Buffer.from(bytes(random, length)).toString('hex');
const decimal = (precision: number, scale: number) => (random: Random) => {
  const unscaled = ((wide(random) << 64n) | wide(random)) % 10n ** BigInt(precision);
  return formatDecimal(random() % 2 ? unscaled : -unscaled, scale);
};

function integers(edges: readonly number[], size: number, min: number): Domain {
  return { edges, any: (random) => min + (random() % size) };
}

/** By the notation of types. */
export const domains: Readonly<Record<string, Domain>> = {
  int: {
    edges: [Number.MIN_SAFE_INTEGER, 0, -1, Number.MAX_SAFE_INTEGER],
    any: (random) => below(random, 2 ** 53) - 2 ** 52,
  },
  int8: integers([-128, 0, 127], 256, -128),
  int16: integers([-32_768, -1, 32_767], 65_536, -32_768),
  int32: integers([-(2 ** 31), 0, 2 ** 31 - 1], 2 ** 32, -(2 ** 31)),
  int64: { edges: [MIN_INT64, -1n, 0n, 2n ** 53n + 1n, MAX_INT64], any: int64 },
  uint8: integers([0, 128, 255], 256, 0),
  uint16: integers([0, 32_768, 65_535], 65_536, 0),
  uint32: integers([0, 2 ** 31, 2 ** 32 - 1], 2 ** 32, 0),
  uint64: { edges: [0n, 2n ** 63n, 2n ** 64n - 1n], any: wide },
  float: { edges: [-1.5, 0, -0, Infinity, -Infinity, NaN], any: (random) => Math.fround(random() / 1000 - 1e6) },
  double: {
    edges: [Number.MIN_VALUE, 0.1, 0, -0, Number.MAX_VALUE, -Infinity, NaN],
    any: (random) => random() / 7 - 1e8,
  },
  string: { edges: ['', 'a', 'ä€😀\u0000', 'x'.repeat(3000), '\u{10ffff}'], any: text },
  json: { edges: ['{"a":[1,9007199254740993]}', 'null', '""'], any: (random) => JSON.stringify({ k: text(random) }) },
  binary: {
    edges: [Uint8Array.of(), Uint8Array.of(0), Uint8Array.of(255, 255), new Uint8Array(300).fill(255)],
    any: (random) => bytes(random, random() % 24),
  },
  bool: { edges: [true, false], any: (random) => random() % 3 === 0 },
  date: {
    edges: ['0001-01-01', '1969-12-31', '9999-12-31'],
    any: (random) => formatDate((random() % 100_000) - 50_000),
  },
  time: {
    edges: ['00:00:00', '23:59:59.999999'],
    any: (random) => formatTime(below(random, 86_400_000_000)),
  },
  uuid: {
    edges: ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
    any: (random) => [4, 2, 2, 2, 6].map((length) => hex(random, length)).join('-'),
  },
  'decimal(9, 2)': { edges: ['-9999999.99', '0.00', '9999999.99'], any: decimal(9, 2) },
  'decimal(18, 18)': { edges: ['-0.999999999999999999', '0.000000000000000001'], any: decimal(18, 18) },
  'decimal(19, 0)': { edges: ['-9999999999999999999', '9999999999999999999'], any: decimal(19, 0) },
  'decimal(38, 9)': { edges: [`-${'9'.repeat(29)}.${'9'.repeat(9)}`, '0.000000000'], any: decimal(38, 9) },
  'timestamp(ms)': {
    edges: [-8_000_000_000_000_000, 0, 1_709_290_000_123_000],
    any: (random) => (below(random, 4e12) - 2e12) * 1000,
  },
  timestamp: {
    edges: [-8_000_000_000_000_001, -1, 8_000_000_000_000_001],
    any: (random) => below(random, 4e15) - 2e15,
  },
  'timestamp(us, local)': { edges: [-1, 0], any: (random) => below(random, 4e15) },
  'timestamp(ns, local)': { edges: [-1n, 0n, 2n ** 62n, -(2n ** 62n)], any: (random) => int64(random) / 4n },
};
