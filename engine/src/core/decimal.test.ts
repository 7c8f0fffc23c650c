import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal, parseDecimal } from './decimal.ts';
import { ParquetryError } from './errors.ts';

describe('parseDecimal', () => {
  it.each([
    ['12.5', 10, 2, 1250n],
    ['-0.01', 10, 2, -1n],
    ['+7', 1, 0, 7n],
    ['-0', 5, 2, 0n],
    ['1.500', 2, 1, 15n],
    ['125e-2', 3, 2, 125n],
    ['1.25E2', 3, 0, 125n],
    ['0e999999999999', 3, 0, 0n],
    ['00012', 2, 0, 12n],
    [`1${'0'.repeat(37)}`, 38, 0, 10n ** 37n],
  ])('reads %s as decimal(%i, %i)', (text, precision, scale, unscaled) => {
    expect(parseDecimal(text, precision, scale)).toBe(unscaled);
  });

  it.each([
    ['1.234', 10, 2, /digits after/],
    ['1000', 5, 2, /digits before/],
    ['1e999999999999', 38, 0, /digits before/],
    ['1e-999999999999', 38, 0, /digits after/],
    ['', 10, 2, /not a decimal/],
    ['.5', 10, 2, /not a decimal/],
    ['1.', 10, 2, /not a decimal/],
    ['1 ', 10, 2, /not a decimal/],
    ['0x1', 10, 2, /not a decimal/],
    ['NaN', 10, 2, /not a decimal/],
  ])('refuses %j as decimal(%i, %i)', (text, precision, scale, message) => {
    const attempt = () => parseDecimal(text, precision, scale);
    expect(attempt).toThrow(ParquetryError);
    expect(attempt).toThrow(message);
  });

  it('reads back what formatDecimal writes', () => {
    const unscaled = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n });
    fc.assert(
      fc.property(unscaled, fc.nat(38), (value, scale) => {
        expect(parseDecimal(formatDecimal(value, scale), 38, scale)).toBe(value);
      }),
    );
  });
});

describe('formatDecimal', () => {
  it.each([
    [0n, 0, '0'],
    [0n, 2, '0.00'],
    [-5n, 2, '-0.05'],
    [123456n, 3, '123.456'],
    [-7n, 0, '-7'],
  ])('writes %s at scale %i', (unscaled, scale, text) => {
    expect(formatDecimal(unscaled, scale)).toBe(text);
  });
});
