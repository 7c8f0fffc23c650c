import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
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
