import type { Field, Schema, Slot, Type } from '../../core/schema.ts';

declare const micros: unique symbol;
declare const value: unique symbol;

/** Whole microseconds since 1970-01-01T00:00:00Z, exact from 1684 to 2255. Made and taken apart by `time`. */
export type Timestamp = number & { readonly [micros]: true };

/** What JSON can say. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** A place in the output that always has a value; `Value` exists for the compiler only. */
export interface RequiredSlot<Value> {
  readonly type: Type;
  /** The same type at a place that may be missing, null or undefined. */
  optional(): OptionalSlot<Value>;
  readonly [value]?: Value;
}

/** A place in the output that may hold null. Structurally a `Slot`. */
export interface OptionalSlot<Value> extends Slot {
  readonly optional: true;
  readonly [value]?: Value;
}

export type AnySlot = RequiredSlot<unknown> | OptionalSlot<unknown>;
export type Shape = Readonly<Record<string, AnySlot>>;

/** The output contract: a schema that knows the TypeScript type of its rows. Structurally a `Schema`. */
export interface Row<Value> extends Schema {
  readonly [value]?: Value;
}

/** The TypeScript type of what a slot or a row holds, without null. */
export type ValueOf<Of> = Of extends { readonly [value]?: infer Value } ? Value : never;

type Flat<T> = { [Key in keyof T]: T[Key] };

/** The TypeScript type of an object with these fields; optional ones may be missing, null or undefined. */
export type ObjectOf<S extends Shape> = Flat<
  { -readonly [Key in keyof S as S[Key] extends OptionalSlot<unknown> ? never : Key]: ValueOf<S[Key]> } & {
    -readonly [Key in keyof S as S[Key] extends OptionalSlot<unknown> ? Key : never]?: ValueOf<S[Key]> | null;
  }
>;

/** The TypeScript type of an element of a list or a value of a map. */
export type ElementOf<S extends AnySlot> = S extends OptionalSlot<infer Value> ? Value | null : ValueOf<S>;

/** Maps with text keys may be given as objects; all may be given as Maps. */
export type MapOf<Key, Value> =
  | ReadonlyMap<Key, Value>
  | (Key extends string ? Readonly<Record<string, Value>> : never);

/** A slot as plain data, without methods. */
export function plainSlot(slot: AnySlot): Slot {
  return { type: slot.type, optional: slot.optional === true };
}

/** The fields of a shape as plain data, in the order they are written. */
export function plainFields(shape: Shape): Field[] {
  return Object.entries(shape).map(([name, slot]) => ({ name, ...plainSlot(slot) }));
}

/** A required slot of a type. */
export function required<Value>(type: Type): RequiredSlot<Value> {
  return { type, optional: () => ({ type, optional: true }) };
}
