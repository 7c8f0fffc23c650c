import type { Type } from '../../core/schema.ts';
import { WELL_FORMED } from './string-appender.ts';
import { isSmallInt, RANGES, wantedValue } from './wanted.ts';

/** Code that checks a value and appends it to a builder. */
export interface InlineCheck {
  /** Statements the check needs. */
  readonly before?: string;
  readonly fits: string;
  readonly store: string;
  /** Expression for what the value should have been, where that is more than the type's name. */
  readonly wanted?: string;
}

/** For types whose values are checked and stored in a line; undefined for the others. */
export function inlineCheck(type: Type, builder: string, value: string): InlineCheck | undefined {
  if (isSmallInt(type.kind)) {
    const [min, max] = RANGES[type.kind];
    return {
      fits: `Number.isInteger(${value}) && ${value} >= ${min} && ${value} <= ${max}`,
      store: number(builder, value),
    };
  }
  switch (type.kind) {
    case 'int':
      return { fits: `Number.isSafeInteger(${value})`, store: words(builder, value) };
    case 'int64':
    case 'uint64':
      return bigint(type, builder, value);
    case 'timestamp':
      return type.unit === 'ns' ? bigint(type, builder, value) : timestamp(type.unit, builder, value);
    case 'double':
      return { fits: `typeof ${value} === 'number'`, store: number(builder, value) };
    case 'float': {
      // A finite number that 32 bits would turn into an infinity does not fit; one that they round does.
      const overflows = `Number.isFinite(${value}) && !Number.isFinite(Math.fround(${value}))`;
      return { fits: `typeof ${value} === 'number' && !(${overflows})`, store: number(builder, value) };
    }
    case 'bool':
      return { fits: `typeof ${value} === 'boolean'`, store: bit(builder, value) };
    case 'string':
      return {
        fits: `typeof ${value} === 'string' && ${value}.isWellFormed()`,
        store: `${builder}.appendText(${value});`,
        wanted: `typeof ${value} === 'string' ? ${JSON.stringify(WELL_FORMED)} : ${JSON.stringify(wantedValue(type))}`,
      };
    default:
      return undefined;
  }
}

function bigint({ kind }: Type, builder: string, value: string): InlineCheck {
  const kept = kind === 'uint64' ? `BigInt.asUintN(64, ${value})` : `BigInt.asIntN(64, ${value})`;
  return { fits: `typeof ${value} === 'bigint' && ${kept} === ${value}`, store: `${builder}.appendBigInt(${value});` };
}

/**
 * Any whole number is taken that 64 bits hold, also beyond 2^53: there not every microsecond has a number, but each number
 * is a microsecond. Nothing is cut: microseconds do not fit a timestamp(ms).
 */
function timestamp(unit: 'ms' | 'us', builder: string, value: string): InlineCheck {
  const inRange = `${value} >= ${-(2 ** 63)} * ${unit === 'ms' ? 1000 : 1} && ${value} < ${2 ** 63} * ${unit === 'ms' ? 1000 : 1}`;
  if (unit === 'us') return { fits: `Number.isInteger(${value}) && ${inRange}`, store: words(builder, value) };
  return {
    fits: `typeof ${value} === 'number' && Number.isInteger(${value} / 1000) && ${inRange}`,
    store: words(builder, `(${value} / 1000)`),
  };
}

function number(builder: string, value: string): string {
  return `${roomIn(builder)} ${builder}.values[${builder}.length++] = ${value};`;
}

/** ToInt32 is exact modulo 2^32 for every finite number, and dividing by a power of two is exact. */
function words(builder: string, value: string): string {
  const at = `2 * ${builder}.length`;
  return `${roomIn(builder)} ${builder}.words[${at}] = ${value} | 0; ${builder}.words[${at} + 1] = Math.floor(${value} / 4294967296); ${builder}.length++;`;
}

function bit(builder: string, value: string): string {
  return `${roomIn(builder)} if (${value}) ${builder}.values[${builder}.length >> 3] |= 1 << (${builder}.length & 7); ${builder}.length++;`;
}

function roomIn(builder: string): string {
  return `if (${builder}.length === ${builder}.capacity) ${builder}.grow();`;
}
