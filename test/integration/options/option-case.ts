import { expect } from 'vitest';

/** What an option does, seen from outside. */
export interface OptionCase {
  /** Uses the option with a value, or leaves it out where that is undefined, and answers what can be seen of it. */
  observe(value: unknown): unknown;
  /** Values, and what is seen with each. No two written values look the same, and the default may look like one of them. */
  readonly seen: readonly Seen[];
}

type Seen<T = unknown> = readonly [value: T | undefined, looks: unknown];

/** Cases by the path of their key. */
export type OptionCases = Readonly<Record<string, OptionCase>>;

export function option<T>(observe: (value: T | undefined) => unknown, seen: readonly Seen<T>[]): OptionCase {
  return { observe: (value) => observe(value as T | undefined), seen };
}

/** Fails unless each value looks as it should, and values that differ look different. */
export async function expectEffect({ observe, seen }: OptionCase): Promise<void> {
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

/** `setting('batch.maxRows', 5)` is `{ batch: { maxRows: 5 } }`, and nothing for a value that is left out. */
export function setting(path: string, value: unknown): Record<string, unknown> {
  if (value === undefined) return {};
  const names = path.split('.');
  return names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Record<string, unknown>;
}
