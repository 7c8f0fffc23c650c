import { sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asParquetryError, type ParquetryError } from '../core/errors.ts';
import { compileModule, compileTransform } from './compile.ts';
import { describeTransform } from './describe.ts';
import { loadModule, loadTransform } from './load.ts';
import { createProject, type Project } from './testing.ts';

const WHOLE = `
  import { defineTransform, t } from 'parquetry';
  import { upper } from './upper.ts';
  export default defineTransform({
    output: t.row({ id: t.int64(), name: t.string().optional() }),
    setup: () => 1,
    map: (r) => ({ id: r.id, name: upper(r.name) }),
  });`;
const UPPER = 'export const upper = (text: string): string => text.toUpperCase();';

const importing = "import { defineTransform, t } from 'parquetry';";
const project = (transform: string, more: Record<string, string> = {}): Promise<Project> =>
  createProject({ 'transform.ts': transform, ...more });

async function failureOf(work: () => unknown): Promise<ParquetryError> {
  try {
    await work();
  } catch (thrown) {
    return asParquetryError(thrown);
  }
  throw new Error('it must fail, but it did not');
}

describe('compileTransform', () => {
  it('bundles imports and names the files to watch, but none of the engine', async () => {
    await using files = await project(WHOLE, { 'upper.ts': UPPER });
    const compiled = await compileTransform(files.path('transform.ts'));
    expect(compiled.inputs.toSorted()).toEqual([files.path('transform.ts'), files.path('upper.ts')]);
    expect(compiled.file).toBe(files.path('transform.ts'));
    expect(structuredClone(compiled)).toEqual(compiled);
  });

  it('gives equal sources in different folders the same code and hash', async () => {
    await using one = await project(WHOLE, { 'upper.ts': UPPER });
    await using other = await project(WHOLE, { 'upper.ts': UPPER });
    const [a, b] = await Promise.all([one, other].map((files) => compileTransform(files.path('transform.ts'))));
    expect(a?.hash).toBe(b?.hash);
    expect(a?.code).not.toContain(one.folder);
  });

  it('lists every error with file, line, column and the line of code', async () => {
    await using files = await project(
      `import { a } from './nowhere.ts';\nconst ø = a; export { b } from 'left-pad-2';`,
    );
    const error = await failureOf(() => compileTransform(files.path('transform.ts')));
    expect(error).toMatchObject({ code: 'E_TRANSFORM', file: files.path('transform.ts'), line: 1, column: 19 });
    expect(error.message).toContain("  const ø = a; export { b } from 'left-pad-2';\n");
    expect(error.message).toContain(`${files.path('transform.ts')}:2:32: Could not resolve "left-pad-2"`);
    expect(error.hint).toContain('Install left-pad-2');
    expect(error.details.problems).toHaveLength(2);
  });

  it('says where to move a top-level await', async () => {
    await using files = await project('await fetch("http://127.0.0.1/");');
    expect((await failureOf(() => compileTransform(files.path('transform.ts')))).hint).toContain('setup()');
  });

  it('says that a file is missing, not that it does not compile', async () => {
    await using files = await createProject({});
    expect((await failureOf(() => compileTransform(files.path('transform.ts')))).code).toBe('E_NOT_FOUND');
  });

  it('blames the configuration for a component that does not compile', async () => {
    await using files = await createProject({ 'source.ts': 'export const = 1' });
    expect((await failureOf(() => compileModule(files.path('source.ts')))).code).toBe('E_CONFIG');
  });
});

describe('loadModule', () => {
  it('gives a module its own place and what Node has', async () => {
    await using files = await createProject({
      'own.ts': `import { basename } from 'node:path';
        export const name = basename(import.meta.filename), folder = import.meta.dirname, url = import.meta.url;
        export const later = () => import('node:os');`,
    });
    const exports = loadModule(await compileModule(files.path('own.ts')));
    expect(exports).toMatchObject({ name: 'own.ts', folder: files.folder });
    expect(exports.url).toMatch(/^file:\/\/.*own\.ts$/);
    await expect((exports.later as () => Promise<object>)()).resolves.toHaveProperty('cpus');
  });

  it('tells at which line of the user the module threw', async () => {
    await using files = await project(`// comment\nimport './deep.ts';`, {
      'deep.ts': `interface Unseen { a: string }\n\nthrow new Error('deep');`,
    });
    const compiled = await compileTransform(files.path('transform.ts'));
    const error = await failureOf(() => loadTransform(compiled));
    expect(error).toMatchObject({ code: 'E_TRANSFORM', file: files.path('deep.ts'), line: 3 });
    expect(error.details.stack).toContain(`${files.folder}${sep}deep.ts:3:7`);
  });
});

describe('loadTransform', () => {
  it.each([
    ['no default export', 'export const a = 1', 'must have a default export'],
    ['a default export of another kind', 'export default { map: () => 1 }', 'must export what defineTransform returns'],
    ['no output', `${importing} export default defineTransform({ map: () => 1 })`, 'output must be what t.row returns'],
    [
      'no fields',
      `${importing} export default defineTransform({ output: t.row({}), map: () => 1 })`,
      'at least one field',
    ],
    ['no map', `${importing} export default defineTransform({ output: t.row({ a: t.int() }) })`, 'must have a map'],
    ['a bad type', `${importing} export default defineTransform({ output: t.row({ a: t.decimal(99, 2) }) })`, 'got 99'],
    [
      'a made-up type',
      `${importing} export default defineTransform({ output: { fields: [{ name: 'a', type: { kind: 'long' } }] }, map() {} })`,
      'got "long" Did you mean "int64"?',
    ],
  ])('refuses %s', async (_, source, message) => {
    await using files = await project(source);
    const compiled = await compileTransform(files.path('transform.ts'));
    const error = await failureOf(() => loadTransform(compiled));
    expect(error.code).toBe('E_TRANSFORM');
    expect(`${error.message} ${error.hint}`).toContain(message);
  });
});

describe('describeTransform', () => {
  it('answers what is declared, as plain data', async () => {
    await using files = await project(WHOLE, { 'upper.ts': UPPER });
    expect(await describeTransform(await compileTransform(files.path('transform.ts')))).toEqual({
      output: {
        fields: [
          { name: 'id', type: { kind: 'int64' }, optional: false },
          { name: 'name', type: { kind: 'string' }, optional: true },
        ],
      },
      hasSetup: true,
      hasPrefetch: false,
    });
  });

  it.each([
    ['never ends', 'for (;;);', 'within 300 ms'],
    ['fills the memory', 'let all; for (;;) all = { all };', 'limits'],
    ['ends the process', 'process.exit(3);', 'exit code 3'],
    ['throws', 'null.x;', 'TypeError'],
  ])('survives a module that %s', async (_, source, message) => {
    await using files = await project(source);
    const compiled = await compileTransform(files.path('transform.ts'));
    const limits = { timeMs: source.startsWith('for') ? 300 : 20_000, heapMb: 16 };
    const error = await failureOf(() => describeTransform(compiled, limits));
    expect(error.code).toBe('E_TRANSFORM');
    expect(error.message).toContain(message);
  });
});
