import type { LogFields } from '../core/telemetry.ts';

/** Field names whose values never reach a log, however they got there, at any depth. */
const SECRET = /secret|password|token|credential|authorization|signature|accesskey/i;
/** Longer texts are cut. */
const MAX_TEXT_CHARS = 2_000;

/**
 * Fields as a log may show them: secrets hidden by name, bigint as digits, errors as their message, long texts cut. Never throws:
 * a value that cannot be shown is replaced by its type.
 */
export function cleanFields(fields: LogFields): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) clean[name] = shown(name, value);
  return clean;
}

function shown(name: string, value: unknown): unknown {
  const plain = plainValue(name, value);
  if (typeof plain !== 'object' || plain === null) return plain;
  try {
    return JSON.parse(JSON.stringify(plain, plainValue));
  } catch {
    return `<${typeof value}>`; // it refers to itself, or one of its getters throws
  }
}

function plainValue(name: string, value: unknown): unknown {
  if (SECRET.test(name)) return '<hidden>';
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Error) return cut(value.message);
  if (typeof value === 'symbol' || typeof value === 'function') return `<${typeof value}>`;
  return typeof value === 'string' ? cut(value) : value;
}

function cut(text: string): string {
  return text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS)}…` : text;
}
