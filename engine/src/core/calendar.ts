/** Proleptic Gregorian calendar and the canonical texts of dates, times and timestamps. UTC throughout; no `Date`. */

export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;
export const MICROS_PER_HOUR = 60 * MICROS_PER_MINUTE;
export const MICROS_PER_DAY = 24 * MICROS_PER_HOUR;
const NANOS_PER_SECOND = 1_000_000_000n;
const NANOS_PER_DAY = 86_400n * NANOS_PER_SECOND;

export interface CivilDate {
  readonly year: number;
  /** 1..12 */
  readonly month: number;
  /** 1..31 */
  readonly day: number;
}

// The two conversions are Howard Hinnant's ("chrono-Compatible Low-Level Date Algorithms"): eras of 400 years,
// years that begin in March, so that the leap day comes last.

/** Days since 1970-01-01. Any integer year; month and day must be valid. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The date `days` after 1970-01-01; the inverse of `daysFromCivil`. */
export function civilFromDays(days: number): CivilDate {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** Days in a month; 0 for a month outside 1..12. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2 && isLeapYear(year)) return 29;
  return MONTH_DAYS[month - 1] ?? 0;
}

/** `YYYY-MM-DD`; years outside 0..9999 in ISO 8601's expanded form (`+012345-01-01`). */
export function formatDate(days: number): string {
  const { year, month, day } = civilFromDays(days);
  return `${formatYear(year)}-${pad(month, 2)}-${pad(day, 2)}`;
}

/** Days since the epoch of a text `formatDate` could have written; undefined for any other. */
export function parseDate(text: string): number | undefined {
  const match = /^(\d{4}|[+-]\d{6})-(\d\d)-(\d\d)$/.exec(text);
  return match ? checkedDays(Number(match[1]), Number(match[2]), Number(match[3])) : undefined;
}

/** `HH:MM:SS` and as much of the fraction as is not zero. `micros` is in [0, MICROS_PER_DAY). */
export function formatTime(micros: number): string {
  return clockText(Math.floor(micros / MICROS_PER_SECOND), pad(micros % MICROS_PER_SECOND, 6));
}

/** Microseconds since midnight of `HH:MM[:SS[.f]]` with up to 6 digits of fraction; undefined for any other text. */
export function parseTime(text: string): number | undefined {
  const match = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?$/.exec(text);
  if (!match) return undefined;
  const seconds = secondsOfDay(match[1], match[2], match[3]);
  return seconds === undefined ? undefined : seconds * MICROS_PER_SECOND + Number((match[4] ?? '').padEnd(6, '0'));
}

/** ISO 8601 with `Z` and a minimal fraction of a whole number of microseconds since the epoch: `2024-03-01T10:00:00.25Z`. */
export function formatTimestamp(micros: number): string {
  return `${formatLocalTimestamp(micros)}Z`;
}

/** As `formatTimestamp` without the `Z`: for timestamps that are not tied to a zone. */
export function formatLocalTimestamp(micros: number): string {
  const days = Math.floor(micros / MICROS_PER_DAY);
  return `${formatDate(days)}T${formatTime(micros - days * MICROS_PER_DAY)}`;
}

/** As `formatLocalTimestamp`, for nanoseconds and for values beyond 2^53 microseconds. */
export function formatLocalNanos(nanos: bigint): string {
  const ofDay = ((nanos % NANOS_PER_DAY) + NANOS_PER_DAY) % NANOS_PER_DAY;
  const days = Number((nanos - ofDay) / NANOS_PER_DAY);
  const fraction = (ofDay % NANOS_PER_SECOND).toString().padStart(9, '0');
  return `${formatDate(days)}T${clockText(Number(ofDay / NANOS_PER_SECOND), fraction)}`;
}

const TIMESTAMP =
  /^(\d{4}|[+-]\d{6})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:([Zz])|([+-])(\d\d):?(\d\d)?)?$/;

/**
 * Nanoseconds since the epoch of an ISO 8601 timestamp: `T` or a space, seconds and up to 9 digits of fraction optional,
 * `Z`, `±HH:MM`, `±HHMM`, `±HH` or no offset (taken as UTC). Undefined for any other text, leap seconds among them.
 */
export function parseTimestamp(text: string): bigint | undefined {
  const match = TIMESTAMP.exec(text);
  if (!match) return undefined;
  const days = checkedDays(Number(match[1]), Number(match[2]), Number(match[3]));
  const seconds = secondsOfDay(match[4], match[5], match[6]);
  const offset = offsetSeconds(match[9], match[10], match[11]);
  if (days === undefined || seconds === undefined || offset === undefined) return undefined;
  return BigInt(days * 86_400 + seconds - offset) * NANOS_PER_SECOND + BigInt((match[7] ?? '').padEnd(9, '0'));
}

function checkedDays(year: number, month: number, day: number): number | undefined {
  return day >= 1 && day <= daysInMonth(year, month) ? daysFromCivil(year, month, day) : undefined;
}

function secondsOfDay(hour = '', minute = '', second = '0'): number | undefined {
  const valid = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
  return valid ? Number(hour) * 3600 + Number(minute) * 60 + Number(second) : undefined;
}

function offsetSeconds(sign = '+', hour = '0', minute = '0'): number | undefined {
  if (Number(hour) > 23 || Number(minute) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hour) * 3600 + Number(minute) * 60);
}

function clockText(seconds: number, fraction: string): string {
  const clock = `${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}`;
  const digits = fraction.replace(/0+$/, '');
  return digits === '' ? clock : `${clock}.${digits}`;
}

function formatYear(year: number): string {
  if (year >= 0 && year <= 9999) return pad(year, 4);
  return `${year < 0 ? '-' : '+'}${pad(Math.abs(year), 6)}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
