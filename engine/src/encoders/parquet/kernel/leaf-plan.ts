import type { Field, Slot, Type } from '../../../core/schema.ts';
import { ENCODING, KIND, LOADER, POLICY } from '../../../kernel/pages.ts';
import type { Physical } from '../../../parquet/metadata.ts';
import { columnName, type Leaf } from '../../../parquet/schema-elements.ts';
import type { EncodingName, ParquetOptions } from '../options.ts';
import { PROFILES } from '../profiles.ts';

/** How the slots of a column without children become values in pages. */
export interface LeafPlan {
  /** Of the file's columns. */
  readonly index: number;
  readonly kind: number;
  /** Bytes of a value in a page; 0: they differ. */
  readonly width: number;
  readonly loader: number;
  /** Values compare as unsigned numbers. */
  readonly unsigned: boolean;
  /** Bounds are cut between characters, not between bytes. */
  readonly isText: boolean;
  readonly maxDefinition: number;
  readonly maxRepetition: number;
  /** What of the dictionary is asked for: see POLICY. */
  readonly policy: number;
  /** Of pages without a dictionary: the one that the first of them take and, if there are more, those that may be smaller. */
  readonly encodings: readonly [number, ...number[]];
  readonly statistics: 'none' | 'chunk' | 'page';
  /** Chance that the bloom filter is wrong about a value; undefined: it has none. */
  readonly bloomFpp: number | undefined;
}

/** A field as the writer walks it: definition `level` is that of a null of it. */
export type Node =
  | { readonly kind: 'leaf'; readonly optional: boolean; readonly leaf: LeafPlan; readonly isUuidText: boolean }
  | { readonly kind: 'struct'; readonly optional: boolean; readonly level: number; readonly children: readonly Node[] }
  | {
      readonly kind: 'repeated';
      readonly optional: boolean;
      readonly level: number;
      readonly repetition: number;
      readonly children: readonly Node[];
    };

/** The nodes of fields, and their leaves in file order. `stored` are the same fields as they are stored. */
export interface WritePlan {
  readonly nodes: readonly Node[];
  readonly leaves: readonly LeafPlan[];
}

/** What each column of a file needs. `leaves` are those of the stored schema. */
export function planWrite(
  fields: readonly Field[],
  stored: readonly Field[],
  leaves: readonly Leaf[],
  options: ParquetOptions,
): WritePlan {
  const plans: LeafPlan[] = [];
  const nodes = fields.map((field, i) => planNode(field, stored[i]!, { definition: 0, repetition: 0 }));
  return { nodes, leaves: plans };

  function planNode(slot: Slot, storedSlot: Slot, levels: Levels): Node {
    const { optional } = slot;
    const level = levels.definition;
    const inner = { ...levels, definition: level + (optional ? 1 : 0) };
    const [type, storedType] = [slot.type, storedSlot.type];
    if (type.kind === 'struct' && storedType.kind === 'struct') {
      const children = type.fields.map((field, i) => planNode(field, storedType.fields[i]!, inner));
      return { kind: 'struct', optional, level, children };
    }
    const pairs = repeatedSlots(type, storedType);
    if (pairs) {
      const repetition = levels.repetition + 1;
      const below = { definition: inner.definition + 1, repetition };
      const children = pairs.map(([child, storedChild]) => planNode(child, storedChild, below));
      return { kind: 'repeated', optional, level, repetition, children };
    }
    const leaf = planLeaf(type, storedType, inner, plans.length);
    plans.push(leaf);
    return { kind: 'leaf', optional, leaf, isUuidText: type.kind === 'uuid' && storedType.kind === 'string' };
  }

  function planLeaf(type: Type, storedType: Type, levels: Levels, index: number): LeafPlan {
    const { physical, typeLength = 0 } = leaves[index]!.stored;
    const name = columnName(leaves[index]!);
    return {
      index,
      kind: KINDS[physical],
      width: WIDTHS[physical] ?? typeLength,
      loader: loaderOf(type, storedType, physical),
      unsigned: /^uint|uuid/.test(storedType.kind),
      isText: storedType.kind === 'string' || storedType.kind === 'json',
      maxDefinition: levels.definition,
      maxRepetition: levels.repetition,
      policy: policyOf(name, physical, options),
      encodings: encodingsOf(name, physical, options),
      statistics: options.columns[name]?.statistics ?? options.statistics,
      bloomFpp: options.bloomFilters.includes(name) ? options.bloomFilterFpp : undefined,
    };
  }
}

interface Levels {
  readonly definition: number;
  readonly repetition: number;
}

