import { expect, it } from 'vitest';
import { closest } from './closest.ts';

const table: [string, string[], string | undefined][] = [
  ['strin', ['struct', 'string'], 'string'],
  ['Bolo', ['bool'], 'bool'],
  ['boll', ['bool'], 'bool'],
  ['tpye', ['type'], 'type'],
  ['maxAeg', ['maxRows', 'maxAge'], 'maxAge'],
  ['x', ['yz', 'abc'], undefined],
  ['', ['a'], 'a'],
  ['anything', [], undefined],
];
it.each(table)('finds for %j among %j: %j', (word, candidates, found) => expect(closest(word, candidates)).toBe(found));
