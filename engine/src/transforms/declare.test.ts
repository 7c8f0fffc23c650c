import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { t } from './api/t.ts';
import { declareInput } from './declare.ts';
import { createProject, type Project } from './testing.ts';

const schema = t.row({
  id: t.int64(),
  ts: t.timestamp(),
  user: t.int().optional(),
  doc: t.json(),
  '__proto__ "x"': t.decimal(4, 2),
  geo: t.struct({ lat: t.double(), city: t.string().optional() }),
  tags: t.list(t.string().optional()),
  labels: t.map(t.string(), t.int()),
  codes: t.map(t.int(), t.bool()).optional(),
});

const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

/** What the compiler says about a transform with these types in force; empty when all is well. */
async function complaints(files: Project): Promise<string> {
  const options = '--noEmit --strict --module nodenext --target es2024 --allowImportingTsExtensions --skipLibCheck';
  const run = promisify(execFile)(process.execPath, [compiler, '-p', '.', ...options.split(' ')], {
    cwd: files.folder,
  });
  return run.then(
    () => '',
    (failure: { stdout: string }) => failure.stdout,
  );
}

function projectOf(map: string): Promise<Project> {
  const paths = { parquetry: [fileURLToPath(new URL('./api.ts', import.meta.url))] };
  return createProject({
    'input.d.ts': declareInput(schema),
    'tsconfig.json': JSON.stringify({ compilerOptions: { paths, types: [] }, files: ['input.d.ts', 'transform.ts'] }),
    'transform.ts': `import { defineTransform, t, time } from 'parquetry';
      export default defineTransform({
        output: t.row({ id: t.int64(), day: t.date(), city: t.string().optional() }),
        map: ${map},
      });`,
  });
}

describe('declareInput', () => {
  it('types the record of a transform', async () => {
    await using files = await projectOf(`({ id, ts, geo, labels, codes, tags }) => ({
      id, day: time.date(ts), city: geo.city ?? tags[0] ?? String((labels['a'] ?? 0) + Number(codes?.get(1))) })`);
    expect(await complaints(files)).toBe('');
  });

  it('lets the compiler find a misspelt field of the input, and of the output', async () => {
    await using input = await projectOf('({ id, tz }) => ({ id, day: time.date(tz) })');
    expect(await complaints(input)).toContain("Property 'tz' does not exist");
    await using output = await projectOf('({ id, ts, geo }) => ({ id, day: time.date(ts), town: geo.city })');
    expect(await complaints(output)).toContain('is not a field of the output');
  });

  it('does not let a nullable input pass for a required output', async () => {
    await using files = await projectOf('({ ts, user }) => ({ id: BigInt(user), day: time.date(ts) })');
    expect(await complaints(files)).toContain("'number | null'");
  });
});
