import { expect, test } from 'vitest';
import type { OptionCase, OptionCases } from './option-case.ts';
import type { OptionKey } from './option-keys.ts';

/** Tests each option that there is by its case; one without a case fails, and so does a case without an option. */
export function testOptions(options: readonly OptionKey[], cases: OptionCases): void {
  for (const { path, values } of options) {
    const run = cases[path]?.alone ? test : test.concurrent;
    run(`${path} has an effect`, async () => {
      const known = cases[path];
      if (!known) throw new Error(`option ${path} has no effect test`);
      const tried = known.seen.map(([value]) => value);
      expect(tried, 'each value that it may take is tried').toEqual(expect.arrayContaining([...values]));
      await expectEffect(known);
    });
  }

  test('that is gone has no case left', () => {
    const paths = options.map(({ path }) => path);
    expect(Object.keys(cases).filter((path) => !paths.includes(path))).toEqual([]);
  });
}

/** Fails unless each value looks as it should, and values that differ look different. */
async function expectEffect({ observe, seen }: OptionCase): Promise<void> {
  const looks: unknown[] = [];
  for (const [value, expected] of seen) {
    const look = await observe(value);
    expect(look, `with ${JSON.stringify(value) ?? 'the default'}`).toEqual(expected);
    looks.push(look);
  }
  const written = looks.filter((_, i) => seen[i]![0] !== undefined).map((look) => JSON.stringify(look));
  expect(new Set(written).size, 'values that look the same').toBe(written.length);
  expect(new Set(looks.map((look) => JSON.stringify(look))).size, 'it has no effect').toBeGreaterThan(1);
}
