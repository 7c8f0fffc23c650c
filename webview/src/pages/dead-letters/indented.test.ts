import { expect, test } from 'vitest';
import { indented } from './indented.ts';

test('JSON is laid out with every digit and escape as it was', () => {
  expect(indented('{"id":9007199254740993,"a":[1.50,{"b":"x, {y} \\"z\\""}],"e":{},"f":[ ],"n":null}')).toBe(`{
  "id": 9007199254740993,
  "a": [
    1.50,
    {
      "b": "x, {y} \\"z\\""
    }
  ],
  "e": {},
  "f": [],
  "n": null
}`);
});

test.each(['not json at all', '{"a": 1', 'x, {y}', '', '{"a" 1}'])('%j is no JSON and stays as it is', (text) => {
  expect(indented(text)).toBe(text);
});
