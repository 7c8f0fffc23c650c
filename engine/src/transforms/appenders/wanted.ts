import type { Type } from '../../core/schema.ts';
import { hasTextKeys } from '../text-keys.ts';
import { wantedType } from './misfit.ts';

/** Types kept as numbers with a range of integers. */
export type SmallInt = 'int8' | 'int16' | 'int32' | 'uint8' | 'uint16' | 'uint32';

/** The least and the greatest value of each. */
export const RANGES: Readonly<Record<SmallInt, readonly [min: number, max: number]>> = {
  int8: [-128, 127],
  int16: [-32_768, 32_767],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint8: [0, 255],
  uint16: [0, 65_535],
  uint32: [0, 2 ** 32 - 1],
};

export function isSmallInt(kind: string): kind is SmallInt {
  return Object.hasOwn(RANGES, kind);
}

/** What a value of the type must be, for messages: "a date ("YYYY-MM-DD")". */
export function wantedValue(type: Type): string {
  const name = wantedType(type);
  if (isSmallInt(type.kind)) return `${name} from ${RANGES[type.kind][0]} to ${RANGES[type.kind][1]}`;
  switch (type.kind) {
    case 'int':
      return 'an int within ±(2^53 - 1)';
    case 'int64':
    case 'uint64':
      return `${name} (a bigint of 64 bits)`;
    case 'timestamp':
      if (type.unit === 'ns') return `${name} (a bigint of 64 bits)`;
      return type.unit === 'ms' ? `${name} of whole milliseconds` : name;
    case 'date':
      return 'a date ("YYYY-MM-DD")';
    case 'time':
      return 'a time ("HH:MM:SS.ffffff")';
    case 'binary':
      return 'a binary (a Uint8Array)';
    case 'decimal':
      return `${name} as text`;
    case 'json':
      return 'what JSON.stringify takes';
    case 'list':
      return 'a list (an array)';
    case 'struct':
      return 'a struct (an object)';
    case 'map':
      return hasTextKeys(type.key) ? 'a map (a Map or a plain object)' : 'a map (a Map)';
    default:
      return name;
  }
}
