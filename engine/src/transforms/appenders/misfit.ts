import type { Type } from '../../core/schema.ts';
import { formatType } from '../../core/schema-text.ts';

const MAX_SHOWN = 60;

/**
 * The first value of a record that did not fit. Appenders answer false instead of throwing, because a storm of misfits
 * must not be slow; the path is put together on the way out. One instance a runner, used over and over.
 */
export class Misfit {
  private steps: string[] = [];
  private wanted = '';
  private got: unknown;

  /** A value that is not what is wanted ("a timestamp", "an int8 from -128 to 127"). Always false. */
  refuse(wanted: string, got: unknown): false {
    this.steps = [];
    this.wanted = wanted;
    this.got = got;
    return false;
  }

  /** The refused value was in this field. Always false. */
  inField(name: string): false {
    this.steps.push(`.${name}`);
    return false;
  }

  /** The refused value was this element of a list, or had this key in a map. Always false. */
  inElement(key: unknown): false {
    this.steps.push(`[${show(key)}]`);
    return false;
  }

  /** Dotted path: `geo.lat`, `tags[2]`, `labels["a"].name`; undefined when the row as a whole is meant. */
  get field(): string | undefined {
    return this.steps.toReversed().join('').replace(/^\./, '') || undefined;
  }

  /** `event_time must be a timestamp, got undefined` */
  get message(): string {
    return `${this.field ?? 'map'} must ${this.field ? 'be' : 'return'} ${this.wanted}, got ${show(this.got)}`;
  }
}

/** `an int`, `a decimal(10, 2)`: a type as messages want it. */
export function wantedType(type: Type): string {
  const text = formatType(type);
  // "uint8" and "uuid" are spoken with a y, "ns" does not start a type.
  return `${/^[aeio]/.test(text) ? 'an' : 'a'} ${text}`;
}

/** A value in a few words, whatever it is: never throws, never long. */
export function show(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN - 3)}...` : value);
  }
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'an array' : `${article(nameOf(value))} ${nameOf(value)}`;
}

function nameOf(value: object): string {
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof name === 'string' && name !== '' && name !== 'Object' ? name.slice(0, MAX_SHOWN) : 'object';
}

function article(word: string): string {
  return /^[aeiou]/i.test(word) ? 'an' : 'a';
}
