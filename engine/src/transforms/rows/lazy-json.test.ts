import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonValue } from './lazy-json.ts';

const outcome = (read: () => unknown) => {
  try {
    return { value: read() };
  } catch (error) {
    return { error: (error as Error).name };
  }
};

it('reads what begins like a string as JSON.parse does, also where it is none', () => {
  const unit = fc.constantFrom('"', '\\', 'a', ' ', '\u0000', '\u001f', '\u007f', '\u2028', 'é', '\ud800', '💡', '\n');
  const texts = fc.oneof(
    fc.string({ unit }).map((text) => JSON.stringify(text)),
    fc.string({ unit }).map((text) => `"${text}"`),
    fc.string({ unit }).map((text) => `"${text}`),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(outcome(() => jsonValue(text))).toEqual(outcome(() => JSON.parse(text)));
    }),
    { numRuns: 3_000 },
  );
});
