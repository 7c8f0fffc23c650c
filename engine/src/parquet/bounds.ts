import type { Type } from '../core/schema.ts';
import { type Comparison, compareOrdered, type Ordered } from './condition.ts';
import type { SchemaNode } from './schema-tree.ts';
import { isHalf, timeUnitOf } from './stored-fields.ts';
import { CONVERTED, LOGICAL } from './stored-type.ts';

/** What is known of the values of a row group or page. */
export interface Bounds {
  readonly rows: number;
  readonly nulls?: number;
  /** At most the least and at least the greatest value that is not null; not always one of them: long ones are cut. */
  readonly min?: Ordered;
  readonly max?: Ordered;
}

/** A condition whose values are in the order of the column. */
export type OrderedCondition =
  | { readonly is: Comparison; readonly value: Ordered }
  | { readonly is: 'in'; readonly values: readonly Ordered[] }
  | { readonly is: 'null' }
  | { readonly is: 'not null' };

/** Whether a row within the bounds may meet the condition; false is a promise. */
export function mayMeet(condition: OrderedCondition, { rows, nulls, min, max }: Bounds): boolean {
  if (condition.is === 'null') return nulls !== 0;
  if (nulls !== undefined && nulls >= rows) return false;
  switch (condition.is) {
    case 'not null':
      return true;
    case 'in':
      return condition.values.some((value) => mayMeet({ is: '=', value }, { rows, nulls, min, max }));
    case '=':
      return notBelow(condition.value, min) && notAbove(condition.value, max);
    case '<':
      return min === undefined || compareOrdered(min, condition.value) < 0;
    case '<=':
      return notBelow(condition.value, min);
    case '>':
      return max === undefined || compareOrdered(max, condition.value) > 0;
    case '>=':
      return notAbove(condition.value, max);
  }
}

function notBelow(value: Ordered, min: Ordered | undefined): boolean {
  return min === undefined || compareOrdered(value, min) >= 0;
}

function notAbove(value: Ordered, max: Ordered | undefined): boolean {
  return max === undefined || compareOrdered(value, max) <= 0;
}

/**
 * A minimum or maximum of metadata in the order of its column. Undefined where it tells nothing: types without an order that
 * writers agree on, NaN, bytes of another length.
 */
export function boundOf(node: SchemaNode, type: Type, bytes: Uint8Array): Ordered | undefined {
  if (isHalf(node) || isOtherUnit(node, type) || !hasOrder(node)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (node.physical) {
    case 'BOOLEAN':
      return bytes.length === 1 ? BigInt(bytes[0]!) : undefined;
    case 'INT32':
      if (bytes.length !== 4) return undefined;
      return BigInt(isUnsigned(type) ? view.getUint32(0, true) : view.getInt32(0, true));
    case 'INT64':
      if (bytes.length !== 8) return undefined;
      return isUnsigned(type) ? view.getBigUint64(0, true) : view.getBigInt64(0, true);
    case 'FLOAT':
      return bytes.length === 4 ? numberOf(view.getFloat32(0, true)) : undefined;
    case 'DOUBLE':
      return bytes.length === 8 ? numberOf(view.getFloat64(0, true)) : undefined;
    case 'BYTE_ARRAY':
    case 'FIXED_LEN_BYTE_ARRAY':
      return type.kind === 'decimal' ? signedOf(bytes) : bytes;
    default:
      return undefined;
  }
}

/** Times of day are microseconds to a condition, whatever the file stores. */
function isOtherUnit(node: SchemaNode, { kind }: Type): boolean {
  return kind === 'time' && timeUnitOf(node) !== 'us';
}

/** The format leaves the order of intervals and shapes undefined: what writers say of it is not to be believed. */
function hasOrder({ converted, logical }: SchemaNode): boolean {
  const isShape = logical?.has(LOGICAL.GEOMETRY) || logical?.has(LOGICAL.GEOGRAPHY);
  return converted !== CONVERTED.INTERVAL && !isShape;
}

function numberOf(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}

function isUnsigned({ kind }: Type): boolean {
  return kind.startsWith('uint');
}

function signedOf(bytes: Uint8Array): bigint | undefined {
  return bytes.length > 0
    ? BigInt.asIntN(8 * bytes.length, BigInt(`0x${Buffer.from(bytes).toString('hex')}`))
    : undefined;
}

/** The PLAIN encoding of a value without its length, as bloom filters hash it; undefined where it is not that of a single form. */
export function plainOf(node: SchemaNode, type: Type, value: Ordered): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (typeof value !== 'bigint' || isOtherUnit(node, type)) return undefined;
  const { physical } = node;
  const bytes = new Uint8Array(physical === 'INT32' ? 4 : 8);
  const view = new DataView(bytes.buffer);
  if (physical === 'INT32') view.setInt32(0, Number(BigInt.asIntN(32, value)), true);
  else if (physical === 'INT64') view.setBigInt64(0, value, true);
  else return undefined;
  return bytes;
}
