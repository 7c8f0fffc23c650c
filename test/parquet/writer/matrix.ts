import type { Value } from '../../../engine/src/columns/values.ts';
import type { Field, Slot } from '../../../engine/src/core/schema.ts';
import { parseSlot } from '../../../engine/src/core/schema-text.ts';
import { CODECS, type Codec, type EncodingName } from '../../../engine/src/encoders/parquet/options.ts';
import { storedTypeOf } from '../../../engine/src/parquet/stored-type.ts';
import { domains } from './domains.ts';
import type { Dimensions } from './pairwise.ts';
import { createRandom, type Random, seedOf } from './random.ts';
import { type Nulls, type ShapeName, shapes, slotOf, valueIn } from './shapes.ts';

/** One file: a column of a type in a shape, written with certain settings. */
export interface Case {
  readonly type: string;
  readonly shape: ShapeName;
  readonly nulls: Nulls;
  /** Few different values; all different ones; or first few, then different ones, so that a dictionary is given up. */
  readonly values: 'few' | 'many' | 'growing';
  readonly rows: 'none' | 'one' | 'several pages' | 'several row groups';
  readonly encoding: EncodingName | 'default';
  readonly dictionary: boolean | 'auto';
  readonly compression: Codec;
  readonly pageVersion: 1 | 2;
}

export type Row = { readonly [name: string]: Value };

/** First values go with everything. */
export const dimensions: Dimensions<Case> = {
  type: Object.keys(domains),
  shape: Object.keys(shapes) as ShapeName[],
  nulls: ['some', 'required', 'none', 'all'],
  values: ['few', 'many', 'growing'],
  rows: ['several pages', 'none', 'one', 'several row groups'],
  encoding: ['default', 'plain', 'rle', 'delta', 'delta-length', 'delta-strings', 'byte-stream-split'],
  dictionary: ['auto', true, false],
  compression: CODECS,
  pageVersion: [1, 2],
};

const ENCODABLE: Readonly<Record<EncodingName, readonly string[] | undefined>> = {
  plain: undefined,
  rle: ['BOOLEAN'],
  delta: ['INT32', 'INT64'],
  'delta-length': ['BYTE_ARRAY'],
  'delta-strings': ['BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY'],
  'byte-stream-split': ['INT32', 'INT64', 'FLOAT', 'DOUBLE', 'FIXED_LEN_BYTE_ARRAY'],
};

/** Encodings are for certain types, and are set for columns without children. */
export function isValid({ type, shape, encoding }: Partial<Case>): boolean {
  if (encoding === undefined || encoding === 'default') return true;
  if (shape !== undefined && shape !== 'flat') return false;
  const physicals = ENCODABLE[encoding];
  return type === undefined || physicals === undefined || physicals.includes(physicalOf(type));
}

/** The physical type that values of a type are stored as. */
export function physicalOf(type: string): string {
  return storedTypeOf(parseSlot(type).type as Parameters<typeof storedTypeOf>[0]).physical;
}

const GROUPS: Readonly<Record<Case['rows'], readonly number[]>> = {
  none: [],
  one: [1],
  'several pages': [1500],
  'several row groups': [1, 600, 9, 130],
};

/** The encoder's settings for a case, as in a pipeline file. */
export function settingsOf({ encoding, dictionary, compression, pageVersion }: Case): object {
  const column = { encoding, dictionary: dictionary === true };
  const columns = encoding === 'default' ? {} : { v: column };
  return { dictionary, compression, pageVersion, dataPageSize: '1KiB', columns };
}

/** Fields and the rows of each row group. */
export interface Table {
  readonly fields: readonly Field[];
  readonly groups: readonly (readonly Row[])[];
}

/** A column `n` of row numbers, and the case's column `v`. The same for the same case. */
export function tableOf(of: Case): Table {
  const groups = GROUPS[of.rows];
  const values = columnOf(of, groups);
  return {
    fields: [
      { name: 'n', ...parseSlot('int32') },
      { name: 'v', ...fieldOf(of) },
    ],
    groups: groups.map((rows, group) => Array.from({ length: rows }, (_, n) => ({ n, v: values[group]![n]! }))),
  };
}

/** A column for each case, `c0` and so on, for titles would be most of a file; row groups of `groups` rows. */
export function wideTableOf(cases: readonly Case[], groups: readonly number[]): Table {
  const columns = cases.map((of, i) => ({ name: `c${i}`, values: columnOf(of, groups) }));
  return {
    fields: cases.map((of, i) => ({ name: `c${i}`, ...fieldOf(of) })),
    groups: groups.map((rows, group) =>
      Array.from({ length: rows }, (_, row) =>
        Object.fromEntries(columns.map(({ name, values }) => [name, values[group]![row]!])),
      ),
    ),
  };
}

function fieldOf({ type, shape, nulls }: Case): Slot {
  return slotOf(shapes[shape], parseSlot(type).type, nulls);
}

function columnOf(of: Case, groups: readonly number[]): Value[][] {
  const random = createRandom(seedOf(titleOf(of)));
  const shape = shapes[of.shape];
  return groups.map((rows) =>
    Array.from({ length: rows }, (_, row) => valueIn(shape, of.nulls, random, () => leafOf(of, random, row / rows))),
  );
}

function leafOf({ type, values }: Case, random: Random, progress: number): Value {
  const { edges, any } = domains[type]!;
  const isFew = values === 'few' || (values === 'growing' && progress < 0.5);
  return isFew || random() % 16 === 0 ? edges[random() % edges.length]! : any(random);
}

/** What tells a case from all others. */
export function titleOf(of: Case): string {
  const { type, shape, nulls, values, rows, encoding, dictionary, compression, pageVersion } = of;
  const settings = `${encoding} encoding, dictionary ${dictionary}, ${compression}, page v${pageVersion}`;
  return `${type}, ${shape}, nulls: ${nulls}, ${values} values, rows: ${rows}; ${settings}`;
}
