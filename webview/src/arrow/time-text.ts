/** Texts of dates and times, from whole units since the epoch: exact for every int64, in the proleptic Gregorian calendar. */

/** By the names of Arrow's units. */
export const unitsPerSecond = {
  SECOND: 1n,
  MILLISECOND: 1_000n,
  MICROSECOND: 1_000_000n,
  NANOSECOND: 1_000_000_000n,
} as const;

const secondsPerDay = 86_400n;
const millisPerDay = 86_400_000;
/** The calendar repeats after 400 years. */
const daysPerEra = 146_097;

/** `YYYY-MM-DD`, from days (int32) or milliseconds (int64). */
export function dateText(values: Int32Array | BigInt64Array, row: number): string {
  const value = values[row]!;
  return dayText(typeof value === 'bigint' ? Number(floorDivide(value, BigInt(millisPerDay))) : value);
}

/** `YYYY-MM-DDTHH:MM:SS[.fraction]`, with `Z` where it is an instant. */
export function timestampText(value: bigint, perSecond: bigint, isInstant: boolean): string {
  const perDay = secondsPerDay * perSecond;
  const day = floorDivide(value, perDay);
  return `${dayText(Number(day))}T${timeText(value - day * perDay, perSecond)}${isInstant ? 'Z' : ''}`;
}

/** `HH:MM:SS` and as much of the fraction as is not zero; `value` is of one day. */
export function timeText(value: bigint, perSecond: bigint): string {
  const seconds = Number(value / perSecond);
  const digits = String(perSecond).length - 1;
  const fraction =
    digits === 0
      ? ''
      : String(value % perSecond)
          .padStart(digits, '0')
          .replace(/0+$/, '');
  const clock = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((part) =>
    String(Math.floor(part)).padStart(2, '0'),
  );
  return clock.join(':') + (fraction === '' ? '' : `.${fraction}`);
}

/** Years outside of 0 to 9999 in ISO 8601's expanded form. Folded into an era that `Date` knows. */
function dayText(day: number): string {
  const era = Math.floor(day / daysPerEra);
  const date = new Date((day - era * daysPerEra) * millisPerDay);
  const year = date.getUTCFullYear() + era * 400;
  const sign = year < 0 ? '-' : '+';
  const yearText =
    year >= 0 && year <= 9999 ? String(year).padStart(4, '0') : sign + String(Math.abs(year)).padStart(6, '0');
  return `${yearText}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}
