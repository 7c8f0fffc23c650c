import type { Field, Type } from '../core/schema.ts';

/** Backing arrays of fixed-width values, by type: see `layoutOf` in layout.ts. */
export type FixedValues =
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/**
 * A sealed column in Arrow's physical layout, so that Arrow views need no copy:
 * - fixed width: `values` (decimal: 16 little-endian bytes a value, uuid: 16 bytes a value, both in a Uint8Array)
 * - bool: `values` is a bitmap, least significant bit first
 * - string, json, binary: `offsets` (length + 1) into `data`
 * - list: `offsets` into `children[0]`; map: `offsets` into `children[0]` (keys) and `children[1]` (values)
 * - struct: `children`, one a field, each as long as the struct
 * The arrays may be longer than needed; `length` rules. A null slot holds zero, an empty span, or null children.
 */
export interface Column {
  readonly type: Type;
  readonly length: number;
  readonly nullCount: number;
  /** Bitmap of the non-null slots, least significant bit first; undefined when nullCount is 0. */
  readonly validity?: Uint8Array;
  readonly values?: FixedValues;
  readonly offsets?: Int32Array;
  readonly data?: Uint8Array;
  readonly children?: readonly Column[];
  /**
   * Only for strings, and only an accelerator (`offsets` and `data` are there all the same): slot i holds entry `codes[i]` of
   * `dictionary`; whatever stands for a null slot means nothing. Who hashes or decodes strings does it once an entry.
   */
  readonly codes?: Int32Array;
  readonly dictionary?: Dictionary;
  /** Set where the slots are those of another column and were not copied yet: see `PickedColumn`. */
  readonly picked?: Picked;
}

/**
 * The distinct values of a string column so far. The same object over the batches of one scanner or runner as long as it only
 * grows; codes never change their meaning.
 */
export interface Dictionary {
  readonly size: number;
  /** The value of a code, decoded once. */
  text(code: number): string;
}

/** Slots `rows[0]`, `rows[1]`, … of `column`. */
export interface Picked {
  readonly column: Column;
  readonly rows: Int32Array;
}

/** Rows as columns. What formats, transforms, batcher and encoders exchange; never row objects. */
export interface ColumnBatch {
  readonly fields: readonly Field[];
  readonly length: number;
  /** One a field, same order. */
  readonly columns: readonly Column[];
}

/** Row numbers of a batch, ascending; undefined means all rows. */
export type Selection = Int32Array | undefined;
