import { invalidParameter, missingParameter, SqsError } from './errors.ts';

/** A parsed JSON object of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Throws MalformedInput unless `value` is a JSON object. */
export function asFields(value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw wrongType('an object');
}

/** Throws MissingParameter when absent or empty. */
export function requiredString(fields: Fields, name: string): string {
  const value = optionalString(fields, name);
  if (value === undefined || value === '') throw missingParameter(name);
  return value;
}

export function optionalString(fields: Fields, name: string): string | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw wrongType(`a string for ${name}`);
}

/** Throws InvalidParameterValue outside `min` to `max`. */
export function optionalInteger(fields: Fields, name: string, min: number, max: number): number | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(`an integer for ${name}`);
  if (value < min || value > max)
    throw invalidParameter(name, value, `Must be between ${min} and ${max}, if provided.`);
  return value;
}

export function requiredInteger(fields: Fields, name: string, min: number, max: number): number {
  const value = optionalInteger(fields, name, min, max);
  if (value === undefined) throw missingParameter(name);
  return value;
}

/** Empty when absent. */
export function stringList(fields: Fields, name: string): string[] {
  const value = fields[name] ?? [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw wrongType(`a list of strings for ${name}`);
}

/** Empty when absent. */
export function stringMap(fields: Fields, name: string): Record<string, string> {
  const value = asFields(fields[name] ?? {});
  if (Object.values(value).every((item) => typeof item === 'string')) return value as Record<string, string>;
  throw wrongType(`a map of strings for ${name}`);
}

function wrongType(expected: string): SqsError {
  return new SqsError('MalformedInput', `The request is not valid: expected ${expected}.`);
}
