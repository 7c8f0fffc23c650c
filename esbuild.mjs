/** Builds the engine and its kernel into engine/dist: `node esbuild.mjs [--watch]`. Type declarations are the work of `tsc -b`. */

import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { main as compileKernel } from 'assemblyscript/asc';
import { context } from 'esbuild';

const engine = fileURLToPath(new URL('engine', import.meta.url));
const source = path.join(engine, 'src');
const dist = path.join(engine, 'dist');

/** Bundles by name. Workers are entries of their own, for they are started by path: every `*-worker.ts` is one. */
const entryPoints = {
  index: 'index.ts',
  cli: 'cli/main.ts',
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

/** Compiles engine/src/kernel/assembly to dist/kernel.wasm. Memory is the host's; there is no runtime and no abort. */
async function buildKernel() {
  await mkdir(dist, { recursive: true });
  const { error, stderr } = await compileKernel(
    [
      path.join(source, 'kernel/assembly/index.ts'),
      ...['--outFile', path.join(dist, 'kernel.wasm')],
      ...['--runtime', 'stub', '--optimizeLevel', '3', '--shrinkLevel', '0', '--converge'],
      ...['--enable', 'simd', '--enable', 'bulk-memory', '--use', 'abort='],
      ...['--importMemory', '--noExportMemory', '--noAssert'],
    ],
    {},
  );
  if (error) throw new Error(`asc: ${error.message}\n${stderr}`);
}

/** Copies assets and removes chunks of earlier builds. */
async function finish({ metafile, errors }) {
  if (errors.length > 0) return;
  await mkdir(dist, { recursive: true });
  await Promise.all(assets.map((asset) => cp(asset, path.join(dist, path.basename(asset)))));
  const current = new Set(Object.keys(metafile.outputs).map((output) => path.basename(output)));
  const chunks = (await readdir(dist)).filter((name) => name.startsWith('chunk-') && !current.has(name));
  await Promise.all(chunks.map((name) => removeOld(path.join(dist, name))));
}

/** A process that runs since before this build may still load chunks of its own. */
async function removeOld(file) {
  const { mtimeMs } = await stat(file);
  if (Date.now() - mtimeMs > 3_600_000) await rm(file);
}

if (process.argv.includes('--watch')) {
  await buildKernel();
  await build.watch();
  console.error('watching engine/src');
} else {
  const failed = await Promise.all([build.rebuild(), buildKernel()]).then(
    () => false,
    (error) => {
      if (!error.errors) console.error(error.message); // esbuild prints its own
      return true;
    },
  );
  await build.dispose();
  if (failed) process.exitCode = 1;
}
