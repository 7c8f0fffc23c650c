import fc from 'fast-check';
import { expect, it } from 'vitest';
import { batchFromRows } from '../../columns/rows.ts';
import { jsonValue } from './lazy-json.ts';
import { TextCells } from './text-cells.ts';

const outcome = (read: () => unknown) => {
  try {
    return JSON.stringify(read());
  } catch (error) {
    return (error as Error).name;
  }
};

it('reads a cell of JSON as its text by itself, also where it is none, in whatever order', () => {
  const unit = fc.constantFrom('"', '\\', 'a', ' ', '\u0000', '\u001f', '\u007f', '\u2028', 'é', '💡', '\n');
  const text = fc.oneof(
    { weight: 6, arbitrary: fc.string({ unit: fc.constantFrom('a', 'é', ' ', '💡') }).map((plain) => `"${plain}"`) },
    { weight: 1, arbitrary: fc.string({ unit }).map((some) => JSON.stringify(some)) },
    { weight: 1, arbitrary: fc.string({ unit }).map((some) => `"${some}"`) },
    { weight: 1, arbitrary: fc.string({ unit }).map((some) => `"${some}`) },
    { weight: 1, arbitrary: fc.constantFrom('', '"', '""', 'null', '7', '{"a":"\\n"}', '["x"]', 'x') },
  );
  const blockWithout: string[] = Array(64).fill('"plain"');
  const cells = fc.array(text, { minLength: 1, maxLength: 200, size: 'max' });
  fc.assert(
    fc.property(cells, fc.array(fc.nat(), { maxLength: 40 }), (texts, jumps) => {
      const { columns } = batchFromRows(
        [{ name: 'text', type: { kind: 'string' }, optional: false }],
        texts.map((text) => ({ text })),
      );
      const reader = new TextCells();
      reader.bind(columns[0]!);
      for (const row of [...texts.keys(), ...jumps.map((jump) => jump % texts.length)]) {
        expect(outcome(() => reader.jsonAt(row))).toBe(outcome(() => jsonValue(texts[row]!)));
      }
    }),
    { numRuns: 200, examples: [[[...blockWithout, '"a\\n"'], []]] },
  );
});
