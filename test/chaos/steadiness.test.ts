import { expect, test } from 'vitest';
import { steadiness } from './steadiness.ts';

const minute = (rssMb: number, handles = 30, threads = 12) => ({ rssMb, handles, threads });

test.each([
  ['what stays flat', [minute(100), minute(104), minute(98)], true],
  ['what grows', [minute(100), minute(103), minute(106)], false],
  ['a hump of memory in the middle', [minute(100), minute(180), minute(100)], false],
  ['a hump of handles', [minute(100), minute(100, 31), minute(100)], false],
  ['a hump of threads', [minute(100), minute(100, 30, 13), minute(100)], false],
])('a soak is judged by its worst minute: %s', (_, minutes, isFlat) => {
  expect(steadiness(minutes).isFlat).toBe(isFlat);
});
