import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bytes, duration, formatBytes, formatDuration, parseBytes, parseDurationMs } from './units.ts';

describe('durations', () => {
  it.each([
    ['500ms', 500],
    ['20s', 20_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['7d', 604_800_000],
    ['0s', 0],
    [' 20 s ', 20_000],
  ])('%s is %i ms', (text, ms) => expect(parseDurationMs(text)).toBe(ms));

  it.each(['', 's', '20', '20 sec', '-5s', '5M', '1m30s', '1e3s', '20constructor'])('%j is no duration', (text) =>
    expect(parseDurationMs(text)).toBeUndefined(),
  );

  it.each(['1ms', '1s', '90s', '5m', '12h', '7d', '1500ms'])('%s survives a round trip', (text) =>
    expect(formatDuration(parseDurationMs(text)!)).toBe(text),
  );
});

describe('sizes', () => {
  it.each([
    ['512B', 512],
    ['64kB', 64_000],
    ['64KB', 64_000],
    ['1KiB', 1024],
    ['128MiB', 134_217_728],
    ['1.5GiB', 1_610_612_736],
  ])('%s is %i bytes', (text, size) => expect(parseBytes(text)).toBe(size));

  it.each(['128', '128Mb', '128mib', 'MiB', '-1B'])('%j is no size', (text) =>
    expect(parseBytes(text)).toBeUndefined(),
  );

  it.each(['1B', '1KiB', '128MiB', '3GiB', '1025B'])('%s survives a round trip', (text) =>
    expect(formatBytes(parseBytes(text)!)).toBe(text),
  );
});

describe('in a config', () => {
  const config = z.strictObject({
    waitTime: duration({ min: '1s', max: '20s' }).prefault('20s'),
    size: bytes({ min: '1KiB' }).prefault('8MiB'),
  });
  const issueOf = (input: unknown) => config.safeParse(input).error?.issues[0]?.message;

  it('defaults are written as a person writes them, in values and in JSON Schema', () => {
    expect(config.parse({})).toEqual({ waitTime: 20_000, size: 8_388_608 });
    const schema = z.toJSONSchema(config, { io: 'input' });
    expect(schema.properties).toMatchObject({ waitTime: { default: '20s' }, size: { default: '8MiB' } });
  });

  it('numbers are seconds and bytes', () => {
    expect(config.parse({ waitTime: 1.5, size: 2048 })).toEqual({ waitTime: 1_500, size: 2_048 });
  });

  it('names rule and value when it refuses', () => {
    expect(issueOf({ waitTime: '30s' })).toBe('must be at most 20s, got 30s');
    expect(issueOf({ size: 12 })).toBe('must be at least 1KiB, got 12');
    expect(issueOf({ waitTime: 'soon' })).toBe('must be a duration such as 500ms, 20s or 5m, got "soon"');
    expect(issueOf({ waitTime: null })).toBe('must be a duration such as 500ms, 20s or 5m, got null');
  });
});
