import { type ExactJson, isJsonNumber, isJsonObject, parseExactJson } from './exact-json.ts';

/** A string, and the colon that makes it a key. */
const STRINGS = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/gs;

/**
 * `JSON.parse` for text that others wrote. V8 reads a key with an escape wrongly where an earlier object had a key that looks like the
 * start of its spelling (`"\\"`, then `"\n"`; https://github.com/nodejs/node/issues/63785), so text with such keys is read without
 * it, some ten times as slowly. Throws SyntaxError or E_RECORD.
 */
export function parseJson(text: string): unknown {
  return text.includes('\\') && hasEscapedKey(text) ? plain(parseExactJson(text)) : JSON.parse(text);
}

function hasEscapedKey(text: string): boolean {
  for (const [string, colon] of text.matchAll(STRINGS)) if (colon !== undefined && string.includes('\\')) return true;
  return false;
}

function plain(value: ExactJson): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (isJsonNumber(value)) return Number(value.digits);
  if (isJsonObject(value)) return Object.fromEntries(Array.from(value, ([key, held]) => [key, plain(held)]));
  return (value as readonly ExactJson[]).map(plain);
}
