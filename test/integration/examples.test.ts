import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { captureContext } from '../../engine/src/cli/captured-context.ts';
import { main } from '../../engine/src/cli/main.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const examples = path.join(root, 'examples');

/** Folders below examples/ that hold a file of this name; paths relative to it. */
function foldersWith(file: string): string[] {
  return readdirSync(examples, { recursive: true, encoding: 'utf8' })
    .filter((name) => path.basename(name) === file && !name.includes('node_modules'))
    .map((name) => path.dirname(name))
    .sort();
}

const pipelines = foldersWith('pipeline.yaml');
const programs = foldersWith('main.ts');

/** A copy of examples/, so that what runs write stays out of the checkout. Packages are found as in the checkout. */
let copy: string;
beforeAll(async () => {
  copy = await mkdtemp(path.join(os.tmpdir(), 'parquetry-examples-'));
  const isSource = (file: string) => !/[/\\](\.parquetry|out|errors)$/.test(file);
  await cp(examples, copy, { recursive: true, filter: isSource });
  await symlink(path.join(root, 'node_modules'), path.join(copy, 'node_modules'), 'junction');
});
afterAll(() => rm(copy, { recursive: true, force: true }));

async function cli(...args: string[]) {
  const context = captureContext({ cwd: copy });
  const code = await main(args, context);
  return { code, out: context.out(), err: context.err() };
}

/** The compiler's complaints about a folder, where `parquetry` is the engine's source: declarations may not be built. */
async function typeErrors(folder: string, paths?: Record<string, string[]>): Promise<string> {
  const config = path.join(copy, folder, 'tsconfig.check.json');
  await writeFile(config, JSON.stringify({ extends: './tsconfig.json', compilerOptions: { paths } }));
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  return promisify(execFile)(process.execPath, [tsc, '-p', config], { cwd: copy }).then(
    () => '',
    (failure: { stdout: string }) => failure.stdout,
  );
}

const library = { parquetry: [path.join(root, 'engine', 'src', 'index.ts')] };

test('every folder of examples/ is run by this test, and says in a README what it shows', () => {
  const folders = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const covered = new Set([...pipelines, ...programs].map((folder) => folder.split(path.sep)[0]));
  expect(folders.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([]);
  expect(folders.filter(({ name }) => !existsSync(path.join(examples, name, 'README.md')))).toEqual([]);
});

describe.each(pipelines)('the pipeline %s', (folder) => {
  const has = (file: string) => existsSync(path.join(examples, folder, file));
  const hasLocal = /^ {2}local:/m.test(readFileSync(path.join(examples, folder, 'pipeline.yaml'), 'utf8'));
  const environment = hasLocal ? ['--env', 'local'] : [];

  test('validates without a warning', async () => {
    expect(await cli('validate', folder, '--strict', ...environment)).toMatchObject({ code: 0, err: '' });
  });

  test.skipIf(!has('transform.ts'))('passes its tests, and its types hold', async () => {
    expect(await cli('test', folder)).toMatchObject({ code: 0 });
    // Its frozen schema still holds its samples, and gives the record its type.
    expect(await cli('infer', '--pipeline', folder)).toMatchObject({ out: expect.stringContaining('stays in force') });
    expect(await typeErrors(folder)).toBe('');
  });

  test.skipIf(has('transform.ts'))('has own modules whose types hold', async () => {
    expect(await typeErrors(folder, library)).toBe('');
  });

  test('runs to its end: records are delivered, and the ledger closes', async () => {
    const { code, out } = await cli('run', folder, '--drain', '--json', ...environment);
    const summary = JSON.parse(out);
    expect(code).toBe(0);
    expect(summary.ledger.closed).toBe(true);
    expect(summary.ledger.records.delivered).toBeGreaterThan(0);
    expect(summary.files.length).toBeGreaterThan(0);
  });
});

describe.each(programs)('the program %s', (folder) => {
  test('has types that hold', async () => {
    expect(await typeErrors(folder, library)).toBe('');
  });

  test('runs on the built package, and accounts for every record', async () => {
    // The command line builds a checkout that is not built.
    await promisify(execFile)(process.execPath, [path.join(root, 'engine', 'bin', 'parquetry.js'), '--version']);
    const run = await promisify(execFile)(process.execPath, ['main.ts'], { cwd: path.join(copy, folder) });
    expect(run.stdout).toContain('3 received, 1 delivered, ledger closed');
  });
});
