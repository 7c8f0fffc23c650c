import type { FixedBuilder } from '../../columns/builders/fixed.ts';
import type { Int64Builder } from '../../columns/builders/int64.ts';
import { daysFromCivil, daysInMonth, parseDate, parseTime, parseTimestamp } from '../../core/calendar.ts';
import type { TimeUnit } from '../../core/schema.ts';
import { COLON, DOT, FAILED, isDigit, MINUS, PLUS, QUOTE, ZERO } from './ascii.ts';
import { appendBillions } from './integer.ts';
import { skipString } from './skip.ts';
import { textOf } from './string.ts';

const LETTER_T = 0x54;
const LETTER_Z = 0x5a;
const SPACE = 0x20;
/** Makes any sum with it fail a range check. */
const NO_DIGITS = -1_000_000;

/** How a column holds timestamps. */
export interface TimestampForm {
  /** Digits of fraction: 3, 6 or 9. */
  readonly digits: number;
  /** 10 ^ digits. */
  readonly perSecond: number;
  readonly utc: boolean;
}

/** The form of each `timestamp(unit, zone)`, by unit and zone; what generated code passes on. */
export const TIMESTAMP_FORMS: Readonly<Record<`${TimeUnit}_${'utc' | 'local'}`, TimestampForm>> = {
  ms_utc: { digits: 3, perSecond: 1e3, utc: true },
  us_utc: { digits: 6, perSecond: 1e6, utc: true },
  ns_utc: { digits: 9, perSecond: 1e9, utc: true },
  ms_local: { digits: 3, perSecond: 1e3, utc: false },
  us_local: { digits: 6, perSecond: 1e6, utc: false },
  ns_local: { digits: 9, perSecond: 1e9, utc: false },
};

// Timestamps of one batch lie close together: the days of the last date seen are kept.
let lastDate = -1;
let lastDays = 0;

/**
 * Reads an ISO 8601 timestamp. This is the way of `2024-03-01T10:00:00[.fraction][Z|±HH:MM]`; whatever else
 * `parseTimestamp` takes goes there. Fraction digits the column cannot hold must be zero. A local timestamp has no offset.
 */
export function readTimestamp(bytes: Buffer, at: number, builder: Int64Builder, form: TimestampForm): number {
  const days = daysAt(bytes, at + 1);
  const separator = bytes[at + 11]!;
  const seconds = clockAt(bytes, at + 12);
  const usual = bytes[at] === QUOTE && (separator === LETTER_T || separator === SPACE);
  if (!usual || days === NO_DIGITS || seconds < 0) return readUnusual(bytes, at, builder, form);
  let p = at + 20;
  let fraction = 0;
  let digits = 0;
  if (bytes[p] === DOT) {
    for (p++; isDigit(bytes[p]!) && digits < form.digits; p++, digits++) fraction = fraction * 10 + (bytes[p]! - ZERO);
    if (digits === 0 || isDigit(bytes[p]!)) return readUnusual(bytes, at, builder, form);
    for (; digits < form.digits; digits++) fraction *= 10;
  }
  let offset = 0;
  if (bytes[p] === LETTER_Z) {
    if (bytes[p + 1] !== QUOTE || !form.utc) return FAILED;
    p++;
  } else if (bytes[p] !== QUOTE) {
    offset = offsetAt(bytes, p);
    p += 6;
    if (offset === NO_DIGITS || bytes[p] !== QUOTE || !form.utc) return readUnusual(bytes, at, builder, form);
  }
  return append(builder, days * 86_400 + seconds - offset, fraction, form) ? p + 1 : FAILED;
}

/** Reads `"YYYY-MM-DD"` as days. */
export function readDate(bytes: Buffer, at: number, builder: FixedBuilder): number {
  if (bytes[at] === QUOTE && bytes[at + 11] === QUOTE) {
    const days = daysAt(bytes, at + 1);
    if (days !== NO_DIGITS) {
      builder.appendNumber(days);
      return at + 12;
    }
  }
  const days = parseDate(textOf(bytes, at) ?? '');
  if (days === undefined) return FAILED;
  builder.appendNumber(days);
  return skipString(bytes, at);
}

