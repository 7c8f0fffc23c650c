import { expect, test } from 'vitest';
import { createLogger, type LogLevel } from './logger.ts';

function capture(format: 'json' | 'pretty', level: LogLevel = 'info') {
  const lines: string[] = [];
  const base = { pipeline: 'clicks' };
  const logger = createLogger({ level, format, write: (line) => lines.push(line), base, now: () => 0 });
  return { logger, lines };
}

test('writes one JSON object a line with time, level, event and the base fields', () => {
  const { logger, lines } = capture('json');
  logger.warn('lease.lost', { delivery: 'm-1', count: 2 });
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!)).toEqual({
    time: '1970-01-01T00:00:00.000Z',
    level: 'warn',
    event: 'lease.lost',
    pipeline: 'clicks',
    delivery: 'm-1',
    count: 2,
  });
});

test('leaves out what is below the level', () => {
  const { logger, lines } = capture('json', 'error');
  logger.debug('a');
  logger.warn('b');
  logger.error('c');
  expect(lines.map((line) => JSON.parse(line).event)).toEqual(['c']);
});

test('hides fields that are named like credentials', () => {
  const { logger, lines } = capture('pretty');
  logger.info('x', { secretAccessKey: 'AKIA', sessionToken: 'abc', queue: 'q' });
  expect(lines[0]).toBe('00:00:00 info  x secretAccessKey=<hidden> sessionToken=<hidden> queue=q\n');
});

test('never throws for a value, and keeps bigint digits', () => {
  const { logger, lines } = capture('json');
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  logger.info('x', { loop, big: 2n ** 70n, nested: { big: 1n } });
  expect(JSON.parse(lines[0]!)).toMatchObject({
    loop: '<object>',
    big: '1180591620717411303424',
    nested: { big: '1' },
  });
});
