import type { Column } from '../../columns/column.ts';
import type { Type } from '../../core/schema.ts';

const WORD = 2 ** 32;
/** 0000-01-01 and 9999-12-31, in days since 1970: what the text of a date can say. */
const FIRST_DAY = -719_528;
const LAST_DAY = 2_932_896;

/**
 * Whether every value of a column comes back as it is from user code: no integer and no timestamp beyond what a number holds
 * exactly, no date without a text. Where one does not, its record fails, and that is for the loop around `map` to say.
 */
export function isSafe(column: Column): boolean {
  return !hasLimits(column.type) || isSafeWithin(column, 0, column.length);
}

function hasLimits(type: Type): boolean {
  switch (type.kind) {
    case 'struct':
      return type.fields.some((field) => hasLimits(field.type));
    case 'list':
      return hasLimits(type.element.type);
    case 'map':
      return hasLimits(type.key) || hasLimits(type.value.type);
    default:
      return type.kind === 'int' || type.kind === 'timestamp' || type.kind === 'date';
  }
}

function isSafeWithin(column: Column, start: number, end: number): boolean {
  const { type, children = [] } = column;
  switch (type.kind) {
    case 'int':
      return isExact(column, start, end, 1);
    case 'timestamp':
      return type.unit === 'ns' || isExact(column, start, end, type.unit === 'ms' ? 1000 : 1);
    case 'date':
      return hasTexts(column.values as Int32Array, start, end);
    case 'struct':
      return children.every((child) => isSafeWithin(child, start, end));
    case 'list':
    case 'map': {
      const offsets = column.offsets!;
      return children.every((child) => isSafeWithin(child, offsets[start]!, offsets[end]!));
    }
    default:
      return true;
  }
}

/** 64-bit integers as two words, which costs a tenth of going by bigint. */
function isExact({ values }: Column, start: number, end: number, factor: number): boolean {
  const { buffer, byteOffset } = values as BigInt64Array<ArrayBuffer>;
  const words = new Int32Array(buffer, byteOffset, end * 2);
  for (let row = start; row < end; row++) {
    const value = (words[2 * row + 1]! * WORD + (words[2 * row]! >>> 0)) * factor;
    if (!Number.isSafeInteger(value)) return false;
  }
  return true;
}

function hasTexts(days: Int32Array, start: number, end: number): boolean {
  for (let row = start; row < end; row++) if (days[row]! < FIRST_DAY || days[row]! > LAST_DAY) return false;
  return true;
}
