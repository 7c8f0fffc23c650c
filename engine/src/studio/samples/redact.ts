import { createHmac } from 'node:crypto';
import { type ExactJson, formatExactJson, isJsonNumber, isJsonObject } from '../../core/exact-json.ts';
import type { Count } from '../../protocol/rows.ts';
import type { Redaction } from '../../protocol/samples.ts';

/** Takes out of records what must not be seen. */
export interface Redactor {
  redact(value: ExactJson): ExactJson;
  /** For each field of the rules, in their order: values that were taken out so far. */
  counts(): readonly Count[];
}

/** Takes a value out: what stands in its place, or undefined where nothing does. */
type Replacement = (value: ExactJson) => ExactJson | undefined;

/**
 * Redacts records by rules; a field that two of them name, the first redacts. What no rule names stays as it is, with every digit;
 * kinds of values stay (a number becomes a number), so that records still fit their schema. `key` makes hashes useless to whoever does
 * not have it.
 */
export function compileRedaction(rules: readonly Redaction[], key: Uint8Array): Redactor {
  const replacements: Record<NonNullable<Redaction['how']>, Replacement> = {
    mask: masked,
    hash: (value) => hashed(value, key),
    remove: () => undefined,
  };
  const counts = new Map<string, number>();
  const fields = new Map<string, Replacement>();
  for (const { fields: names, how = 'mask' } of rules) {
    for (const name of names) {
      if (fields.has(name)) continue;
      counts.set(name, 0);
      fields.set(name, (value) => {
        counts.set(name, counts.get(name)! + 1);
        return replacements[how](value);
      });
    }
  }
  const steps = Array.from(fields, ([name, replace]) => ({ path: name.split('.'), replace }));
  return {
    redact: (record) =>
      steps.reduce<ExactJson>((all, { path, replace }) => replaceAt(all, path, replace) ?? null, record),
    counts: () => [...counts],
  };
}

function replaceAt(value: ExactJson, path: readonly string[], replace: Replacement): ExactJson | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return value === null ? null : replace(value);
  if (isJsonObject(value)) {
    const entries = Array.from(value, ([key, item]): [string, ExactJson | undefined] =>
      step === '*' || step === key ? [key, replaceAt(item, rest, replace)] : [key, item],
    );
    return new Map(entries.filter((entry): entry is [string, ExactJson] => entry[1] !== undefined));
  }
  if (!isArray(value)) return value;
  const items = value.map((item, at) => (step === '*' || step === String(at) ? replaceAt(item, rest, replace) : item));
  return items.filter((item) => item !== undefined);
}

/** Lengths, signs, points and punctuation stay; letters and digits go. */
function masked(value: ExactJson): ExactJson {
  if (typeof value === 'string') return value.replace(/\p{L}|\p{Nd}/gu, maskOf);
  if (typeof value === 'boolean') return false;
  return eachIn(value, masked, (digits) => digits.replace(/\d/g, '0').replace(/^(-?)0(?=\d)/, '$11'));
}

function maskOf(sign: string): string {
  if (/\p{Lu}/u.test(sign)) return 'X';
  return /\p{L}/u.test(sign) ? 'x' : '0';
}

function hashed(value: ExactJson, key: Uint8Array): ExactJson {
  const hash = createHmac('sha256', key).update(formatExactJson(value)).digest('hex');
  if (typeof value === 'string') return hash.slice(0, 16);
  if (typeof value === 'boolean') return false;
  const digitsOf = (digits: string) => {
    let at = 0;
    const next = () => String(Number.parseInt(hash[at++ % hash.length]!, 16) % 10);
    return digits.replace(/\d/g, next).replace(/^(-?)0(?=\d)/, '$11');
  };
  return eachIn(value, (item) => hashed(item, key), digitsOf);
}

/** Numbers lose their exponent, for only what is before it is rewritten; what is inside of objects and arrays is redacted, too. */
function eachIn(value: ExactJson, item: (value: ExactJson) => ExactJson, digits: (text: string) => string): ExactJson {
  if (value === null) return null;
  if (isArray(value)) return value.map(item);
  if (typeof value !== 'object') return value;
  if (isJsonObject(value)) return new Map(Array.from(value, ([key, inner]) => [key, item(inner)]));
  return isJsonNumber(value) ? { digits: digits(value.digits.replace(/[eE].*$/, '')) } : value;
}

function isArray(value: ExactJson): value is readonly ExactJson[] {
  return Array.isArray(value);
}
