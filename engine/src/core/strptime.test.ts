import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileStrftime } from './strftime.ts';
import { compileStrptime } from './strptime.ts';

const micros = (iso: string): number => Date.parse(iso) * 1000;

describe('compileStrptime', () => {
  it.each([
    ['%Y-%m-%d', '2024-02-29', '2024-02-29T00:00:00Z'],
    ['%F %T', '2024-03-01 10:20:30', '2024-03-01T10:20:30Z'],
    ['%d/%b/%Y:%H:%M:%S %z', '10/Oct/2000:13:55:36 -0700', '2000-10-10T20:55:36Z'],
    ['%A, %d %B %y', 'friday, 01 MARCH 24', '2024-03-01T00:00:00Z'],
    ['%m/%d/%y', '1/2/69', '1969-01-02T00:00:00Z'],
    ['%I:%M %p', '12:05 am', '1970-01-01T00:05:00Z'],
    ['%I:%M %p', '12:05 PM', '1970-01-01T12:05:00Z'],
    ['%Y%j', '2024366', '2024-12-31T00:00:00Z'],
    ['%s', '-1', '1969-12-31T23:59:59Z'],
    ['%s.%f', '1700000000.25', '2023-11-14T22:13:20.250Z'],
    ['%FT%T%z', '2024-03-01T10:00:00+05:30', '2024-03-01T04:30:00Z'],
    ['100%% (%Y)', '100% (1999)', '1999-01-01T00:00:00Z'],
  ])('reads %s in %j', (format, text, iso) => {
    expect(compileStrptime(format)(text)).toBe(micros(iso));
  });

  it.each([
    ['%Y-%m-%d', '2023-02-29'],
    ['%Y-%m-%d', '2024-13-01'],
    ['%Y-%m-%d', '2024-03-01x'],
    ['%H:%M', '24:00'],
    ['%I %p', '13 pm'],
    ['%Y%j', '2023366'],
    ['%H%z', '10+24:00'],
    ['%Y', '99'],
  ])('finds no moment with %s in %j', (format, text) => {
    expect(compileStrptime(format)(text)).toBeUndefined();
  });

  it('keeps six digits of a longer fraction', () => {
    expect(compileStrptime('%S.%f')('01.123456789')).toBe(1_123_456);
  });

  it('refuses a directive it cannot read, naming the ones it can', () => {
    expect(() => compileStrptime('%Y-%V')).toThrow('got %V');
  });

  it('reads back what strftime wrote', () => {
    const format = '%d %B %Y, %I:%M:%S.%f %p';
    const year9999 = micros('9999-12-31T00:00:00Z') / 1000;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: year9999 / 1000 }), fc.integer({ min: 0, max: 999_999 }), (seconds, f) => {
        const instant = seconds * 1_000_000 + f;
        if (!Number.isSafeInteger(instant)) return;
        expect(compileStrptime(format)(compileStrftime(format).format(instant))).toBe(instant);
      }),
      { numRuns: 50 },
    );
  });
});
