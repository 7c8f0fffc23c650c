// Dates, times and timestamps of ISO 8601 as they are usually written. Other spellings that the twin takes are left to it.

import { COLON, DOT, isDigit, MINUS, QUOTE } from './json-ascii';
import { digitsValue, leadingDigits, loadDigits, skipZeros, smallPower } from './json-digits';
import { Column, FAILED } from './json-layout';

const PLUS: u32 = 0x2b;
const SPACE: u32 = 0x20;
const LETTER_T: u32 = 0x54;
const LETTER_Z: u32 = 0x5a;
const SECONDS_PER_DAY: i64 = 86_400;
/** No day, no second and no offset is this one. */
const NONE: i32 = i32.MIN_VALUE;
/** Seconds from the epoch that nanoseconds in 64 bits surely reach. */
const MAX_NANO_SECONDS: i64 = 9_223_372_035;

// Timestamps of one body lie close together: the date seen last is kept as it is written.
let lastDateLow: u64 = 0;
let lastDateHigh: u32 = 0;
let lastDays: i32 = NONE;

/** Reads `"YYYY-MM-DD"` as days since the epoch. */
export function readDate(p: usize, column: Column): usize {
  if (load<u8>(p) != QUOTE || load<u8>(p, 11) != QUOTE) return FAILED;
  const days = daysAt(p + 1);
  if (days == NONE) return FAILED;
  const slot = column.length;
  store<i32>(column.values + (slot << 2), days);
  column.length = slot + 1;
  return p + 12;
}

/** Reads `"HH:MM:SS[.ffffff]"` as microseconds since midnight. */
export function readTime(p: usize, column: Column): usize {
  const clock = clockAt(p + 1);
  if (load<u8>(p) != QUOTE || clock == NONE) return FAILED;
  p += 9;
  let fraction: i64 = 0;
  if (load<u8>(p) == DOT) {
    const start = p + 1;
    fraction = longFraction(start, 6);
    p = fractionEnd;
    if (!p || p - start > 6) return FAILED;
  }
  if (load<u8>(p) != QUOTE) return FAILED;
  const slot = column.length;
  store<i64>(column.values + (slot << 3), <i64>clock * 1_000_000 + fraction);
  column.length = slot + 1;
  return p + 1;
}

/** Reads `"YYYY-MM-DD[T ]HH:MM:SS[.f…][Z|±HH:MM]"` in the column's unit. Digits that it cannot hold must be zero. */
export function readTimestamp(p: usize, column: Column): usize {
  const separator: u32 = load<u8>(p, 11);
  if (load<u8>(p) != QUOTE || (separator != LETTER_T && separator != SPACE)) return FAILED;
  const days = daysAt(p + 1);
  const clock = clockAt(p + 12);
  if (days == NONE || clock == NONE) return FAILED;
  p += 20;
  let fraction: i64 = 0;
  if (load<u8>(p) == DOT) {
    const word = loadDigits(++p);
    const count = leadingDigits(word);
    if (count == 0 || count > <u32>column.digits || count == 8) {
      fraction = longFraction(p, column.digits);
      p = fractionEnd;
      if (!p) return FAILED;
    } else {
      fraction = digitsValue(word, count) * smallPower(column.digits - count);
      p += count;
    }
  }
  let seconds = <i64>days * SECONDS_PER_DAY + clock;
  if (load<u8>(p) != QUOTE) {
    if (!column.detail) return FAILED;
    if (load<u8>(p) == LETTER_Z) p++;
    else {
      const offset = offsetAt(p);
      if (offset == NONE) return FAILED;
      seconds -= offset;
      p += 6;
    }
    if (load<u8>(p) != QUOTE) return FAILED;
  }
  if (column.digits == 9 && (seconds > MAX_NANO_SECONDS || seconds < -MAX_NANO_SECONDS)) return FAILED;
  const slot = column.length;
  store<i64>(column.values + (slot << 3), seconds * smallPower(column.digits) + fraction);
  column.length = slot + 1;
  return p + 1;
}

