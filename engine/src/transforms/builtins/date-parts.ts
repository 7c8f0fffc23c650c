import {
  civilFromDays,
  daysFromCivil,
  MICROS_PER_DAY,
  MICROS_PER_HOUR,
  MICROS_PER_MINUTE,
  MICROS_PER_SECOND,
} from '../../core/calendar.ts';
import type { Timestamp } from '../api/values.ts';
import type { Missing } from './missing.ts';

/** 1970-01-01 was a Thursday, the fourth day of its ISO week. */
const EPOCH_WEEKDAY = 4;

/** Parts of whole microseconds since the epoch, in UTC. The one definition of what functions and columns answer. */
export const datePartOf = {
  year: (micros: number): number => civilFromDays(daysOf(micros)).year,
  month: (micros: number): number => civilFromDays(daysOf(micros)).month,
  day: (micros: number): number => civilFromDays(daysOf(micros)).day,
  hour: (micros: number): number => clock(micros, MICROS_PER_HOUR, 24),
  minute: (micros: number): number => clock(micros, MICROS_PER_MINUTE, 60),
  second: (micros: number): number => clock(micros, MICROS_PER_SECOND, 60),
  dayOfWeek: (micros: number): number => floorModulo(daysOf(micros) + EPOCH_WEEKDAY - 1, 7) + 1,
  dayOfYear: (micros: number): number => {
    const days = daysOf(micros);
    return days - daysFromCivil(civilFromDays(days).year, 1, 1) + 1;
  },
} satisfies Record<string, (micros: number) => number>;

export type DatePart = keyof typeof datePartOf;

/** The year in UTC. Null for null. */
export function year(at: Timestamp): number;
export function year(at: Timestamp | Missing): number | null;
export function year(at: Timestamp | Missing): number | null {
  return at == null ? null : datePartOf.year(whole(at));
}

/** The month in UTC, 1..12. Null for null. */
export function month(at: Timestamp): number;
export function month(at: Timestamp | Missing): number | null;
export function month(at: Timestamp | Missing): number | null {
  return at == null ? null : datePartOf.month(whole(at));
}

/** The day of the month in UTC, 1..31. Null for null. */
export function day(at: Timestamp): number;
export function day(at: Timestamp | Missing): number | null;
export function day(at: Timestamp | Missing): number | null {
  return at == null ? null : datePartOf.day(whole(at));
}

/** The hour in UTC, 0..23. Null for null. */
export function hour(at: Timestamp): number;
export function hour(at: Timestamp | Missing): number | null;
export function hour(at: Timestamp | Missing): number | null {
  return at == null ? null : datePartOf.hour(whole(at));
}

/** The minute of the hour, 0..59. Null for null. */
export function minute(at: Timestamp): number;
export function minute(at: Timestamp | Missing): number | null;
export function minute(at: Timestamp | Missing): number | null {
  return at == null ? null : datePartOf.minute(whole(at));
}

/** The second of the minute, 0..59. Null for null. */
export function second(at: Timestamp): number;
export function second(at: Timestamp | Missing): number | null;
export function second(at: Timestamp | Missing): number | null {
  return at == null ? null : datePartOf.second(whole(at));
}

/** The day of the week in UTC as ISO 8601 counts: 1 is Monday, 7 is Sunday. Null for null. */
export function dayOfWeek(at: Timestamp): number;
export function dayOfWeek(at: Timestamp | Missing): number | null;
export function dayOfWeek(at: Timestamp | Missing): number | null {
  return at == null ? null : datePartOf.dayOfWeek(whole(at));
}

/** The day of the year in UTC, 1..366. Null for null. */
export function dayOfYear(at: Timestamp): number;
export function dayOfYear(at: Timestamp | Missing): number | null;
export function dayOfYear(at: Timestamp | Missing): number | null {
  return at == null ? null : datePartOf.dayOfYear(whole(at));
}

function whole(at: Timestamp): number {
  if (Number.isInteger(at)) return at;
  throw new RangeError(`date part: must be of whole microseconds since the epoch, got ${at}`);
}

function daysOf(micros: number): number {
  return Math.floor(micros / MICROS_PER_DAY);
}

function clock(micros: number, unitMicros: number, units: number): number {
  return floorModulo(Math.floor(micros / unitMicros), units);
}

function floorModulo(value: number, divisor: number): number {
  return value - Math.floor(value / divisor) * divisor;
}
