import {
  civilFromDays,
  daysFromCivil,
  MICROS_PER_DAY,
  MICROS_PER_HOUR,
  MICROS_PER_MINUTE,
  MICROS_PER_SECOND,
} from './calendar.ts';
import { ParquetryError } from './errors.ts';

export interface TimeFormatter {
  /** Text of a whole number of microseconds since the epoch, in UTC. */
  format(micros: number): string;
  /**
   * The text is the same for all instants of a span of this length that starts at a multiple of it: what a cache may use
   * as its key. A day for anything coarser; Infinity if the format has no directive.
   */
  readonly granularityMicros: number;
}

/** An instant taken apart. */
interface Moment {
  readonly micros: number;
  readonly days: number;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** 1..366 */
  readonly dayOfYear: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly microsOfDay: number;
}

interface Directive {
  readonly granularityMicros: number;
  /** Digits to pad to with zeros; 0 for text. */
  readonly width: number;
  of(moment: Moment): number | string;
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

const daily = (width: number, of: Directive['of']): Directive => ({ granularityMicros: MICROS_PER_DAY, width, of });
const clock = (unit: number, modulo: number): Directive => ({
  granularityMicros: unit,
  width: 2,
  of: (m) => Math.floor(m.microsOfDay / unit) % modulo,
});

const DIRECTIVES: Readonly<Record<string, Directive>> = {
  Y: daily(4, (m) => m.year),
  y: daily(2, (m) => modulo(m.year, 100)),
  C: daily(2, (m) => Math.floor(m.year / 100)),
  m: daily(2, (m) => m.month),
  d: daily(2, (m) => m.day),
  j: daily(3, (m) => m.dayOfYear),
  b: daily(0, (m) => MONTHS[m.month - 1]!.slice(0, 3)),
  B: daily(0, (m) => MONTHS[m.month - 1]!),
  a: daily(0, (m) => DAYS[m.weekday]!.slice(0, 3)),
  A: daily(0, (m) => DAYS[m.weekday]!),
  u: daily(1, (m) => m.weekday || 7),
  w: daily(1, (m) => m.weekday),
  U: daily(2, (m) => Math.floor((m.dayOfYear + 6 - m.weekday) / 7)),
  W: daily(2, (m) => Math.floor((m.dayOfYear + 6 - modulo(m.weekday - 1, 7)) / 7)),
  V: daily(2, (m) => isoWeek(m).week),
  G: daily(4, (m) => isoWeek(m).year),
  g: daily(2, (m) => modulo(isoWeek(m).year, 100)),
  H: clock(MICROS_PER_HOUR, 24),
  I: { ...clock(MICROS_PER_HOUR, 12), of: (m) => Math.floor(m.microsOfDay / MICROS_PER_HOUR) % 12 || 12 },
  p: { ...clock(MICROS_PER_HOUR, 24), width: 0, of: (m) => (m.microsOfDay < MICROS_PER_DAY / 2 ? 'AM' : 'PM') },
  M: clock(MICROS_PER_MINUTE, 60),
  S: clock(MICROS_PER_SECOND, 60),
  s: { granularityMicros: MICROS_PER_SECOND, width: 1, of: (m) => Math.floor(m.micros / MICROS_PER_SECOND) },
  f: { granularityMicros: 1, width: 6, of: (m) => modulo(m.micros, MICROS_PER_SECOND) },
};

const COMPOSED: Readonly<Record<string, string>> = { F: '%Y-%m-%d', T: '%H:%M:%S', R: '%H:%M' };

type Part = string | { readonly directive: Directive; readonly padded: boolean };

/**
 * Compiles a strftime format: the directives above, `%F` `%T` `%R`, `%%`, and `%-d` for no zero padding. UTC; English
 * names whatever the locale. Throws E_CONFIG for an unknown directive: nothing is copied through unread.
 */
export function compileStrftime(format: string): TimeFormatter {
  const parts = parse(format.replace(/%(%|[FTR])/g, (whole, letter: string) => COMPOSED[letter] ?? whole));
  const granularityMicros = Math.min(
    ...parts.map((p) => (typeof p === 'string' ? Infinity : p.directive.granularityMicros)),
  );
  return {
    granularityMicros,
    format(micros) {
      const moment = momentOf(micros);
      let text = '';
      for (const part of parts) text += typeof part === 'string' ? part : render(part.directive.of(moment), part);
      return text;
    },
  };
}

function parse(format: string): Part[] {
  const parts: Part[] = [];
  for (const [text, flag, letter] of format.matchAll(/%(-?)([\s\S]?)|[^%]+/g)) {
    if (letter === undefined) parts.push(text);
    else if (letter === '%' && flag === '') parts.push('%');
    else parts.push({ directive: directiveOf(letter, format), padded: flag === '' });
  }
  return parts;
}

function directiveOf(letter: string, format: string): Directive {
  const directive = Object.hasOwn(DIRECTIVES, letter) ? DIRECTIVES[letter] : undefined;
  if (directive) return directive;
  throw new ParquetryError('E_CONFIG', `time format "${format}" must use known directives, got %${letter}`, {
    hint: `Known are ${Object.keys(DIRECTIVES)
      .concat(Object.keys(COMPOSED), '%')
      .map((key) => `%${key}`)
      .join(' ')}.`,
  });
}

function render(value: number | string, part: { directive: Directive; padded: boolean }): string {
  if (typeof value === 'string' || !part.padded) return String(value);
  const digits = String(Math.abs(value)).padStart(part.directive.width, '0');
  return value < 0 ? `-${digits}` : digits;
}

function momentOf(micros: number): Moment {
  const days = Math.floor(micros / MICROS_PER_DAY);
  const date = civilFromDays(days);
  return {
    micros,
    days,
    ...date,
    dayOfYear: days - daysFromCivil(date.year, 1, 1) + 1,
    weekday: modulo(days + 4, 7), // 1970-01-01 was a Thursday
    microsOfDay: micros - days * MICROS_PER_DAY,
  };
}

/** ISO 8601: a week belongs to the year its Thursday is in. */
function isoWeek(moment: Moment): { readonly year: number; readonly week: number } {
  const thursday = moment.days - modulo(moment.weekday - 1, 7) + 3;
  const { year } = civilFromDays(thursday);
  return { year, week: Math.floor((thursday - daysFromCivil(year, 1, 1)) / 7) + 1 };
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
