import { expect, test } from 'vitest';
import { EncodingChoice, SAMPLE_VALUES } from './encoding-choice.ts';

const [PLAIN, SIMPLE, COMPLEX] = [0, 6, 7];
const MANY = SAMPLE_VALUES * 20;

/** Of encodings whose samples take so many bytes each. */
function choiceAmong(plain: number, simple: number, complex: number): EncodingChoice {
  const sizes = new Map([
    [PLAIN, plain],
    [SIMPLE, simple],
    [COMPLEX, complex],
  ]);
  const choice = new EncodingChoice([PLAIN, SIMPLE, COMPLEX], (encoding) => sizes.get(encoding)!);
  expect(choice.restart()).toBe(PLAIN);
  return choice;
}

test.each([
  [1000, 1000, 1000, PLAIN],
  [1000, 991, 995, PLAIN],
  [1000, 989, 1000, SIMPLE],
  [1000, 700, 695, SIMPLE],
  [1000, 700, 600, COMPLEX],
  [1000, 1400, 600, COMPLEX],
])('samples of %i, %i and %i bytes: what is more complex must be worth it', (plain, simple, complex, chosen) => {
  expect(choiceAmong(plain, simple, complex).choose()).toBe(chosen);
});

test('one encoding is no choice', () => {
  const choice = new EncodingChoice([PLAIN], () => expect.fail('there is nothing to compare'));
  expect(choice.restart()).toBe(PLAIN);
  expect(choice.isDue(MANY)).toBe(false);
});

test('is due once, with the first page that tells enough, and once more after a restart', () => {
  const choice = choiceAmong(1000, 500, 500);
  expect([choice.isDue(SAMPLE_VALUES - 1), choice.isDue(SAMPLE_VALUES)]).toEqual([false, true]);
  choice.choose();
  expect(choice.isDue(MANY)).toBe(false);
  choice.restart();
  expect(choice.isDue(MANY)).toBe(true);
});

test('holds as long as values take what those of the sample did', () => {
  const choice = choiceAmong(4 * SAMPLE_VALUES, 2 * SAMPLE_VALUES, 2 * SAMPLE_VALUES);
  choice.choose();
  expect(choice.isUnlikeSample(MANY, 2.9 * MANY)).toBe(false);
  expect(choice.isUnlikeSample(MANY, 3.1 * MANY)).toBe(true);
  expect(choice.isUnlikeSample(0, 40), 'a page of nulls').toBe(false);
});

test('what was not chosen is not looked at again', () => {
  const choice = choiceAmong(1000, 1000, 1000);
  choice.choose();
  expect(choice.isUnlikeSample(MANY, 1000 * MANY)).toBe(false);
});
