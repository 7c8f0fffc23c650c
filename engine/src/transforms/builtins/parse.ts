import { time } from '../api/time.ts';
import type { Timestamp } from '../api/values.ts';
import type { Missing } from './missing.ts';

// No sign, digit or zero that is not meant: what these refuse no other reader takes for a number either. The bounds on digits
// keep a hostile text from costing time.
const INT64 = /^[+-]?0*\d{1,19}$/;
const SAFE_INTEGER = /^[+-]?0*\d{1,16}$/;
const DOUBLE = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const BOOLS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/** The whole number that a text says, within 64 bits: digits behind an optional sign. Null for any other text, and for null. */
export function parseInt64(text: string | Missing): bigint | null {
  if (text == null || !INT64.test(text)) return null;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return BigInt.asIntN(64, value) === value ? value : null;
}

/** As `parseInt64`, within ±(2^53 − 1), as `t.int()` takes it. */
export function parseInteger(text: string | Missing): number | null {
  if (text == null || !SAFE_INTEGER.test(text)) return null;
  const value = Number(text) + 0; // no −0
  return Number.isSafeInteger(value) ? value : null;
}

/** The number nearest to what a text says, as in "-12.5e3". Null for any other text, for what no double can hold, and for null. */
export function parseDouble(text: string | Missing): number | null {
  if (text == null || !DOUBLE.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** "true" and "false" in any case, "1" and "0". Null for any other text, and for null. */
export function parseBool(text: string | Missing): boolean | null {
  return text == null ? null : (BOOLS.get(text.toLowerCase()) ?? null);
}

/** As `time.tryParse`: ISO 8601, or `format` in strptime notation. Null for any other text, and for null. */
export function parseTimestamp(text: string | Missing, format?: string): Timestamp | null {
  return time.tryParse(text, format) ?? null;
}
