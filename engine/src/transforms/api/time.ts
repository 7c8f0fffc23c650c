import {
  civilFromDays,
  daysFromCivil,
  daysInMonth,
  formatDate,
  formatTimestamp,
  MICROS_PER_DAY,
  MICROS_PER_HOUR,
  MICROS_PER_MINUTE,
  MICROS_PER_SECOND,
  parseTimestamp,
} from '../../core/calendar.ts';
import { compileStrftime } from '../../core/strftime.ts';
import { compileStrptime } from '../../core/strptime.ts';
import type { Timestamp } from './values.ts';

export type CalendarUnit = 'week' | 'month' | 'quarter' | 'year';
export type ClockUnit = 'microsecond' | 'millisecond' | 'second' | 'minute' | 'hour' | 'day';

/** A timestamp taken apart, in UTC. */
export interface TimeParts {
  readonly year: number;
  /** 1..12 */
  readonly month: number;
  /** 1..31 */
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0..999,999 */
  readonly microsecond: number;
  /** ISO 8601: 1 is Monday, 7 is Sunday. */
  readonly weekday: number;
}

const CLOCK_MICROS: Readonly<Record<ClockUnit, number>> = {
  microsecond: 1,
  millisecond: 1000,
  second: MICROS_PER_SECOND,
  minute: MICROS_PER_MINUTE,
  hour: MICROS_PER_HOUR,
  day: MICROS_PER_DAY,
};
const UNIT_MONTHS = { month: 1, quarter: 3, year: 12 };
const MICROS_PER_WEEK = 7 * MICROS_PER_DAY;
const MONDAY = -3; // 1969-12-29, a Monday, in days since the epoch
/** The formats of a transform are a handful of literals; a format made from data must not fill the memory. */
const MAX_CACHED_FORMATS = 64;

/**
 * Computes with timestamps: whole microseconds since the epoch, in UTC. Subtract and compare them as the numbers they
 * are. What cannot be computed throws, which costs the record; the functions keep nothing but compiled formats.
 */
export const time = {
  /** Reads ISO 8601 (no offset means UTC), or `format` in strptime notation: `%d/%b/%Y:%H:%M:%S %z`. Cuts after microseconds. */
  parse(text: string, format?: string): Timestamp {
    const parsed = time.tryParse(text, format);
    if (parsed !== undefined) return parsed;
    throw new RangeError(`time.parse: must be ${format ?? 'an ISO 8601 timestamp'}, got ${JSON.stringify(text)}`);
  },

  /** As `parse`, but undefined for a text that is no timestamp, and for anything that is no text. */
  tryParse(text: unknown, format?: string): Timestamp | undefined {
    if (typeof text !== 'string') return undefined;
    if (format !== undefined) return parserOf(format)(text) as Timestamp | undefined;
    const nanos = parseTimestamp(text);
    return nanos === undefined ? undefined : time.fromNanos(nanos);
  },

  /** ISO 8601 with `Z`, or `format` in strftime notation: `%Y-%m-%d`. */
  format(at: Timestamp, format?: string): string {
    return format === undefined ? formatTimestamp(whole(at)) : formatterOf(format)(whole(at));
  },

  fromSeconds: (seconds: number): Timestamp => whole(Math.round(seconds * MICROS_PER_SECOND)),
  fromMillis: (millis: number): Timestamp => whole(Math.round(millis * 1000)),
  fromMicros: (micros: number): Timestamp => whole(micros),
  fromNanos: (nanos: bigint): Timestamp => Number((nanos - modulo(nanos, 1000n)) / 1000n) as Timestamp,
  fromDate: (date: Date): Timestamp => time.fromMillis(date.getTime()),

  /** Whole milliseconds, rounded down. */
  toMillis: (at: Timestamp): number => Math.floor(at / 1000),
  toNanos: (at: Timestamp): bigint => BigInt(at) * 1000n,
  /** Cut to the millisecond. */
  toDate: (at: Timestamp): Date => new Date(time.toMillis(at)),

  /** `YYYY-MM-DD`, as `t.date()` takes it. */
  date: (at: Timestamp): string => formatDate(Math.floor(whole(at) / MICROS_PER_DAY)),

  /** The first instant of the second, minute, …, ISO week (from Monday), month, quarter or year. */
  startOf(at: Timestamp, unit: ClockUnit | CalendarUnit): Timestamp {
    if (unit === 'week') return floor(at, MICROS_PER_WEEK, MONDAY * MICROS_PER_DAY);
    if (isClockUnit(unit)) return floor(at, CLOCK_MICROS[unit], 0);
    const { year, month } = civilFromDays(Math.floor(whole(at) / MICROS_PER_DAY));
    const first = month - ((month - 1) % monthsOf(unit));
    return (daysFromCivil(year, first, 1) * MICROS_PER_DAY) as Timestamp;
  },

  /** `count` units later, or earlier if negative. Months, quarters and years keep the day, or take the month's last. */
  add(at: Timestamp, count: number, unit: ClockUnit | CalendarUnit): Timestamp {
    if (unit === 'week') return whole(at + count * MICROS_PER_WEEK);
    return isClockUnit(unit) ? whole(at + count * CLOCK_MICROS[unit]) : addMonths(at, count * monthsOf(unit));
  },

  parts(at: Timestamp): TimeParts {
    const days = Math.floor(whole(at) / MICROS_PER_DAY);
    const micros = at - days * MICROS_PER_DAY;
    return {
      ...civilFromDays(days),
      hour: Math.floor(micros / MICROS_PER_HOUR),
      minute: Math.floor(micros / MICROS_PER_MINUTE) % 60,
      second: Math.floor(micros / MICROS_PER_SECOND) % 60,
      microsecond: micros % MICROS_PER_SECOND,
      weekday: modulo(days - MONDAY, 7) + 1,
    };
  },
};

