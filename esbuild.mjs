/** Builds the engine and its kernel into engine/dist, and the studio's pages into webview/dist: `node esbuild.mjs [--watch]`. Type declarations are the work of `tsc -b`. */

import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { main as compileKernel } from 'assemblyscript/asc';
import { context } from 'esbuild';
import { webviewBuild } from './webview/esbuild.mjs';
import { buildMonaco } from './webview/monaco.esbuild.mjs';

const engine = fileURLToPath(new URL('engine', import.meta.url));
const source = path.join(engine, 'src');
const dist = path.join(engine, 'dist');
const webviewDist = fileURLToPath(new URL('webview/dist', import.meta.url));

/** Bundles by name. Workers are entries of their own, for they are started by path: every `*-worker.ts` is one. */
const entryPoints = {
  index: 'index.ts',
  cli: 'cli/main.ts',
  'studio-process': 'studio/studio-process.ts',
  'run-process': 'studio/run/run-process.ts',
  'debug-record': 'studio/debug/debug-record.ts',
  'parquet-process': 'studio/parquet/parquet-process.ts',
  'user-api': 'transforms/user-api.ts',
  ...Object.fromEntries(
    (await readdir(source, { recursive: true }))
      .filter((file) => file.endsWith('-worker.ts'))
      .map((file) => [path.basename(file, '.ts'), file]),
  ),
};

/** Files that are shipped beside the bundles: editors read the schema of the pipeline file. */
const assets = [fileURLToPath(new URL('docs/reference/pipeline.schema.json', import.meta.url))];

const existing = Object.entries(entryPoints).filter(([name, file]) => {
  const exists = existsSync(path.join(source, file));
  if (!exists) console.error(`skipped ${name}: there is no engine/src/${file}`);
  return exists;
});

const build = await context({
  entryPoints: Object.fromEntries(existing.map(([name, file]) => [name, path.join(source, file)])),
  outdir: dist,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  // Dependencies stay packages; what is imported lazily stays a file of its own, loaded when it is needed.
  packages: 'external',
  splitting: true,
  // Beside the entries, not below: code in a chunk finds workers and assets by './name' as if it were an entry.
  chunkNames: 'chunk-[hash]',
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  plugins: [{ name: 'finish', setup: (on) => on.onEnd(finish) }],
  metafile: true,
});

const pages = await webviewBuild(shipPages);

/** Compiles engine/src/kernel/assembly to dist/kernel.wasm. Memory is the host's; there is no runtime and no abort. */
async function buildKernel() {
  await mkdir(dist, { recursive: true });
  const { error, stderr } = await compileKernel(
    [
      path.join(source, 'kernel/assembly/index.ts'),
      ...['--outFile', path.join(dist, 'kernel.wasm')],
      ...['--runtime', 'stub', '--optimizeLevel', '3', '--shrinkLevel', '0', '--converge'],
      ...['--enable', 'simd', '--enable', 'bulk-memory', '--use', 'abort='],
      ...['--importMemory', '--noExportMemory', '--zeroFilledMemory', '--noAssert'],
    ],
    {},
  );
  if (error) throw new Error(`asc: ${error.message}\n${stderr}`);
}

/** The pages in the package, and Monaco beside them: `parquetry studio` serves both. */
async function shipPages() {
  const web = path.join(dist, 'studio-web');
  await cp(webviewDist, web, { recursive: true });
  const current = new Set(await readdir(webviewDist));
  const old = (await readdir(web)).filter((name) => name.startsWith('chunk-') && !current.has(name));
  await Promise.all(old.map((name) => removeOld(path.join(web, name))));
  await buildMonaco(path.join(web, 'monaco'));
}

/** Copies assets and removes chunks of earlier builds. */
async function finish({ metafile, errors }) {
  if (errors.length > 0) return;
  await mkdir(dist, { recursive: true });
  await Promise.all(assets.map((asset) => cp(asset, path.join(dist, path.basename(asset)))));
  await writeFile(path.join(dist, 'examples.json'), JSON.stringify(await readExamples()));
  const current = new Set(Object.keys(metafile.outputs).map((output) => path.basename(output)));
  const chunks = (await readdir(dist)).filter((name) => name.startsWith('chunk-') && !current.has(name));
  await Promise.all(chunks.map((name) => removeOld(path.join(dist, name))));
  // What bin/parquetry.js keeps of the code that was there before.
  await rm(path.join(dist, 'compile-cache'), { recursive: true, force: true, maxRetries: 3 });
}

/** Files by path of the examples that a new pipeline can begin with. */
async function readExamples() {
  const examples = {};
  for (const name of ['movies', 'flights']) {
    const folder = fileURLToPath(new URL(`examples/${name}`, import.meta.url));
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
      .filter((file) => !/^(\.parquetry|out)\//.test(file));
    const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
    examples[name] = Object.fromEntries(files.map((file, i) => [file, texts[i]]));
  }
  return examples;
}

/** A process that runs since before this build may still load chunks of its own. */
async function removeOld(file) {
  const { mtimeMs } = await stat(file);
  if (Date.now() - mtimeMs > 3_600_000) await rm(file);
}

if (process.argv.includes('--watch')) {
  await buildKernel();
  await Promise.all([build.watch(), pages.watch()]);
  console.error('watching engine/src and webview/src');
} else {
  const failed = await Promise.all([build.rebuild(), buildKernel(), pages.rebuild()]).then(
    () => false,
    (error) => {
      if (!error.errors) console.error(error.message); // esbuild prints its own
      return true;
    },
  );
  await Promise.all([build.dispose(), pages.dispose()]);
  if (failed) process.exitCode = 1;
}
