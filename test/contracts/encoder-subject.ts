import type { Encoder } from '../../engine/src/columns/encoder.ts';
import type { Value } from '../../engine/src/columns/values.ts';
import type { Field } from '../../engine/src/core/schema.ts';
import { parseSlot } from '../../engine/src/core/schema-text.ts';
import type { AnyComponent } from '../../engine/src/pipeline/components.ts';
import type { Named } from './claim.ts';

export type Row = { readonly [name: string]: Value };

/** An encoder with its settings, and a reader that is able to look into its files. */
export interface EncoderSubject extends Named {
  /** A new instance: a lane and the landing have one each. */
  create(): Promise<Encoder>;
  /** The rows of a file, in order. */
  read(file: Uint8Array, fields: readonly Field[]): Promise<readonly Row[]>;
  /** Whether NaN, infinities and JSON whose text is `null` come back as what they were; JSON has no words for them. */
  readonly saysAll: boolean;
}

/** What a file in `encoders/` exports. */
export interface EncoderFixture {
  subjects(component: AnyComponent<'encoder'>): EncoderSubject[];
}

const NINES = '9'.repeat(38);

/** Values at the edges of every type, by type text. */
export const edges: Readonly<Record<string, readonly Value[]>> = {
  int: [Number.MIN_SAFE_INTEGER, 0, Number.MAX_SAFE_INTEGER],
  int8: [-128, 127],
  int16: [-32_768, 32_767],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2n ** 63n), 2n ** 53n + 1n, 2n ** 63n - 1n],
  uint8: [0, 255],
  uint16: [0, 65_535],
  uint32: [0, 2 ** 32 - 1],
  uint64: [0n, 2n ** 64n - 1n],
  float: [-1.5, Math.fround(0.1)],
  double: [Number.MIN_VALUE, 0.1, -0, Number.MAX_VALUE],
  string: ['', 'ä€😀\u0000\n"', 'x'.repeat(5_000)],
  json: ['{"a":[1,9007199254740993]}', '[]'],
  binary: [Uint8Array.of(), Uint8Array.of(0, 255, 65)],
  bool: [true, false],
  date: ['0001-01-01', '1969-12-31', '9999-12-31'],
  time: ['00:00:00', '23:59:59.999999'],
  uuid: ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
  'decimal(9, 2)': ['-9999999.99', '0.00'],
  'decimal(18, 18)': ['-0.999999999999999999'],
  'decimal(38, 0)': [`-${NINES}`, NINES],
  'timestamp(ms)': [-8_000_000_000_000_000, 1_709_290_000_123_000],
  timestamp: [-1, 8_000_000_000_000_001],
  'timestamp(us, local)': [-1],
  'timestamp(ns)': [-1n, 2n ** 62n],
  'list<int64?>': [[], [1n, null, -(2n ** 63n)]],
  'list<list<string>>': [[], [[], ['a', '']]],
  'struct<a: int?, b: struct<c: string?>?>': [
    { a: null, b: null },
    { a: 1, b: { c: null } },
  ],
  'map<string, double?>': [{}, { 'a b': 1.5, ä: null }],
};

/** A row a value, of all types at once: each column goes through its values and a null in its own rhythm. */
export function edgeTable(): { fields: Field[]; rows: Row[] } {
  const columns = Object.entries(edges).map(([text, values], i) => ({
    field: { name: `column ${i}: ${text.split('<')[0]}`, ...parseSlot(`${text}?`) },
    values: [...values, null],
  }));
  const rows = Array.from({ length: 40 }, (_, row) =>
    Object.fromEntries(columns.map(({ field, values }) => [field.name, values[row % values.length]!])),
  );
  return { fields: columns.map(({ field }) => field), rows };
}
