import { daysFromCivil, daysInMonth, isLeapYear, MICROS_PER_DAY, MICROS_PER_SECOND } from './calendar.ts';
import { ParquetryError } from './errors.ts';

/** What the directives of a format have found; years, months and days count from 1. */
interface Found {
  year: number;
  month: number;
  day: number;
  dayOfYear?: number;
  hour: number;
  minute: number;
  second: number;
  micros: number;
  /** Undefined without %p. */
  afternoon?: boolean;
  offsetSeconds: number;
  epochSeconds?: number;
}

interface Directive {
  /** Source of a regular expression without groups. */
  readonly pattern: string;
  read?(found: Found, text: string): void;
}

const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const DAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');
const short = (names: readonly string[]): string[] => names.map((name) => name.slice(0, 3));

/** POSIX: two-digit years 69..99 are of the 20th century, 00..68 of the 21st. */
const PIVOT_YEAR = 69;

const number = (pattern: string, key: Exclude<keyof Found, 'afternoon'>): Directive => ({
  pattern,
  read: (found, text) => {
    found[key] = Number(text);
  },
});

const month = (names: readonly string[]): Directive => ({
  pattern: names.join('|'),
  read: (found, text) => {
    found.month = names.indexOf(text.toLowerCase()) + 1;
  },
});

const DIRECTIVES: Readonly<Record<string, Directive>> = {
  Y: number('\\d{4}', 'year'),
  y: {
    pattern: '\\d\\d',
    read: (found, text) => {
      found.year = Number(text) + (Number(text) < PIVOT_YEAR ? 2000 : 1900);
    },
  },
  m: number('\\d\\d?', 'month'),
  d: number('[ \\d]?\\d', 'day'),
  j: number('\\d{1,3}', 'dayOfYear'),
  b: month(short(MONTHS)),
  B: month(MONTHS),
  a: { pattern: short(DAYS).join('|') },
  A: { pattern: DAYS.join('|') },
  H: number('[ \\d]?\\d', 'hour'),
  I: number('[ \\d]?\\d', 'hour'),
  p: {
    pattern: 'am|pm',
    read: (found, text) => {
      found.afternoon = text.toLowerCase() === 'pm';
    },
  },
  M: number('\\d\\d?', 'minute'),
  S: number('\\d\\d?', 'second'),
  f: {
    pattern: '\\d{1,9}',
    read: (found, text) => {
      found.micros = Number(text.slice(0, 6).padEnd(6, '0'));
    },
  },
  s: number('-?\\d{1,12}', 'epochSeconds'),
  z: {
    pattern: 'Z|[+-]\\d\\d(?::?\\d\\d)?',
    read: (found, text) => {
      found.offsetSeconds = offsetSeconds(text);
    },
  },
};

const COMPOSED: Readonly<Record<string, string>> = { F: '%Y-%m-%d', T: '%H:%M:%S', R: '%H:%M' };

/**
 * Compiles a strptime format into a parser of whole texts: whole microseconds since the epoch, or undefined for a text
 * that does not match or names no real moment. Without %z the text is UTC. %f takes 1 to 9 digits and cuts after the
 * sixth; names match in any case, in English; a weekday must be one but is not checked against the date; what the format
 * does not name is that of 1970-01-01T00:00:00. Throws E_CONFIG for an unknown directive.
 */
export function compileStrptime(format: string): (text: string) => number | undefined {
  const readers: Directive['read'][] = [];
  let twelveHours = false;
  const source = format
    .replace(/%(%|[FTR])/g, (whole, letter: string) => COMPOSED[letter] ?? whole)
    .replace(/%([\s\S]?)|[^%]+/g, (text, letter: string | undefined) => {
      if (letter === undefined) return escapeRegExp(text);
      if (letter === '%') return '%';
      const directive = directiveOf(letter, format);
      readers.push(directive.read);
      twelveHours ||= letter === 'I';
      return `(${directive.pattern})`;
    });
  const pattern = new RegExp(`^${source}$`, 'i');

  return (text) => {
    const match = pattern.exec(text);
    if (!match) return undefined;
    const found: Found = { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0, micros: 0, offsetSeconds: 0 };
    for (let i = 0; i < readers.length; i++) readers[i]?.(found, match[i + 1]!);
    return microsOf(found, twelveHours);
  };
}

function microsOf(found: Found, twelveHours: boolean): number | undefined {
  if (found.epochSeconds !== undefined) return found.epochSeconds * MICROS_PER_SECOND + found.micros;
  const days = daysOf(found);
  const hour = twelveHours ? hourOf(found) : found.hour;
  const valid = hour !== undefined && hour < 24 && found.minute < 60 && found.second < 60;
  if (days === undefined || !valid || Number.isNaN(found.offsetSeconds)) return undefined;
  const seconds = hour * 3600 + found.minute * 60 + found.second - found.offsetSeconds;
  return days * MICROS_PER_DAY + seconds * MICROS_PER_SECOND + found.micros;
}

function daysOf({ year, month, day, dayOfYear }: Found): number | undefined {
  if (dayOfYear === undefined) {
    return day >= 1 && day <= daysInMonth(year, month) ? daysFromCivil(year, month, day) : undefined;
  }
  const valid = dayOfYear >= 1 && dayOfYear <= (isLeapYear(year) ? 366 : 365);
  return valid ? daysFromCivil(year, 1, 1) + dayOfYear - 1 : undefined;
}

/** %I without %p is a morning hour. */
function hourOf({ hour, afternoon }: Found): number | undefined {
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (afternoon ? 12 : 0);
}

function offsetSeconds(text: string): number {
  if (text === 'Z' || text === 'z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(3).replace(':', ''));
  if (hours > 23 || minutes > 59) return Number.NaN;
  return (text[0] === '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

function directiveOf(letter: string, format: string): Directive {
  const directive = Object.hasOwn(DIRECTIVES, letter) ? DIRECTIVES[letter] : undefined;
  if (directive) return directive;
  throw new ParquetryError('E_CONFIG', `time format "${format}" must use directives that can be read, got %${letter}`, {
    hint: `These can be read: ${Object.keys(DIRECTIVES)
      .concat(Object.keys(COMPOSED), '%')
      .map((key) => `%${key}`)
      .join(' ')}.`,
  });
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
