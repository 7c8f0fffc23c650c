/** Unit in which a timestamp is stored. In JavaScript ms and us are whole microseconds (number), ns is a bigint. */
export type TimeUnit = 'ms' | 'us' | 'ns';

/** Types without parameters. `int` is a JS safe integer stored as int64; `int64` and `uint64` are bigint in JS. */
export type PlainKind =
  | 'int'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float'
  | 'double'
  | 'string'
  | 'binary'
  | 'bool'
  | 'date' // canonical text YYYY-MM-DD in JS, days since the epoch in columns
  | 'time' // canonical text HH:MM:SS[.ffffff] in JS, microseconds since midnight in columns
  | 'uuid' // canonical lower-case text in JS, 16 bytes in columns
  | 'json'; // any JSON value; its text in columns

/** A logical type: what a schema file, a transform's output and a column agree on. Plain data, crosses threads. */
export type Type =
  | { readonly kind: PlainKind }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number } // 1..38, canonical text in JS
  | { readonly kind: 'timestamp'; readonly unit: TimeUnit; readonly utc: boolean }
  | { readonly kind: 'list'; readonly element: Slot }
  | { readonly kind: 'struct'; readonly fields: readonly Field[] }
  | { readonly kind: 'map'; readonly key: Type; readonly value: Slot }; // keys are never null

/** A type at a place that may hold null. */
export interface Slot {
  readonly type: Type;
  readonly optional: boolean;
}

export interface Field extends Slot {
  readonly name: string;
}

/** The shape of a record: the input schema, or the output contract. Field names are unique; order is column order. */
export interface Schema {
  readonly fields: readonly Field[];
  /** Version of the frozen input schema; absent where there are no versions. */
  readonly version?: number;
}

export type TypeOf<K extends Type['kind']> = Extract<Type, { kind: K }>;
