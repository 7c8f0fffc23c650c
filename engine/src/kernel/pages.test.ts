import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { separateKernel } from './kernel.ts';
import { ENCODING, KIND, LEAF, LOADER, POLICY, STATE } from './pages.ts';

const read = (name: string) => readFileSync(new URL(`./assembly/${name}.ts`, import.meta.url), 'utf8');

/** Fields of a class in the kernel, in the order in which they lie in memory, each a word. */
function wordsOf(source: string, name: string): string[] {
  const body = source.slice(source.indexOf(`export class ${name} {`)).split('\n}')[0]!;
  return [...body.matchAll(/^ {2}(\w+): u32;/gm)].map(([, field]) => field!);
}

/** Constants of a namespace in the kernel. */
function constantsOf(source: string, name: string): Record<string, number> {
  const body = source.slice(source.indexOf(`export namespace ${name} {`)).split('\n}')[0]!;
  return Object.fromEntries(
    [...body.matchAll(/const (\w+): u32 = (\d+);/g)].map(([, key, value]) => [key!, Number(value)]),
  );
}

describe('what TypeScript knows of the page writer is what the kernel declares', () => {
  const state = read('pages-state');

  it.each([
    ['ColumnState', STATE],
    ['Leaf', LEAF],
  ])('the fields of %s', (name, words) => {
    const fields = wordsOf(state, name);
    for (const [field, word] of Object.entries(words)) expect([field, fields[word]]).toEqual([field, field]);
  });

  it.each([
    [state, 'Kind', KIND],
    [state, 'Encoding', ENCODING],
    [state, 'Policy', POLICY],
    [read('pages-plain'), 'Loader', LOADER],
  ])('the constants', (source, name, constants) => {
    expect(constantsOf(source, name)).toEqual(constants);
  });
});

it('the entries of a column are its rows that have a value, whichever bits of the bitmap they are', () => {
  const kernel = separateKernel(1 << 20);
  const [validity, slots, definitions] = [kernel.allocate(64), kernel.allocate(1024), kernel.allocate(256)];
  // Mostly valid, so that whole groups of eight are.
  const bits = fc.array(fc.integer({ min: 0, max: 9 }).map(Boolean), { maxLength: 200 });
  fc.assert(
    fc.property(bits, fc.nat(20), fc.integer({ min: 1, max: 5 }), (valid, first, level) => {
      kernel.bytes.fill(0xa5, validity, validity + 64);
      for (const [i, isValid] of valid.entries()) {
        const [at, bit] = [validity + ((first + i) >> 3), 1 << ((first + i) & 7)];
        kernel.bytes[at] = isValid ? kernel.bytes[at]! | bit : kernel.bytes[at]! & ~bit;
      }
      const values = kernel.exports.leafEntries(0, first, valid.length, 0, validity, level, slots, definitions);
      const expected = valid.flatMap((isValid, i) => (isValid ? [first + i] : []));
      expect([...kernel.words.subarray(slots >> 2, (slots >> 2) + values)]).toEqual(expected);
      const levels = valid.map((isValid) => (isValid ? level : level - 1));
      expect([...kernel.bytes.subarray(definitions, definitions + valid.length)]).toEqual(levels);
    }),
    { numRuns: 300 },
  );
});