function addMonths(at: Timestamp, months: number): Timestamp {
  if (!Number.isInteger(months)) throw new RangeError(`time.add: must add whole months, got ${months}`);
  const days = Math.floor(whole(at) / MICROS_PER_DAY);
  const date = civilFromDays(days);
  const target = date.year * 12 + date.month - 1 + months;
  const [year, month] = [Math.floor(target / 12), modulo(target, 12) + 1];
  const day = Math.min(date.day, daysInMonth(year, month));
  return (daysFromCivil(year, month, day) * MICROS_PER_DAY + (at - days * MICROS_PER_DAY)) as Timestamp;
}

function floor(at: Timestamp, unit: number, origin: number): Timestamp {
  return (Math.floor((whole(at) - origin) / unit) * unit + origin) as Timestamp;
}

function isClockUnit(unit: string): unit is ClockUnit {
  return Object.hasOwn(CLOCK_MICROS, unit);
}

function monthsOf(unit: string): number {
  if (unit === 'month' || unit === 'quarter' || unit === 'year') return UNIT_MONTHS[unit];
  throw new RangeError(
    `time: unit must be one of ${Object.keys(CLOCK_MICROS)}, week, month, quarter, year, got ${unit}`,
  );
}

function whole(micros: number): Timestamp {
  if (Number.isInteger(micros)) return micros as Timestamp;
  throw new RangeError(`time: must be whole microseconds since the epoch, got ${micros}`);
}

function modulo(value: number, divisor: number): number;
function modulo(value: bigint, divisor: bigint): bigint;
function modulo(value: number | bigint, divisor: number | bigint): number | bigint {
  if (typeof value === 'bigint' && typeof divisor === 'bigint') return ((value % divisor) + divisor) % divisor;
  return ((Number(value) % Number(divisor)) + Number(divisor)) % Number(divisor);
}

/** Compiles once for each format. */
function remembered<Compiled>(compile: (format: string) => Compiled): (format: string) => Compiled {
  const compiled = new Map<string, Compiled>();
  return (format) => {
    const known = compiled.get(format);
    if (known !== undefined) return known;
    if (compiled.size >= MAX_CACHED_FORMATS) compiled.clear();
    const made = compile(format);
    compiled.set(format, made);
    return made;
  };
}

const parserOf = remembered(compileStrptime);
const formatterOf = remembered((format) => compileStrftime(format).format);
