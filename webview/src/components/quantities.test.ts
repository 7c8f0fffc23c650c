import { expect, test } from 'vitest';
import { bytesText, countOf, durationText, shareText } from './quantities.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '0.98 KiB'],
  [1536, '1.5 KiB'],
  [128 * 1024 ** 2, '128 MiB'],
  [5_000_000_000, '4.66 GiB'],
])('%d bytes are %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));

test.each([
  [0.4, '<1 ms'],
  [85.4, '85 ms'],
  [999.6, '1 s'],
  [1234, '1.23 s'],
  [59_960, '1 min 0 s'],
  [7_500_000, '2 h 5 min'],
])('%d milliseconds are %s', (ms, text) => expect(durationText(ms)).toBe(text));

test('a share is never nothing or all unless it is', () => {
  expect([0, 0.0001, 0.034, 0.5, 0.9999, 1].map(shareText)).toEqual([
    '0 %',
    '<0.1 %',
    '3.4 %',
    '50 %',
    '>99.9 %',
    '100 %',
  ]);
});

test('one is one', () => {
  expect([countOf(1, 'record'), countOf(2000, 'record')]).toEqual(['1 record', '2,000 records']);
});
