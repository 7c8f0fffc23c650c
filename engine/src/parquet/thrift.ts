/*
 * Thrift's compact protocol as a generic tree: what Parquet's metadata is written in. The tree keeps each value's wire type,
 * so that reading and writing again gives the same bytes whatever the fields mean.
 *
 *   struct  = { field } 0x00
 *   field   = byte(idDelta << 4 | type) value              idDelta 1..15
 *           | byte(type) zigzag(id) value                  otherwise; a bool's value is its type
 *   list    = byte(size << 4 | type) { value }             size 0..14; a bool in a list is one byte
 *           | byte(0xf0 | type) varint(size) { value }
 *   i16/32/64 = zigzag varint   double = 8 bytes LE   binary = varint(length) bytes   i8 = byte
 */

/** Type codes on the wire. */
export const WIRE = {
  true: 1,
  false: 2,
  i8: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  map: 11,
  struct: 12,
};
export type Wire = (typeof WIRE)[keyof typeof WIRE];

/** A value with the wire type it has, or gets when written. */
export type ThriftValue =
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'i8' | 'i16' | 'i32'; readonly value: number }
  | { readonly kind: 'i64'; readonly value: bigint }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'binary'; readonly value: Uint8Array }
  | { readonly kind: 'list'; readonly of: ThriftValue['kind']; readonly value: readonly ThriftValue[] }
  | { readonly kind: 'struct'; readonly value: ThriftStruct };

/** Field id to value, in ascending order of id when written. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;

/** The wire type of a kind; `true` stands for bool. */
export function wireOf(kind: ThriftValue['kind']): Wire {
  return kind === 'bool' ? WIRE.true : WIRE[kind];
}
