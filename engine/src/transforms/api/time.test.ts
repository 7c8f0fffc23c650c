import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { time } from './time.ts';
import type { Timestamp } from './values.ts';

const at = (iso: string): Timestamp => time.parse(iso);
/** Instants that are exact as numbers. */
const instants = fc.maxSafeInteger().map((micros) => time.fromMicros(micros));

describe('time', () => {
  it('reads ISO 8601 and a given format, and writes them back', () => {
    expect(at('2024-03-01T10:00:00.25+01:00')).toBe(Date.UTC(2024, 2, 1, 9, 0, 0, 250) * 1000);
    expect(time.format(at('2024-03-01T09:00:00.25Z'))).toBe('2024-03-01T09:00:00.25Z');
    expect(time.parse('01.03.2024', '%d.%m.%Y')).toBe(at('2024-03-01T00:00:00Z'));
    expect(time.format(at('2024-03-01T09:00:00Z'), '%d.%m.%Y')).toBe('01.03.2024');
  });

  it('throws for what is no timestamp, where tryParse answers undefined', () => {
    expect(() => time.parse('yesterday')).toThrow('must be an ISO 8601 timestamp, got "yesterday"');
    expect(() => time.parse('2024', '%d.%m.%Y')).toThrow('must be %d.%m.%Y, got "2024"');
    for (const value of ['yesterday', null, undefined, 17]) expect(time.tryParse(value)).toBeUndefined();
  });

  it('refuses to go on with what is no whole number of microseconds', () => {
    expect(() => time.fromMicros(0.5)).toThrow('whole microseconds');
    expect(() => time.startOf(Number.NaN as Timestamp, 'day')).toThrow('whole microseconds');
  });

  it('reads back every instant it writes', () => {
    fc.assert(
      fc.property(instants, (instant) => {
        expect(time.parse(time.format(instant))).toBe(instant);
      }),
    );
  });

  it.each([
    ['second', '2024-05-16T13:14:15Z'],
    ['minute', '2024-05-16T13:14:00Z'],
    ['hour', '2024-05-16T13:00:00Z'],
    ['day', '2024-05-16T00:00:00Z'],
    ['week', '2024-05-13T00:00:00Z'],
    ['month', '2024-05-01T00:00:00Z'],
    ['quarter', '2024-04-01T00:00:00Z'],
    ['year', '2024-01-01T00:00:00Z'],
  ] as const)('starts a %s at its first instant', (unit, start) => {
    expect(time.startOf(at('2024-05-16T13:14:15.5Z'), unit)).toBe(at(start));
    expect(time.startOf(at(start), unit)).toBe(at(start));
  });

  it('starts units before the epoch at or before the instant', () => {
    expect(time.startOf(at('1969-12-31T23:59:59.9Z'), 'day')).toBe(at('1969-12-31T00:00:00Z'));
    expect(time.startOf(at('1969-12-28T01:00:00Z'), 'week')).toBe(at('1969-12-22T00:00:00Z'));
  });

  it.each([
    ['2024-01-31T10:00:00Z', 1, 'month', '2024-02-29T10:00:00Z'],
    ['2024-03-31T10:00:00Z', -1, 'month', '2024-02-29T10:00:00Z'],
    ['2024-02-29T00:00:00Z', 1, 'year', '2025-02-28T00:00:00Z'],
    ['2024-11-30T00:00:00Z', 1, 'quarter', '2025-02-28T00:00:00Z'],
    ['1970-01-01T00:00:00Z', -1, 'week', '1969-12-25T00:00:00Z'],
    ['2024-01-01T00:00:00Z', 36, 'hour', '2024-01-02T12:00:00Z'],
  ] as const)('counts from %s %i %s', (from, count, unit, to) => {
    expect(time.add(at(from), count, unit)).toBe(at(to));
  });

  it('takes an instant apart as Date does', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true, min: new Date('1700'), max: new Date('2200') }), (date) => {
        const parts = time.parts(time.fromDate(date));
        const { year, month, day, hour, minute, second, microsecond } = parts;
        expect(Date.UTC(year, month - 1, day, hour, minute, second, microsecond / 1000)).toBe(date.getTime());
        expect(parts.weekday % 7).toBe(date.getUTCDay());
      }),
    );
  });

  it('converts to and from other clocks', () => {
    expect(time.toMillis(time.fromMicros(-1))).toBe(-1);
    expect(time.toDate(time.fromMillis(5)).getTime()).toBe(5);
    expect(time.toNanos(time.fromMicros(7))).toBe(7000n);
    expect(time.fromNanos(-1n)).toBe(-1);
    expect(time.fromSeconds(1.5)).toBe(1_500_000);
    expect(time.date(at('1969-12-31T23:00:00Z'))).toBe('1969-12-31');
  });
});