/** Reads `"HH:MM[:SS[.ffffff]]"` as microseconds since midnight. */
export function readTime(bytes: Buffer, at: number, builder: Int64Builder): number {
  const micros = parseTime(textOf(bytes, at) ?? '');
  if (micros === undefined) return FAILED;
  builder.appendNumber(micros);
  return skipString(bytes, at);
}

function readUnusual(bytes: Buffer, at: number, builder: Int64Builder, form: TimestampForm): number {
  const text = textOf(bytes, at);
  if (text === undefined) return FAILED;
  // With a Z put behind, a text that has an offset of its own is no timestamp.
  const nanos = parseTimestamp(form.utc ? text : `${text}Z`);
  const unit = 10n ** BigInt(9 - form.digits);
  if (nanos === undefined || nanos % unit !== 0n) return FAILED;
  const value = nanos / unit;
  if (BigInt.asIntN(64, value) !== value) return FAILED;
  builder.appendBigInt(value);
  return skipString(bytes, at);
}

/** Appends a number of seconds and a fraction in units of the form; false if 64 bits cannot hold it. */
function append(builder: Int64Builder, seconds: number, fraction: number, form: TimestampForm): boolean {
  const value = seconds * form.perSecond + fraction;
  if (Number.isSafeInteger(value)) builder.appendNumber(value);
  else if (form.digits === 9 && seconds >= 0 && seconds < 9_223_372_036) appendBillions(builder, seconds, fraction);
  else {
    const exact = BigInt(seconds) * BigInt(form.perSecond) + BigInt(fraction);
    if (BigInt.asIntN(64, exact) !== exact) return false;
    builder.appendBigInt(exact);
  }
  return true;
}

function daysAt(bytes: Uint8Array, p: number): number {
  const year = twoDigits(bytes, p) * 100 + twoDigits(bytes, p + 2);
  const month = twoDigits(bytes, p + 5);
  const day = twoDigits(bytes, p + 8);
  if (bytes[p + 4] !== MINUS || bytes[p + 7] !== MINUS || year < 0 || month < 1 || day < 1) return NO_DIGITS;
  const date = (year << 9) | (month << 5) | day;
  if (date === lastDate && month < 16 && day < 32) return lastDays;
  if (day > daysInMonth(year, month)) return NO_DIGITS;
  lastDate = date;
  lastDays = daysFromCivil(year, month, day);
  return lastDays;
}

/** Seconds since midnight of `HH:MM:SS`, negative if it is none. */
function clockAt(bytes: Uint8Array, p: number): number {
  const hour = twoDigits(bytes, p);
  const minute = twoDigits(bytes, p + 3);
  const second = twoDigits(bytes, p + 6);
  if (bytes[p + 2] !== COLON || bytes[p + 5] !== COLON || hour > 23 || minute > 59 || second > 59) return NO_DIGITS;
  return hour * 3600 + minute * 60 + second;
}

/** Seconds of `±HH:MM`. */
function offsetAt(bytes: Uint8Array, p: number): number {
  const sign = bytes[p]!;
  const hour = twoDigits(bytes, p + 1);
  const minute = twoDigits(bytes, p + 4);
  const valid = (sign === PLUS || sign === MINUS) && bytes[p + 3] === COLON;
  if (!valid || hour < 0 || hour > 23 || minute < 0 || minute > 59) return NO_DIGITS;
  return (hour * 3600 + minute * 60) * (sign === MINUS ? -1 : 1);
}

function twoDigits(bytes: Uint8Array, p: number): number {
  const tens = bytes[p]! - ZERO;
  const ones = bytes[p + 1]! - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NO_DIGITS;
}
