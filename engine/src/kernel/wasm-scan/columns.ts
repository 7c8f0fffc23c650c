import { bytesForBits } from '../../columns/bitmap.ts';
import type { Column, FixedValues } from '../../columns/column.ts';
import type { Type } from '../../core/schema.ts';
import type { Kernel } from '../kernel.ts';
import type { DictionaryOf } from './dictionary.ts';
import { COLUMN } from './layout.ts';
import type { PlannedColumn } from './plan.ts';

/** The first `length` slots of a finished column, as views of the kernel's memory: valid until it is written again. */
export function viewColumn(kernel: Kernel, planned: PlannedColumn, length: number, dictionaryOf: DictionaryOf): Column {
  const { type, address } = planned;
  const word = (offset: number) => kernel.words[(address + offset) >> 2]!;
  const nullCount = word(COLUMN.nullCount);
  const common = {
    type,
    length,
    nullCount,
    validity: nullCount === 0 ? undefined : bitmap(kernel, word(COLUMN.bitmap), length),
  };
  const child = (index: number, slots: number) => viewColumn(kernel, planned.children[index]!, slots, dictionaryOf);
  switch (type.kind) {
    case 'bool':
      return { ...common, values: bitmap(kernel, word(COLUMN.bits), length) };
    case 'struct':
      return { ...common, children: planned.children.map((_, i) => child(i, length)) };
    case 'list':
    case 'map': {
      const offsets = offsetsAt(kernel, word(COLUMN.values), length);
      return { ...common, offsets, children: planned.children.map((_, i) => child(i, offsets[length]!)) };
    }
    case 'string':
    case 'json':
    case 'binary': {
      const offsets = offsetsAt(kernel, word(COLUMN.values), length);
      const data = new Uint8Array(kernel.buffer, word(COLUMN.data), offsets[length]!);
      if (word(COLUMN.dictionary) === 0 || length === 0) return { ...common, offsets, data };
      const codes = new Int32Array(kernel.buffer, word(COLUMN.codes), length);
      return { ...common, offsets, data, codes, dictionary: dictionaryOf(planned) };
    }
    default:
      return { ...common, values: fixedView(type, kernel.buffer, word(COLUMN.values), length) };
  }
}

/** A column that never had a slot has no offsets yet. */
function offsetsAt(kernel: Kernel, address: number, length: number): Int32Array {
  return length === 0 ? new Int32Array(1) : new Int32Array(kernel.buffer, address, length + 1);
}

function bitmap(kernel: Kernel, address: number, length: number): Uint8Array {
  return new Uint8Array(kernel.buffer, address, bytesForBits(length));
}

function fixedView(type: Type, buffer: ArrayBuffer, address: number, length: number): FixedValues {
  switch (type.kind) {
    case 'int8':
      return new Int8Array(buffer, address, length);
    case 'int16':
      return new Int16Array(buffer, address, length);
    case 'uint8':
      return new Uint8Array(buffer, address, length);
    case 'uint16':
      return new Uint16Array(buffer, address, length);
    case 'uint32':
      return new Uint32Array(buffer, address, length);
    case 'uint64':
      return new BigUint64Array(buffer, address, length);
    case 'float':
      return new Float32Array(buffer, address, length);
    case 'double':
      return new Float64Array(buffer, address, length);
    case 'decimal':
    case 'uuid':
      return new Uint8Array(buffer, address, length * 16);
    case 'int32':
    case 'date':
      return new Int32Array(buffer, address, length);
    default: // int, int64, time, timestamp
      return new BigInt64Array(buffer, address, length);
  }
}
