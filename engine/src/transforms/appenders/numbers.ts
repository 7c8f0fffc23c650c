import type { BoolBuilder } from '../../columns/builders/bool.ts';
import type { FixedBuilder } from '../../columns/builders/fixed.ts';
import type { Int64Builder } from '../../columns/builders/int64.ts';
import type { Type, TypeOf } from '../../core/schema.ts';
import { Appender } from './appender.ts';
import { type Misfit, wantedType } from './misfit.ts';

/** Types kept as numbers with a range of integers. */
type SmallInt = 'int8' | 'int16' | 'int32' | 'uint8' | 'uint16' | 'uint32';

const RANGES: Readonly<Record<SmallInt, readonly [min: number, max: number]>> = {
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

export class SmallIntAppender extends Appender<FixedBuilder> {
  private readonly min: number;
  private readonly max: number;

  constructor(kind: SmallInt, builder: FixedBuilder, misfit: Misfit) {
    const [min, max] = RANGES[kind];
    super(`${wantedType({ kind })} from ${min} to ${max}`, builder, misfit);
    this.min = min;
    this.max = max;
  }

  override append(value: unknown): boolean {
    const fits = typeof value === 'number' && Number.isInteger(value) && value >= this.min && value <= this.max;
    if (!fits) return this.misfit.refuse(this.wanted, value);
    this.builder.appendNumber(value);
    return true;
  }
}

/** A finite number that 32 bits would turn into an infinity does not fit a float; one that they round does. */
export class FloatAppender extends Appender<FixedBuilder> {
  private readonly narrow: boolean;

  constructor(kind: 'float' | 'double', builder: FixedBuilder, misfit: Misfit) {
    super(wantedType({ kind }), builder, misfit);
    this.narrow = kind === 'float';
  }

  override append(value: unknown): boolean {
    if (typeof value !== 'number' || (this.narrow && Number.isFinite(value) && !Number.isFinite(Math.fround(value)))) {
      return this.misfit.refuse(this.wanted, value);
    }
    this.builder.appendNumber(value);
    return true;
  }
}

/** int: safe integers. */
export class IntAppender extends Appender<Int64Builder> {
  constructor(builder: Int64Builder, misfit: Misfit) {
    super('an int within ±(2^53 - 1)', builder, misfit);
  }

  override append(value: unknown): boolean {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) return this.misfit.refuse(this.wanted, value);
    this.builder.appendNumber(value);
    return true;
  }
}

/** int64, uint64, and timestamps in ns. */
export class BigIntAppender extends Appender<Int64Builder> {
  private readonly unsigned: boolean;

  constructor(type: Type, builder: Int64Builder, misfit: Misfit) {
    super(`${wantedType(type)} (a bigint of 64 bits)`, builder, misfit);
    this.unsigned = type.kind === 'uint64';
  }

  override append(value: unknown): boolean {
    if (typeof value !== 'bigint') return this.misfit.refuse(this.wanted, value);
    const kept = this.unsigned ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value);
    if (kept !== value) return this.misfit.refuse(this.wanted, value);
    this.builder.appendBigInt(value);
    return true;
  }
}

const MAX_INT64 = 2 ** 63;

/**
 * Timestamps in us and ms. Any whole number is taken that 64 bits hold, also beyond 2^53: there not every microsecond
 * has a number, but each number is a microsecond. Nothing is cut: microseconds do not fit a timestamp(ms).
 */
export class TimestampAppender extends Appender<Int64Builder> {
  private readonly micros: number;

  constructor(type: TypeOf<'timestamp'>, builder: Int64Builder, misfit: Misfit) {
    super(type.unit === 'ms' ? `${wantedType(type)} of whole milliseconds` : wantedType(type), builder, misfit);
    this.micros = type.unit === 'ms' ? 1000 : 1;
  }

  override append(value: unknown): boolean {
    const units = typeof value === 'number' ? value / this.micros : Number.NaN;
    if (!Number.isInteger(units) || units < -MAX_INT64 || units >= MAX_INT64) {
      return this.misfit.refuse(this.wanted, value);
    }
    this.builder.appendNumber(units);
    return true;
  }
}

export class BoolAppender extends Appender<BoolBuilder> {
  constructor(builder: BoolBuilder, misfit: Misfit) {
    super('a bool', builder, misfit);
  }

  override append(value: unknown): boolean {
    if (typeof value !== 'boolean') return this.misfit.refuse(this.wanted, value);
    this.builder.appendBool(value);
    return true;
  }
}
