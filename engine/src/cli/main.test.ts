import { expect, test } from 'vitest';
import { ParquetryError } from '../core/errors.ts';
import { captureContext } from './captured-context.ts';
import { wantsColor } from './context.ts';
import { exitCodeOf, printError } from './errors.ts';
import { exitCodeMeanings } from './exit-codes.ts';
import { abortReason, createProgram, endingSignals, main } from './main.ts';

async function run(...args: string[]) {
  const context = captureContext({ cwd: import.meta.dirname });
  const code = await main(args, context);
  return { code, out: context.out(), err: context.err() };
}

test('without a command it prints help, with all commands and examples', async () => {
  const { code, out } = await run();
  expect(code).toBe(0);
  for (const command of ['init', 'infer', 'validate', 'test', 'run', 'inspect', 'ddl', 'emulator']) {
    expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
  }
  expect(out).toContain('$ parquetry run clicks --env local');
});

test('each command has examples in its help, and none of its lines is much wider than 120 columns', async () => {
  for (const command of createProgram(captureContext({ cwd: '/' })).commands) {
    const { code, out } = await run('help', command.name());
    expect(code).toBe(0);
    expect(out, command.name()).toMatch(/\$ .*parquetry/);
    expect(Math.max(...out.split('\n').map((line) => line.length)), command.name()).toBeLessThanOrEqual(125);
  }
});

test('help exit-codes lists every code', async () => {
  const { code, out } = await run('help', 'exit-codes');
  expect(code).toBe(0);
  for (const [exitCode, meaning] of exitCodeMeanings) expect(out).toContain(`${exitCode}  ${meaning}`);
});

test.each([
  [['vallidate'], 'Did you mean validate?'],
  [['validate', '--strikt'], 'Did you mean --strict?'],
  [['inspect'], "missing required argument 'files'"],
  [['inspect', 'x', '--rows', 'many'], 'It must be a whole number.'],
  [['emulator', '--port', '70000'], 'It must be a number from 0 to 65535.'],
])('%j is a usage mistake: code 2 and what to do', async (args, message) => {
  const { code, out, err } = await run(...args);
  expect(code).toBe(2);
  expect(err).toContain(message);
  expect(err).toContain('hint: `parquetry help`');
  expect(out).toBe('');
});

test('the version is that of the package', async () => {
  const { code, out } = await run('--version');
  expect(code).toBe(0);
  expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([
  ['E_CONFIG', 2],
  ['E_SCHEMA', 2],
  ['E_TRANSFORM', 2],
  ['E_NOT_FOUND', 1],
  ['E_ACCESS', 1],
  ['E_INTERNAL', 1],
  ['E_CANCELLED', 130],
] as const)('an error %s ends with %i', (code, expected) => {
  expect(exitCodeOf(new ParquetryError(code, 'x'))).toBe(expected);
});

test('an error is printed as message and hint; its stack and cause only when debugging', () => {
  const error = new ParquetryError('E_ACCESS', 'the bucket lake refuses', { hint: 'Log in.', cause: new Error('403') });
  const plain = captureContext({ cwd: '/' });
  printError(plain, error, { debug: false });
  expect(plain.err()).toBe('error the bucket lake refuses\n  hint: Log in.\n');
  const debug = captureContext({ cwd: '/' });
  printError(debug, error, { debug: true });
  expect(debug.err()).toContain('main.test.ts');
  expect(debug.err()).toContain('caused by Error: 403');
});

test('what nobody expected is called a defect', () => {
  const context = captureContext({ cwd: '/' });
  printError(context, new RangeError('boom'), { debug: false });
  expect(context.err()).toContain('error boom\n');
  expect(context.err()).toContain('--debug');
  expect(exitCodeOf(new RangeError('boom'))).toBe(1);
});

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ TERM: 'dumb' }, true, false],
])('with %j on a terminal: %s, colours: %s', (env, isTTY, expected) => {
  expect(wantsColor(env, isTTY)).toBe(expected);
});

test('Ctrl-Break, service managers and a closed console end a run in order on Windows; elsewhere SIGHUP is not an end', () => {
  expect(endingSignals('win32')).toEqual(['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP']);
  expect(endingSignals('linux')).toEqual(['SIGINT', 'SIGTERM']);
  expect(abortReason('SIGHUP', 'win32')).toMatchObject({ name: 'AbortError', withinMs: 4_000 });
  expect(abortReason('SIGINT', 'win32')).not.toHaveProperty('withinMs');
  expect(abortReason('SIGTERM', 'linux')).not.toHaveProperty('withinMs');
});
