import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readValue } from '../values.ts';
import { BytesBuilder } from './bytes.ts';

const text = fc.oneof(
  fc.constantFrom('', 'plain', 'sixteen letters!', 'Zürich', '日本', '🙂', 'x'.repeat(300), 'ø'.repeat(9000)),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
);
/** What is done to a builder: a text or null is appended many times, slots are taken back, bytes are appended, it is looked at. */
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ append: fc.option(text), times: fc.integer({ min: 1, max: 150 }) }) },
    { weight: 2, arbitrary: fc.record({ takeBack: fc.nat(200) }) },
    { weight: 1, arbitrary: fc.record({ bytesOf: text }) },
    { weight: 1, arbitrary: fc.constant('look' as const) },
  ),
  { maxLength: 25 },
);

describe('texts of a column', () => {
  it('are its UTF-8, whether they are short ASCII or wait to be encoded, and whatever is taken back meanwhile', () => {
    fc.assert(
      fc.property(steps, (todo) => {
        const builder = new BytesBuilder({ kind: 'string' });
        const expected: (string | null)[] = [];
        for (const step of todo) {
          if (step === 'look') expect(builder.byteSize).toBeGreaterThan(0);
          else if ('append' in step) {
            for (let i = 0; i < step.times; i++) {
              expected.push(step.append);
              if (step.append === null) builder.appendNull();
              else if (!builder.appendAscii(step.append)) builder.appendText(step.append);
            }
          } else if ('takeBack' in step) {
            expected.length = Math.max(0, expected.length - step.takeBack);
            builder.truncate(expected.length);
          } else {
            expected.push(step.bytesOf);
            const bytes = Buffer.from(step.bytesOf);
            builder.appendSpan(bytes, 0, bytes.length);
          }
        }
        const column = builder.finish();
        expect(Array.from({ length: column.length }, (_, row) => readValue(column, row))).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('are refused as short ASCII, and nothing of them stays, if they are longer or anything else', () => {
    const builder = new BytesBuilder({ kind: 'string' });
    const refused = ['seventeen letters', 'Zürich', 'ends with é', '🙂', 'a\ud800'];
    expect(refused.filter((one) => builder.appendAscii(one))).toEqual([]);
    expect(builder.appendAscii('\u0000~\u007f')).toBe(true);
    expect(Buffer.from(builder.finish().data!).toString()).toBe('\u0000~\u007f');
  });
});