const KINDS: Readonly<Record<Physical, number>> = {
  BOOLEAN: KIND.BOOL,
  INT32: KIND.INT32,
  INT64: KIND.INT64,
  INT96: KIND.FIXED,
  FLOAT: KIND.FLOAT,
  DOUBLE: KIND.DOUBLE,
  BYTE_ARRAY: KIND.BYTES,
  FIXED_LEN_BYTE_ARRAY: KIND.FIXED,
};

/** Bytes of a value in an open page. */
const WIDTHS: Readonly<Partial<Record<Physical, number>>> = {
  BOOLEAN: 1,
  INT32: 4,
  INT64: 8,
  FLOAT: 4,
  DOUBLE: 8,
  BYTE_ARRAY: 0,
};

const ENCODINGS: Readonly<Record<EncodingName, number>> = {
  plain: ENCODING.PLAIN,
  rle: ENCODING.RLE,
  delta: ENCODING.DELTA_BINARY_PACKED,
  'delta-length': ENCODING.DELTA_LENGTH_BYTE_ARRAY,
  'delta-strings': ENCODING.DELTA_BYTE_ARRAY,
  'byte-stream-split': ENCODING.BYTE_STREAM_SPLIT,
};

/** What version 2 takes where a dictionary does not pay, as parquet-rs does. */
const ENCODINGS_V2: Readonly<Partial<Record<Physical, number>>> = {
  BOOLEAN: ENCODING.RLE,
  INT32: ENCODING.DELTA_BINARY_PACKED,
  INT64: ENCODING.DELTA_BINARY_PACKED,
  BYTE_ARRAY: ENCODING.DELTA_BYTE_ARRAY,
  FIXED_LEN_BYTE_ARRAY: ENCODING.DELTA_BYTE_ARRAY,
};

/** What values may take less room in than plainly, the simpler before the more complex. */
const MAYBE_SMALLER: Readonly<Partial<Record<Physical, readonly EncodingName[]>>> = {
  INT32: ['delta'],
  INT64: ['delta'],
  BYTE_ARRAY: ['delta-length', 'delta-strings'],
};

function repeatedSlots(type: Type, stored: Type): (readonly [Slot, Slot])[] | undefined {
  if (type.kind === 'list' && stored.kind === 'list') return [[type.element, stored.element]];
  if (type.kind !== 'map' || stored.kind !== 'map') return undefined;
  const key = { type: type.key, optional: false };
  return [
    [key, { type: stored.key, optional: false }],
    [type.value, stored.value],
  ];
}

function loaderOf(type: Type, stored: Type, physical: Physical): number {
  switch (type.kind) {
    case 'int8':
      return LOADER.INT8;
    case 'int16':
      return LOADER.INT16;
    case 'uint8':
      return LOADER.UINT8;
    case 'uint16':
      return LOADER.UINT16;
    case 'bool':
      return LOADER.BOOL;
    case 'decimal':
      return { INT32: LOADER.DECIMAL32, INT64: LOADER.DECIMAL64 }[physical as string] ?? LOADER.DECIMAL_FIXED;
    case 'uuid':
      return stored.kind === 'uuid' ? LOADER.COPY128 : LOADER.BYTES;
    case 'timestamp':
      return stored.kind === 'timestamp' && stored.unit !== type.unit ? LOADER.MICROS : LOADER.COPY64;
  }
  if (physical === 'BYTE_ARRAY') return LOADER.BYTES;
  return WIDTHS[physical] === 4 ? LOADER.COPY32 : LOADER.COPY64;
}

function policyOf(name: string, physical: Physical, options: ParquetOptions): number {
  if (physical === 'BOOLEAN') return POLICY.NEVER; // a bit a value is as small as an index
  const { dictionary, encoding } = options.columns[name] ?? {};
  const own = dictionary ?? (encoding ? false : undefined);
  const wanted = own ?? (Array.isArray(options.dictionary) ? !options.dictionary.includes(name) : options.dictionary);
  if (wanted === 'auto') return POLICY.AUTO;
  return wanted ? POLICY.ALWAYS : POLICY.NEVER;
}

function encodingsOf(name: string, physical: Physical, options: ParquetOptions): LeafPlan['encodings'] {
  const own = options.columns[name]?.encoding;
  if (own) return [ENCODINGS[own]];
  const byVersion = options.pageVersion === 2 && ENCODINGS_V2[physical];
  if (byVersion) return [byVersion];
  const { choosesEncodings, encodings } = PROFILES[options.reader];
  const smaller = choosesEncodings ? (MAYBE_SMALLER[physical] ?? []).filter((encoding) => encodings.has(encoding)) : [];
  return [ENCODING.PLAIN, ...smaller.map((encoding) => ENCODINGS[encoding])];
}
