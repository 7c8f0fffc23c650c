import { describe, expect, it } from 'vitest';
import { MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND, parseTimestamp } from './calendar.ts';
import { ParquetryError } from './errors.ts';
import { compileStrftime } from './strftime.ts';

const format = (pattern: string, iso: string) => compileStrftime(pattern).format(Number(parseTimestamp(iso)! / 1000n));

describe('compileStrftime', () => {
  it.each([
    ['%Y-%m-%d', '2024-03-01T00:00:00Z', '2024-03-01'],
    ['%F %T', '2024-03-01T04:05:06Z', '2024-03-01 04:05:06'],
    ['%R %I%p', '2024-03-01T13:05:06Z', '13:05 01PM'],
    ['%I %p', '2024-03-01T00:05:06Z', '12 AM'],
    ['%-d/%-m %y %C', '2024-03-01T00:00:00Z', '1/3 24 20'],
    ['%f', '2024-03-01T00:00:00.000045Z', '000045'],
    ['%s', '1969-12-31T23:59:59.5Z', '-1'],
    ['%j', '2024-12-31T00:00:00Z', '366'],
    ['%a %A %b %B', '2024-03-01T00:00:00Z', 'Fri Friday Mar March'],
    ['%u %w', '2024-03-03T00:00:00Z', '7 0'],
    ['%G-W%V %g', '2024-12-30T00:00:00Z', '2025-W01 25'],
    ['%G-W%V', '2021-01-03T00:00:00Z', '2020-W53'],
    ['%U %W', '2024-01-07T00:00:00Z', '01 01'],
    ['%U %W', '2023-01-01T00:00:00Z', '01 00'],
    ['100%% %%Y', '2024-03-01T00:00:00Z', '100% %Y'],
    ['%Y', '0042-03-01T00:00:00Z', '0042'],
    ['%H:%M:%S', '1969-12-31T23:59:59.999999Z', '23:59:59'],
  ])('writes %s of %s', (pattern, iso, text) => {
    expect(format(pattern, iso)).toBe(text);
  });

  it('knows the longest span over which the text stays the same', () => {
    const granularity = (pattern: string) => compileStrftime(pattern).granularityMicros;
    expect(granularity('%Y-%m-%d')).toBe(MICROS_PER_DAY);
    expect(granularity('%Y %H')).toBe(MICROS_PER_HOUR);
    expect(granularity('%R')).toBe(MICROS_PER_MINUTE);
    expect(granularity('%H%S')).toBe(MICROS_PER_SECOND);
    expect(granularity('%f')).toBe(1);
    expect(granularity('100%%')).toBe(Number.POSITIVE_INFINITY);
  });

  it.each(['%Q', '%', '%Y-%-', '%E', '%-%', '%toString'])('refuses %s', (pattern) => {
    expect(() => compileStrftime(pattern)).toThrow(ParquetryError);
  });
});
