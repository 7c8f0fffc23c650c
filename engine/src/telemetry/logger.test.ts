import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { LogLevel } from './log-levels.ts';
import { createLogger } from './logger.ts';

async function capture(format: 'json' | 'pretty', level: LogLevel = 'info', color = false) {
  const lines: string[] = [];
  const base = { pipeline: 'clicks' };
  const logger = await createLogger({ level, format, write: (line) => lines.push(line), base, now: () => 0, color });
  return { logger, lines };
}

test('writes one JSON object a line with time, level, event and the base fields', async () => {
  const { logger, lines } = await capture('json');
  logger.warn('lease.lost', { delivery: 'm-1', count: 2 });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\{.*\}\n$/);
  expect(JSON.parse(lines[0]!)).toEqual({
    time: '1970-01-01T00:00:00.000Z',
    level: 'warn',
    event: 'lease.lost',
    pipeline: 'clicks',
    delivery: 'm-1',
    count: 2,
  });
});

test.each<[LogLevel, string[]]>([
  ['debug', ['own.a', 'own.b', 'own.c', 'own.d']],
  ['warn', ['own.c', 'own.d']],
  ['error', ['own.d']],
  ['silent', []],
])('at level %s only what is as serious is written', async (level, events) => {
  const { logger, lines } = await capture('json', level);
  logger.debug('own.a');
  logger.info('own.b');
  logger.warn('own.c');
  logger.error('own.d');
  expect(lines.map((line) => JSON.parse(line).event)).toEqual(events);
});

test('is one line for people, without the fields that are on every line', async () => {
  const { logger, lines } = await capture('pretty');
  logger.info('file.written', { uri: 's3://lake/x', rows: 3, error: 'of two\nlines' });
  expect(lines).toEqual(['[00:00:00] INFO: file.written {"uri":"s3://lake/x","rows":3,"error":"of two\\nlines"}\n']);
});

test('colours only where it is asked to', async () => {
  const { logger, lines } = await capture('pretty', 'info', true);
  logger.info('file.written');
  expect(lines[0]).toContain('\u001b[');
});

test('hides fields that are named like credentials, at any depth', async () => {
  const { logger, lines } = await capture('json');
  const nested = { config: { password: 'p', list: [{ Authorization: 'b' }] } };
  logger.info('own.x', { secretAccessKey: 'AKIA', sessionToken: 'abc', queue: 'q', nested });
  expect(JSON.parse(lines[0]!)).toMatchObject({
    secretAccessKey: '<hidden>',
    sessionToken: '<hidden>',
    queue: 'q',
    nested: { config: { password: '<hidden>', list: [{ Authorization: '<hidden>' }] } },
  });
});

test('never throws for a value, and keeps bigint digits', async () => {
  const { logger, lines } = await capture('json');
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  const trap = {
    get value(): never {
      throw new Error('trap');
    },
  };
  logger.info('own.x', {
    loop,
    trap,
    big: 2n ** 70n,
    nested: { big: 1n },
    f: () => 1,
    nothing: undefined,
    not: Number.NaN,
  });
  expect(JSON.parse(lines[0]!)).toMatchObject({
    loop: '<object>',
    trap: '<object>',
    big: '1180591620717411303424',
    nested: { big: '1' },
    f: '<function>',
    not: null,
  });
});

test('shows errors as their message, and cuts long texts wherever they are', async () => {
  const { logger, lines } = await capture('json');
  const long = 'x'.repeat(3_000);
  logger.info('own.x', { failure: new Error('no'), long, deep: { long } });
  const line = JSON.parse(lines[0]!);
  expect(line.failure).toBe('no');
  expect([line.long, line.deep.long].map((text) => text.length)).toEqual([2_001, 2_001]);
});

test('a field named like one of the line itself keeps beside it', async () => {
  const { logger, lines } = await capture('json');
  logger.info('own.x', { level: 7, time: 'then', event: 'other' });
  expect(lines[0]!.match(/"(level|time|event)":/g)).toHaveLength(3);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: 'info',
    event: 'own.x',
    level_: 7,
    time_: 'then',
    event_: 'other',
  });
});

test('a crash right after an event does not lose its line', async () => {
  const module = fileURLToPath(new URL('./logger.ts', import.meta.url));
  const program = `import { createLogger } from ${JSON.stringify(module)};
const logger = await createLogger();
for (let i = 0; i < 100; i++) logger.info('own.x', { i });
process.abort();`;
  const { status, signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  expect(status === 0).toBe(false);
  expect(signal ?? 'SIGABRT').toBe('SIGABRT');
  expect(stderr.match(/"event":"own.x"/g)).toHaveLength(100);
});
