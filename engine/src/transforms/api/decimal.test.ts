import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal } from './decimal.ts';

describe('decimal', () => {
  it('adds, subtracts and multiplies exactly', () => {
    expect(decimal.add('0.1', '0.2')).toBe('0.3');
    expect(decimal.add('12345678901234567890.12', '-0.005')).toBe('12345678901234567890.115');
    expect(decimal.subtract('1', '1.000')).toBe('0.000');
    expect(decimal.multiply('-1.10', '1.1')).toBe('-1.210');
  });

  it.each([
    ['2.5', 'half-up', '3'],
    ['-2.5', 'half-up', '-3'],
    ['2.5', 'half-even', '2'],
    ['3.5', 'half-even', '4'],
    ['-2.5', 'half-even', '-2'],
    ['2.51', 'half-even', '3'],
    ['2.99', 'down', '2'],
    ['-0.4', 'half-up', '0'],
  ] as const)('rounds %s %s to %s', (text, rounding, rounded) => {
    expect(decimal.round(text, 0, rounding)).toBe(rounded);
  });

  it('divides to a number of digits and refuses zero', () => {
    expect(decimal.divide('1', '3', 4)).toBe('0.3333');
    expect(decimal.divide('-2', '3', 2)).toBe('-0.67');
    expect(decimal.divide('1', '-0.5', 0)).toBe('-2');
    expect(() => decimal.divide('1', '0.00', 2)).toThrow('must not be zero');
  });

  it('compares by value, not by text', () => {
    expect(['10', '9.5', '-1', '1.0', '1'].toSorted(decimal.compare)).toEqual(['-1', '1.0', '1', '9.5', '10']);
    expect(decimal.compare('1.0', '1')).toBe(0);
  });

  it('takes numbers as they print', () => {
    expect(decimal.fromNumber(0.1)).toBe('0.1');
    expect(decimal.fromNumber(1e21)).toBe('1000000000000000000000');
    expect(decimal.fromNumber(-1.5e-7)).toBe('-0.00000015');
    expect(decimal.fromNumber(2.345, 2)).toBe('2.35');
    expect(() => decimal.fromNumber(Number.NaN)).toThrow('finite');
    fc.assert(
      fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (number) => {
        expect(decimal.toNumber(decimal.fromNumber(number)) === number).toBe(true);
      }),
    );
  });

  it.each(['', 'abc', '1e3', '1,5', '.5', '١'])('refuses %j', (text) => {
    expect(() => decimal.add(text, '1')).toThrow('must be a text like');
  });
});
