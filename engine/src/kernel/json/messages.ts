import type { Type } from '../../core/schema.ts';
import { formatType } from '../../core/schema-text.ts';
import { FAILED } from './ascii.ts';
import { mismatch, skipValue } from './skip.ts';

/** A place in the schema that a value may fail to fit. */
export interface Site {
  /** Dotted path: `geo.lat`, `tags[]`, `labels.*`. */
  readonly path: string;
  readonly type: Type;
  readonly optional: boolean;
}

/** Longer values are shortened in messages. */
const SHOWN_CHARACTERS = 60;

/** "delay must be int (a whole number …), got "late"". `offset` is where the value begins, -1 if the key was missing. */
export function misfitMessage(bytes: Buffer, site: Site, offset: number): string {
  if (offset < 0) return `${site.path} is required, but missing`;
  const shown = valueText(bytes, offset);
  if (shown === 'null') return `${site.path} is required, got null`;
  return `${site.path} must be ${ruleOf(site.type)}, got ${shown}${adviceFor(site.type, shown)}`;
}

/** "expected ":" at byte 12, got "}"", about the last failed skip. `end` is where the body ends. */
export function malformedMessage(bytes: Buffer, end: number): string {
  const { offset, wanted } = mismatch;
  const got =
    offset >= end ? 'the end of the body' : JSON.stringify(bytes.toString('utf8', offset, Math.min(offset + 20, end)));
  return `JSON must have ${wanted} at byte ${offset}, got ${got}`;
}

/** The value at `at` as it was written, shortened. */
export function valueText(bytes: Buffer, at: number): string {
  const next = skipValue(bytes, at);
  if (next === FAILED) return 'something else';
  const text = bytes.toString('utf8', at, Math.min(next, at + SHOWN_CHARACTERS * 4));
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS - 3)}...` : text;
}

function ruleOf(type: Type): string {
  const name = formatType(type);
  const detail = DETAILS[type.kind];
  return detail === undefined ? name : `${name} (${detail})`;
}

const DETAILS: Partial<Record<Type['kind'], string>> = {
  int: 'a whole number within ±(2^53 − 1)',
  int64: 'a whole number within 64 bits',
  uint64: 'a whole number from 0, within 64 bits',
  float: 'a finite number',
  double: 'a finite number',
  string: 'text without lone surrogates',
  binary: 'padded base64 text',
  decimal: 'a number that fits without rounding',
  date: 'text YYYY-MM-DD',
  time: 'text HH:MM:SS with at most 6 digits of fraction',
  timestamp: 'ISO 8601 text, its fraction no finer than the unit, an offset only if utc',
  uuid: '36 characters of hexadecimal digits and hyphens',
};

/** What to do about the two mistakes people make most. */
function adviceFor(type: Type, shown: string): string {
  const isNumber = /^-?\d/.test(shown);
  if (type.kind === 'timestamp' && isNumber) return '; declare the field int and convert it in the transform';
  const wantsNumber = type.kind.includes('int') || type.kind === 'double' || type.kind === 'float';
  if (wantsNumber && /^"-?\d/.test(shown)) return '; declare the field string and convert it in the transform';
  return '';
}
