import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileModule } from './compile.ts';
import { loadModule } from './load.ts';
import { Recompiler } from './recompiler.ts';

let folder: string;
let recompiler: Recompiler;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'recompiler-'));
  recompiler = new Recompiler();
  await write(
    'node_modules/esm/package.json',
    '{"name":"esm","version":"1.0.0","type":"module","exports":"./index.js"}',
  );
  await write(
    'node_modules/esm/index.js',
    `import { shared } from 'shared'; export const named = 'esm'; export default () => shared; ${ballast}`,
  );
  await write(
    'node_modules/cjs/index.js',
    `exports.named = 'cjs'; exports.shared = require('shared').shared; ${ballast}`,
  );
  await write('node_modules/marked/index.js', "exports.__esModule = true; exports.default = 'marked';");
  await write('node_modules/shared/index.js', 'exports.shared = {};');
});
afterEach(async () => {
  await recompiler.close();
  await rm(folder, { recursive: true });
});

/** Small packages are not worth a bundle of their own. */
const ballast = `globalThis.__none &&= ${JSON.stringify('x'.repeat(40_000))};`;
const uses = `import whole, { named } from 'esm';
import cjs, { named as other, shared } from 'cjs';
import * as all from 'esm';
import marked from 'marked';
export const found = () => [named, other, cjs.named, Object.keys(all), marked, whole() === shared, import.meta.url];
`;

async function write(name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}
const compile = (file: string, texts: ReadonlyMap<string, string> = new Map()) => recompiler.module(file, texts);
const found = (compiled: Parameters<typeof loadModule>[0]) => (loadModule(compiled).found as () => unknown)();

describe('Recompiler', () => {
  it.each(['index.ts', 'index.mts'])(
    'gives %s its packages as the whole bundle does, though they are bundled apart',
    async (name) => {
      const file = await write(name, uses);
      const whole = await compileModule(file);
      const first = await compile(file);
      expect(first.code).toBe(whole.code);
      await recompiler.settled();
      const apart = await compile(file);
      expect(apart.code.length).toBeLessThan(whole.code.length / 10);
      expect(found(apart)).toEqual(found(whole));
      expect(apart.inputs.toSorted()).toEqual(whole.inputs.toSorted());
    },
  );

  it('sees each change: of unsaved texts, of files they import, and of packages that are installed anew', async () => {
    const file = await write('index.ts', "import { other } from './other.ts'; export const found = () => other;");
    const other = await write('other.ts', 'export const other = 1;');
    expect(found(await compile(file))).toBe(1);
    const unsaved = new Map([[other, 'export const other = 2;']]);
    expect(found(await compile(file, unsaved))).toBe(2);
    expect(found(await compile(file, new Map([[other, 'export const other = 3;']])))).toBe(3);
    expect(found(await compile(file))).toBe(1);
    const user = await write('user.ts', uses.replace('[named', '[other'));
    await compile(user);
    await recompiler.settled();
    expect(found(await compile(user))).toContain('cjs');
    await write(
      'node_modules/cjs/index.js',
      `exports.named = 'newer'; exports.shared = require('shared').shared; ${ballast}`,
    );
    await write('node_modules/cjs/package.json', '{"name":"cjs","version":"2.0.0"}');
    expect(found(await compile(user))).toContain('newer');
  });

  it('names the mistake of an import that a package does not have, in the words of the whole bundle', async () => {
    const file = await write('index.ts', uses);
    await compile(file);
    await recompiler.settled();
    const texts = new Map([[file, `${uses}import { nothing } from 'esm'; export const x = nothing;`]]);
    const [whole, apart] = await Promise.all(
      [compileModule(file, texts), compile(file, texts)].map((compiling) => compiling.catch((error: Error) => error)),
    );
    expect(whole).toMatchObject({
      code: 'E_CONFIG',
      message: expect.stringContaining('No matching export in "node_modules/esm'),
    });
    expect(apart).toMatchObject({ message: (whole as Error).message });
  });
});
