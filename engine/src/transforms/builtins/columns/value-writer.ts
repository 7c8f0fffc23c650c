import { type ColumnBuilder, createBuilder } from '../../../columns/builder.ts';
import { BoolBuilder } from '../../../columns/builders/bool.ts';
import { BytesBuilder } from '../../../columns/builders/bytes.ts';
import { FixedBuilder } from '../../../columns/builders/fixed.ts';
import { Int64Builder } from '../../../columns/builders/int64.ts';
import type { Type } from '../../../core/schema.ts';

/** Lowest and highest value of the integers that are numbers in JavaScript. */
const NUMBER_RANGES: Readonly<Record<string, readonly [number, number]>> = {
  int: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  int8: [-128, 127],
  int16: [-32_768, 32_767],
  int32: [-2_147_483_648, 2_147_483_647],
  uint8: [0, 255],
  uint16: [0, 65_535],
  uint32: [0, 4_294_967_295],
};
const BIGINT_RANGES: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};
const KINDS: ReadonlySet<string> = new Set([
  ...Object.keys(NUMBER_RANGES),
  ...Object.keys(BIGINT_RANGES),
  ...['double', 'float', 'bool', 'string', 'timestamp'],
]);

/** Appends what a function answered to a column. */
export interface ValueWriter {
  readonly builder: ColumnBuilder;
  /** Whether a value is null or one of the output's type. */
  fits(value: unknown): boolean;
  /** Appends a value that fits. Null appends a null; optionality is the caller's to check. */
  append(value: unknown): void;
}

/** Whether the values of the type can be written by a `ValueWriter`. */
export function isWritable(type: Type): boolean {
  return KINDS.has(type.kind) && !(type.kind === 'timestamp' && type.unit === 'ns');
}

/** Whether whole numbers from 0 to `max` are values of the type. */
export function holdsNumbersTo({ kind }: Type, max: number): boolean {
  const range = NUMBER_RANGES[kind];
  return range === undefined ? kind === 'double' || kind === 'float' : max <= range[1];
}

/** A writer for a type that `isWritable`. */
export function createValueWriter(type: Type): ValueWriter {
  const builder = createBuilder(type);
  const append = appendTo(builder, type);
  const fits = fitsOf(type);
  return {
    builder,
    fits: (value) => value === null || fits(value),
    append(value) {
      if (value === null) builder.appendNull();
      else append(value as never);
    },
  };
}

function appendTo(builder: ColumnBuilder, type: Type): (value: never) => void {
  if (builder instanceof BytesBuilder) return (text: string) => builder.appendText(text);
  if (builder instanceof BoolBuilder) return (bool: boolean) => builder.appendBool(bool);
  if (builder instanceof FixedBuilder) return (number: number) => builder.appendNumber(number);
  if (!(builder instanceof Int64Builder)) throw new TypeError(`a column of ${type.kind} cannot be written by value`);
  if (type.kind in BIGINT_RANGES) return (integer: bigint) => builder.appendBigInt(integer);
  const divisor = divisorOf(type);
  return (number: number) => builder.appendNumber(number / divisor);
}

function fitsOf(type: Type): (value: unknown) => boolean {
  const { kind } = type;
  const [numbers, bigints] = [NUMBER_RANGES[kind], BIGINT_RANGES[kind]];
  if (numbers) return (value) => Number.isInteger(value) && isBetween(value as number, numbers);
  if (bigints) return (value) => typeof value === 'bigint' && isBetween(value, bigints);
  const divisor = divisorOf(type);
  if (kind === 'timestamp') return (value) => Number.isSafeInteger(value) && (value as number) % divisor === 0;
  if (kind === 'string') return (value) => typeof value === 'string' && value.isWellFormed();
  if (kind === 'bool') return (value) => typeof value === 'boolean';
  return (value) => typeof value === 'number' && (kind === 'double' || fitsFloat(value));
}

/** Microseconds, as JavaScript has timestamps, in a unit of the column. */
function divisorOf(type: Type): number {
  return type.kind === 'timestamp' && type.unit === 'ms' ? 1000 : 1;
}

/** A finite number that 32 bits would turn into an infinity does not fit; one that they round does. */
function fitsFloat(value: number): boolean {
  return !Number.isFinite(value) || Number.isFinite(Math.fround(value));
}

function isBetween<T extends number | bigint>(value: T, [min, max]: readonly [T, T]): boolean {
  return value >= min && value <= max;
}
