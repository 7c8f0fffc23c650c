import { bitAt } from '../../columns/bitmap.ts';
import type { Column, ColumnBatch } from '../../columns/column.ts';
import { plainColumn } from '../../columns/picked-column.ts';
import type { Field, Slot, Type } from '../../core/schema.ts';

/** What is stored as something else than it is declared. */
export interface StoreRules {
  readonly uuid: 'bytes' | 'text';
  readonly nanoseconds: 'keep' | 'truncate';
}

/** The fields as they are stored; the same array where nothing changes. */
export function storedFields(fields: readonly Field[], rules: StoreRules): readonly Field[] {
  return mapped(fields, (field) => storedSlot(field, rules));
}

/** The batch with its columns as `fields`, which `storedFields` made of the batch's own, says; untouched ones are shared. */
export function storedBatch(batch: ColumnBatch, fields: readonly Field[]): ColumnBatch {
  if (fields === batch.fields) return batch;
  const columns = batch.columns.map((column, i) => {
    return fields[i] === batch.fields[i] ? column : storedColumn(plainColumn(column), fields[i]!.type);
  });
  return { ...batch, fields, columns };
}

function storedSlot<S extends Slot>(slot: S, rules: StoreRules): S {
  const type = storedType(slot.type, rules);
  return type === slot.type ? slot : { ...slot, type };
}

/** The type itself where nothing changes, so that identity tells. */
function storedType(type: Type, rules: StoreRules): Type {
  switch (type.kind) {
    case 'uuid':
      return rules.uuid === 'text' ? { kind: 'string' } : type;
    case 'timestamp':
      return rules.nanoseconds === 'truncate' && type.unit === 'ns' ? { ...type, unit: 'us' } : type;
    case 'list': {
      const element = storedSlot(type.element, rules);
      return element === type.element ? type : { ...type, element };
    }
    case 'struct': {
      const fields = mapped(type.fields, (field) => storedSlot(field, rules));
      return fields === type.fields ? type : { ...type, fields };
    }
    case 'map': {
      const [key, value] = [storedType(type.key, rules), storedSlot(type.value, rules)];
      return key === type.key && value === type.value ? type : { ...type, key, value };
    }
    default:
      return type;
  }
}

function mapped<Item>(items: readonly Item[], map: (item: Item) => Item): readonly Item[] {
  const result = items.map(map);
  return result.every((item, i) => item === items[i]) ? items : result;
}

function storedColumn(column: Column, type: Type): Column {
  const { children } = column;
  switch (type.kind) {
    case 'string':
      return column.type.kind === 'uuid' ? uuidText(column, type) : column;
    case 'timestamp':
      return column.type.kind === 'timestamp' && column.type.unit !== type.unit
        ? wholeMicroseconds(column, type)
        : column;
    case 'list':
      return { ...column, type, children: [storedColumn(children![0]!, type.element.type)] };
    case 'struct':
      return { ...column, type, children: type.fields.map((field, i) => storedColumn(children![i]!, field.type)) };
    case 'map': {
      const [keys, values] = [storedColumn(children![0]!, type.key), storedColumn(children![1]!, type.value.type)];
      return { ...column, type, children: [keys, values] };
    }
    default:
      return column;
  }
}

/** Floors, so that a moment before 1970 is not moved into its own future. */
function wholeMicroseconds(column: Column, type: Type): Column {
  const source = column.values as BigInt64Array;
  const values = new BigInt64Array(column.length);
  for (let i = 0; i < values.length; i++) {
    const nanoseconds = source[i]!;
    const remainder = nanoseconds % 1000n;
    values[i] = (nanoseconds - remainder) / 1000n - (remainder < 0n ? 1n : 0n);
  }
  return { ...column, type, values };
}

const UUID_BYTES = 16;
const UUID_CHARACTERS = 36;
const HEX = new TextEncoder().encode('0123456789abcdef');
const DASH = 45;

function uuidText(column: Column, type: Type): Column {
  const source = column.values as Uint8Array;
  const offsets = new Int32Array(column.length + 1);
  const data = new Uint8Array((column.length - column.nullCount) * UUID_CHARACTERS);
  let at = 0;
  for (let row = 0; row < column.length; row++) {
    const present = column.nullCount === 0 || bitAt(column.validity!, row);
    if (present) at = writeUuid(source, row * UUID_BYTES, data, at);
    offsets[row + 1] = at;
  }
  return { ...column, type, values: undefined, offsets, data };
}

function writeUuid(source: Uint8Array, start: number, target: Uint8Array, at: number): number {
  for (let i = 0; i < UUID_BYTES; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) target[at++] = DASH;
    const byte = source[start + i]!;
    target[at++] = HEX[byte >> 4]!;
    target[at++] = HEX[byte & 15]!;
  }
  return at;
}
