import { expect, test } from 'vitest';
import { chooseWrites, returnUpTo, type ShutdownMode } from './shutdown-policy.ts';

interface File {
  readonly name: string;
  readonly sizeBytes: number;
  readonly firstRowAtMs: number;
  readonly must?: boolean;
}

const files: File[] = [
  { name: 'young', sizeBytes: 100, firstRowAtMs: 30 },
  { name: 'old', sizeBytes: 100, firstRowAtMs: 10 },
  { name: 'middle', sizeBytes: 100, firstRowAtMs: 20 },
];
/** A byte takes a millisecond. */
const pace = { limit: 1, count: 0, bytes: 0, foreseenMs: (sizeBytes: number) => sizeBytes };

function choose(mode: ShutdownMode, leftMs: number, over: Partial<typeof pace> = {}, given = files): string[] {
  const chosen = chooseWrites(given, { mode, leftMs }, { ...pace, ...over }, ({ must }) => must ?? false);
  return given.filter((file) => chosen.has(file)).map(({ name }) => name);
}

test('flush writes everything, whatever the time', () => {
  expect(choose('flush', 0)).toEqual(['young', 'old', 'middle']);
});

test('return writes only what may not be given back', () => {
  expect(choose('return', 1_000_000)).toEqual([]);
  expect(choose('return', 0, {}, [...files, { name: 'late', sizeBytes: 1, firstRowAtMs: 0, must: true }])).toEqual([
    'late',
  ]);
});

test.each<[string, number, Partial<typeof pace>, string[]]>([
  ['all, where there is time for all', 375, {}, ['young', 'old', 'middle']],
  ['the oldest first, where there is not', 374, {}, ['old', 'middle']],
  ['none, where there is time for none', 124, {}, []],
  ['more, where more are written at once', 125, { limit: 3 }, ['young', 'old', 'middle']],
  ['fewer, where others are under way', 375, { count: 2, bytes: 150 }, ['old']],
])('auto writes %s', (_what, leftMs, over, names) => {
  expect(choose('auto', leftMs, over)).toEqual(names);
});

test('auto tries all before any write has shown how long one takes', () => {
  const chosen = chooseWrites(
    files,
    { mode: 'auto', leftMs: 1 },
    { ...pace, foreseenMs: () => undefined },
    () => false,
  );
  expect(chosen.size).toBe(3);
});

test('auto counts what must be written before the rest', () => {
  const must = { name: 'must', sizeBytes: 200, firstRowAtMs: 99, must: true };
  expect(choose('auto', 375, {}, [...files, must])).toEqual(['old', 'must']);
});

test('a delivery keeps two tries when it is given back', () => {
  expect(returnUpTo(3)).toBe(1);
  expect(returnUpTo(1)).toBe(-1);
  expect(returnUpTo(undefined)).toBe(Number.POSITIVE_INFINITY);
});
