import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  civilFromDays,
  daysFromCivil,
  daysInMonth,
  formatDate,
  formatLocalNanos,
  formatTime,
  formatTimestamp,
  parseDate,
  parseTime,
  parseTimestamp,
} from './calendar.ts';

/** Days that `Date` knows. */
const days = fc.integer({ min: -100_000_000, max: 100_000_000 });

describe('daysFromCivil and civilFromDays', () => {
  it('agree with Date wherever Date reaches', () => {
    fc.assert(
      fc.property(days, (day) => {
        const date = new Date(day * 86_400_000);
        const civil = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
        expect(civilFromDays(day)).toEqual(civil);
        expect(daysFromCivil(civil.year, civil.month, civil.day)).toBe(day);
      }),
    );
  });

  it('know leap years', () => {
    expect([1900, 2000, 2023, 2024].map((year) => daysInMonth(year, 2))).toEqual([28, 29, 28, 29]);
    expect(daysInMonth(2024, 13)).toBe(0);
  });
});

describe('formatTimestamp', () => {
  it.each([
    [0, '1970-01-01T00:00:00Z'],
    [-1, '1969-12-31T23:59:59.999999Z'],
    [1_709_287_200_250_000, '2024-03-01T10:00:00.25Z'],
    [-62_167_219_200_000_000, '0000-01-01T00:00:00Z'],
  ])('writes %i with a minimal fraction', (micros, text) => {
    expect(formatTimestamp(micros)).toBe(text);
  });

  it('writes years outside 0 to 9999 in the expanded form', () => {
    expect(formatLocalNanos(-62_167_219_200_000_001_000n)).toBe('-000001-12-31T23:59:59.999999');
    expect(formatDate(daysFromCivil(12345, 1, 1))).toBe('+012345-01-01');
  });

  it('is read back by parseTimestamp', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (micros) => {
        expect(parseTimestamp(formatTimestamp(micros))).toBe(BigInt(micros) * 1000n);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (nanos) => {
        expect(parseTimestamp(formatLocalNanos(nanos))).toBe(nanos);
      }),
    );
  });
});

describe('parseTimestamp', () => {
  it.each([
    ['2024-03-01T10:00:00Z', '2024-03-01T10:00:00Z'],
    ['2024-03-01t10:00:00z', '2024-03-01T10:00:00Z'],
    ['2024-03-01 10:00', '2024-03-01T10:00:00Z'],
    ['2024-03-01T10:00:00.5+01:30', '2024-03-01T08:30:00.5Z'],
    ['2024-03-01T10:00:00-0130', '2024-03-01T11:30:00Z'],
    ['2024-03-01T10:00:00+02', '2024-03-01T08:00:00Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
  ])('takes %s', (text, same) => {
    expect(parseTimestamp(text)).toBe(parseTimestamp(same));
    expect(formatTimestamp(Number(parseTimestamp(text)! / 1000n))).toBe(same);
  });

  it.each([
    '',
    '2024-03-01',
    '2024-3-1T10:00:00Z',
    '2023-02-29T10:00:00Z',
    '2024-00-01T10:00:00Z',
    '2024-03-01T24:00:00Z',
    '2024-03-01T23:59:60Z',
    '2024-03-01T10:00:00.Z',
    '2024-03-01T10:00:00.1234567890Z',
    '2024-03-01T10:00:00+24:00',
    '2024-03-01T10:00:00Z ',
    '24-03-01T10:00:00Z',
  ])('refuses %j', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });
});

describe('dates and times', () => {
  it('are read back from their text', () => {
    fc.assert(
      fc.property(days, fc.nat(86_399_999_999), (day, micros) => {
        expect(parseDate(formatDate(day))).toBe(day);
        expect(parseTime(formatTime(micros))).toBe(micros);
      }),
    );
  });

  it('are refused in any other form', () => {
    expect(['2024-02-30', '2024-1-01', '20240101', ''].map(parseDate)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(['24:00:00', '10', '10:00:00.', '10:00:00.1234567'].map(parseTime)).toEqual(Array(4).fill(undefined));
  });
});
