import { expect, it } from 'vitest';
import { fullProduct, pairwise } from './pairwise.ts';

interface Case {
  readonly size: number;
  readonly color: string;
  readonly lid: boolean;
}
const dimensions = { size: [1, 2, 3, 4], color: ['red', 'green', 'blue'], lid: [false, true] };
const isValid = ({ size, lid }: Partial<Case>) => !(size === 4 && lid);

it('has every pair that is allowed, and no case that is not', () => {
  const cases = pairwise<Case>(dimensions, isValid);
  expect(cases.every(isValid)).toBe(true);
  const pairs = (all: readonly Case[]) =>
    new Set(all.flatMap(({ size, color, lid }) => [`${size} ${color}`, `${size} ${lid}`, `${color} ${lid}`]));
  const product = fullProduct<Case>(dimensions, isValid);
  expect(product).toHaveLength(4 * 3 * 2 - 3);
  expect([...pairs(cases)].toSorted()).toEqual([...pairs(product)].toSorted());
  expect(cases.length).toBeLessThan(product.length);
});