let fractionEnd: usize = 0;

/** A fraction of any length up to 9 digits, in units of 10^-digits. Sets `fractionEnd`, to 0 if there is none that fits. */
function longFraction(p: usize, digits: i32): i64 {
  fractionEnd = 0;
  let end = p;
  let value: i64 = 0;
  for (; isDigit(load<u8>(end)) && end - p < <usize>digits; end++) value = value * 10 + (load<u8>(end) - 0x30);
  if (end == p) return 0;
  const zeros = skipZeros(end);
  if (isDigit(load<u8>(zeros)) || zeros - p > 9) return 0;
  fractionEnd = zeros;
  return value * smallPower(digits - <u32>(end - p));
}

/** Days since the epoch of `YYYY-MM-DD`, NONE if it is no date. */
@inline
function daysAt(p: usize): i32 {
  const low = load<u64>(p);
  const high: u32 = load<u16>(p, 8);
  return low == lastDateLow && high == lastDateHigh ? lastDays : parseDays(p, low, high);
}

function parseDays(p: usize, low: u64, high: u32): i32 {
  const century = twoDigits(p);
  const ofCentury = twoDigits(p + 2);
  const month = twoDigits(p + 5);
  const day = twoDigits(p + 8);
  if (load<u8>(p, 4) != MINUS || load<u8>(p, 7) != MINUS || (century | ofCentury | month | day) < 0) return NONE;
  const year = century * 100 + ofCentury;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return NONE;
  lastDateLow = low;
  lastDateHigh = high;
  lastDays = daysFromCivil(year, month, day);
  return lastDays;
}

function daysInMonth(year: i32, month: i32): i32 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return 30 + ((month + (month >> 3)) & 1);
}

/** As `daysFromCivil` in core/calendar.ts, for years from 0 to 9999. */
function daysFromCivil(year: i32, month: i32, day: i32): i32 {
  const marchYear = year - i32(month <= 2) + 400; // an era more, so that nothing is negative
  const era = marchYear / 400;
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  return (era - 1) * 146_097 + dayOfEra - 719_468;
}

/** Seconds since midnight of `HH:MM:SS`, NONE if it is no time. */
@inline
function clockAt(p: usize): i32 {
  const word = load<u64>(p) ^ 0x3030_3a30_303a_3030;
  // The high bit of a byte is set where a digit is above 9, or where a colon is none.
  if (((word + 0x7676_7f76_767f_7676) | word) & 0x8080_8080_8080_8080) return NONE;
  const hour = <i32>(word & 0xff) * 10 + <i32>((word >>> 8) & 0xff);
  const minute = <i32>((word >>> 24) & 0xff) * 10 + <i32>((word >>> 32) & 0xff);
  const second = <i32>((word >>> 48) & 0xff) * 10 + <i32>(word >>> 56);
  return hour > 23 || minute > 59 || second > 59 ? NONE : hour * 3600 + minute * 60 + second;
}

/** Seconds of `±HH:MM`, NONE if it is no offset. */
function offsetAt(p: usize): i32 {
  const sign: u32 = load<u8>(p);
  const hour = twoDigits(p + 1);
  const minute = twoDigits(p + 4);
  if ((sign != PLUS && sign != MINUS) || load<u8>(p, 3) != COLON) return NONE;
  if ((hour | minute) < 0 || hour > 23 || minute > 59) return NONE;
  const seconds = hour * 3600 + minute * 60;
  return sign == MINUS ? -seconds : seconds;
}

/** A number of two digits, negative if they are not. */
@inline
function twoDigits(p: usize): i32 {
  const tens = <u32>load<u8>(p) - 0x30;
  const ones = <u32>load<u8>(p, 1) - 0x30;
  return tens <= 9 && ones <= 9 ? tens * 10 + ones : -1;
}
