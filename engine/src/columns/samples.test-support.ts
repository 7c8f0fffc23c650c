import fc from 'fast-check';
import { formatDate, formatTime } from '../core/calendar.ts';
import { formatDecimal } from '../core/decimal.ts';
import type { Type } from '../core/schema.ts';
import type { Value } from './values.ts';

/** A type and values of it, nulls among them, for property tests. */
export interface Sample {
  readonly type: Type;
  readonly values: readonly Value[];
}

const safeInteger = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -5, max: 5 }));
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const micros = fc.integer({ min: -8e15, max: 8e15 });

type Leaf = readonly [Type, fc.Arbitrary<Value>];

const leaves: readonly Leaf[] = [
  [{ kind: 'int' }, safeInteger],
  [{ kind: 'int8' }, fc.integer({ min: -128, max: 127 })],
  [{ kind: 'int16' }, fc.integer({ min: -32768, max: 32767 })],
  [{ kind: 'int32' }, fc.integer()],
  [{ kind: 'int64' }, int64],
  [{ kind: 'uint8' }, fc.nat(255)],
  [{ kind: 'uint16' }, fc.nat(65535)],
  [{ kind: 'uint32' }, fc.nat(2 ** 32 - 1)],
  [{ kind: 'uint64' }, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })],
  [{ kind: 'float' }, fc.float()],
  [{ kind: 'double' }, fc.double()],
  [{ kind: 'string' }, text],
  [{ kind: 'json' }, fc.json()],
  [{ kind: 'binary' }, fc.uint8Array({ maxLength: 50 }).map((bytes) => Uint8Array.from(bytes))],
  [{ kind: 'bool' }, fc.boolean()],
  [{ kind: 'date' }, fc.integer({ min: -719528, max: 2932896 }).map(formatDate)],
  [{ kind: 'time' }, fc.nat(86_400_000_000 - 1).map(formatTime)],
  [{ kind: 'uuid' }, fc.uuid()],
  [
    { kind: 'decimal', precision: 38, scale: 9 },
    fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }).map((n) => formatDecimal(n, 9)),
  ],
  [{ kind: 'timestamp', unit: 'us', utc: true }, micros],
  [{ kind: 'timestamp', unit: 'ms', utc: true }, micros.map((n) => Math.floor(n / 1000) * 1000)],
  [{ kind: 'timestamp', unit: 'ns', utc: false }, int64],
];

const optional = (value: fc.Arbitrary<Value>): fc.Arbitrary<Value> => fc.option(value, { freq: 4 });

/** Types with an arbitrary of their values, nested up to `depth`. */
export function typed(depth: number): fc.Arbitrary<Leaf> {
  const leaf = fc.constantFrom(...leaves);
  if (depth === 0) return leaf;
  const inner = typed(depth - 1);
  return fc.oneof(
    { weight: 3, arbitrary: leaf },
    { weight: 1, arbitrary: inner.map(listOf) },
    { weight: 1, arbitrary: fc.array(inner, { minLength: 1, maxLength: 3 }).map(structOf) },
    { weight: 1, arbitrary: inner.map(mapOf) },
  );
}

/** Values of arbitrary types. */
export function samples(depth = 2): fc.Arbitrary<Sample> {
  return typed(depth).chain(([type, value]) =>
    fc.array(optional(value), { maxLength: 40 }).map((values) => ({ type, values })),
  );
}

function listOf([type, value]: Leaf): Leaf {
  return [{ kind: 'list', element: { type, optional: true } }, fc.array(optional(value), { maxLength: 5 })];
}

function structOf(members: readonly Leaf[]): Leaf {
  const fields = members.map(([type], i) => ({ name: `f${i}`, type, optional: true }));
  return [
    { kind: 'struct', fields },
    fc.record(Object.fromEntries(members.map(([, value], i) => [`f${i}`, optional(value)]))).map((o) => ({ ...o })),
  ];
}

function mapOf([type, value]: Leaf): Leaf {
  return [
    { kind: 'map', key: { kind: 'string' }, value: { type, optional: true } },
    fc.dictionary(fc.string({ maxLength: 5 }), optional(value), { maxKeys: 4 }).map((o) => ({ ...o })),
  ];
}
