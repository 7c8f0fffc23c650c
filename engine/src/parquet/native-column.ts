import { bytesForBits, countZeros } from '../columns/bitmap.ts';
import type { Column } from '../columns/column.ts';
import type { TimeUnit, Type } from '../core/schema.ts';
import { fieldPath } from '../core/schema-compare.ts';
import type { PhysicalColumn } from './arrow-memory.ts';
import { keepLastOfEachKey } from './map-keys.ts';
import { forElements, type Refuse } from './refusals.ts';
import { isHalf, type Stored, type StoredScalar, timeUnitOf, typeOfStored } from './stored-fields.ts';
import {
  checkUtf8,
  clearNulls,
  decimalsOf,
  halvesOf,
  int96Values,
  narrowed,
  spansOf,
  timesOf,
} from './stored-values.ts';

/** What is known of a column that is made ours. */
export interface NativeContext {
  /** Dotted, for messages. */
  readonly path: string;
  readonly refuse: Refuse;
  /** The unit of moments stored as INT96: see `typeOfStored`. */
  readonly int96?: TimeUnit;
}

/**
 * A stored column as one of `typeOfStored`, in the same memory where the forms agree. Values that have no form of ours are
 * refused; their slots hold nothing of use then. Maps have the last value of each key.
 */
export function nativeColumn(column: PhysicalColumn, stored: Stored, context: NativeContext): Column {
  const type = typeOfStored(stored, context.int96)!;
  const { length, nullCount, validity } = column;
  const common = { type, length, nullCount, validity };
  if (stored.kind === 'scalar') return { ...common, ...scalarParts(column, stored, type, context) };
  if (stored.kind === 'struct') return { ...common, children: structChildren(column, stored, context) };
  const offsets = column.offsets!;
  const inner = { ...context, refuse: forElements(offsets, length, context.refuse) };
  const [elements] = column.children as [PhysicalColumn];
  if (stored.kind === 'list') {
    return {
      ...common,
      offsets,
      children: [nativeColumn(elements, stored.element.stored, { ...inner, path: `${context.path}[]` })],
    };
  }
  const [keys, values] = elements.children as [PhysicalColumn, PhysicalColumn];
  const path = `${context.path}{}`;
  if (keys.nullCount > 0) refuseNullKeys(keys, { ...inner, path });
  const children = [
    nativeColumn(keys, stored.key.stored, { ...inner, path }),
    nativeColumn(values, stored.value.stored, { ...inner, path }),
  ];
  return keepLastOfEachKey({ ...common, offsets, children });
}

function refuseNullKeys({ length, validity }: PhysicalColumn, { path, refuse }: NativeContext): void {
  for (let slot = 0; slot < length; slot++) {
    if (((validity![slot >> 3]! >> (slot & 7)) & 1) === 0) refuse(slot, `${path} must have keys, got null`, path);
  }
}

/** Children of a null struct are null. */
function structChildren(
  column: PhysicalColumn,
  stored: Extract<Stored, { kind: 'struct' }>,
  context: NativeContext,
): Column[] {
  return stored.fields.flatMap((field, i) => {
    if (!typeOfStored(field.stored)) return [];
    const child = withNulls(column.children![i]!, column);
    return [nativeColumn(child, field.stored, { ...context, path: fieldPath(context.path, field.name) })];
  });
}

function withNulls(child: PhysicalColumn, parent: PhysicalColumn): PhysicalColumn {
  if (parent.nullCount === 0) return child;
  const validity = parent.validity!.slice();
  if (child.validity) for (let i = 0; i < bytesForBits(child.length); i++) validity[i]! &= child.validity[i]!;
  return { ...child, validity, nullCount: countZeros(validity, 0, child.length) };
}

type Parts = Pick<Column, 'values' | 'offsets' | 'data'>;

function scalarParts(column: PhysicalColumn, { element }: StoredScalar, type: Type, context: NativeContext): Parts {
  const { length } = column;
  const { path, refuse } = context;
  const outside = (slot: number, value: unknown) => refuse(slot, `${path} must be ${type.kind}, got ${value}`, path);
  const values = (): Parts => {
    const found = column.values!;
    clearNulls(column, found);
    return { values: found };
  };
  switch (type.kind) {
    case 'int8':
      return { values: cleared(column, narrowed(column, new Int8Array(length), outside)) };
    case 'int16':
      return { values: cleared(column, narrowed(column, new Int16Array(length), outside)) };
    case 'uint8':
      return { values: cleared(column, narrowed(column, new Uint8Array(length), outside)) };
    case 'uint16':
      return { values: cleared(column, narrowed(column, new Uint16Array(length), outside)) };
    case 'uint32':
      return { values: cleared(column, new Uint32Array(column.values!.buffer, column.values!.byteOffset, length)) };
    case 'uint64':
      return { values: cleared(column, new BigUint64Array(column.values!.buffer, column.values!.byteOffset, length)) };
    case 'bool':
      return { values: clearedBits(column) };
    case 'time':
      return { values: timesOf(column, timeUnitOf(element)!, refuse, path) };
    case 'timestamp':
      return element.physical === 'INT96' ? { values: int96Values(column, type, refuse, path) } : values();
    case 'decimal':
      return { values: cleared(column, decimalsOf(column, refuse, path), 16) };
    case 'uuid':
      return { values: cleared(column, column.values as Uint8Array, 16) };
    case 'binary':
      return column.offsets ? { offsets: column.offsets, data: column.data } : spansOf(column, element.typeLength);
    case 'string':
    case 'json':
      checkUtf8(column, refuse, path);
      return { offsets: column.offsets, data: column.data };
    case 'float':
      return isHalf(element) ? { values: cleared(column, halvesOf(column)) } : values();
    default:
      return values();
  }
}

function cleared<Values extends NonNullable<Column['values']>>(
  column: PhysicalColumn,
  values: Values,
  width = 1,
): Values {
  clearNulls(column, values, width);
  return values;
}

function clearedBits({ values, validity, length }: PhysicalColumn): Uint8Array {
  const bits = values as Uint8Array;
  if (validity) for (let i = 0; i < bytesForBits(length); i++) bits[i]! &= validity[i]!;
  return bits;
}
