import { expect, test } from 'vitest';
import { isBelow, pathBelow, pathIn } from './paths.ts';

test.each([
  ['/p/clicks/transform.ts', '/p/clicks', 'transform.ts'],
  ['/p/clicks/schema/input.json', '/p/clicks/', 'schema/input.json'],
  ['C:\\p\\clicks\\transform.ts', 'C:\\p\\clicks', 'transform.ts'],
  ['C:\\p\\clicks\\schema\\input.json', 'C:\\p\\clicks', 'schema\\input.json'],
  ['C:/p/clicks/transform.ts', 'C:/p/clicks', 'transform.ts'],
  ['C:\\transform.ts', 'C:\\', 'transform.ts'],
  ['/transform.ts', '/', 'transform.ts'],
  ['/p/clicks-2/transform.ts', '/p/clicks', undefined],
  ['C:\\p\\clicks-2\\transform.ts', 'C:\\p\\clicks', undefined],
  ['/p/clicks', '/p/clicks', undefined],
  ['/p', '/p/clicks', undefined],
])('%s below %s is %s', (file, folder, below) => {
  expect(pathBelow(file, folder)).toBe(below);
  expect(isBelow(file, folder)).toBe(below !== undefined);
});

test('a new file is named as its folder is', () => {
  expect(pathIn('C:\\p\\clicks', 'rows.csv')).toBe('C:\\p\\clicks\\rows.csv');
  expect(pathIn('/p/clicks', 'rows.csv')).toBe('/p/clicks/rows.csv');
  expect(pathIn('/', 'rows.csv')).toBe('/rows.csv');
});
