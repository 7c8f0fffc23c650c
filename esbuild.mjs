/** Builds the engine into engine/dist: `node esbuild.mjs [--watch]`. Type declarations are the work of `tsc -b`. */

import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { context } from 'esbuild';

const engine = fileURLToPath(new URL('engine', import.meta.url));
const source = path.join(engine, 'src');
const dist = path.join(engine, 'dist');

/** Bundles by name. Workers and the transform API are started by path, so each is an entry of its own beside the others. */
const entryPoints = {
  index: 'index.ts',
  cli: 'cli/main.ts',
  'lane-worker': 'runtime/lane-worker.ts',
  'describe-worker': 'transforms/describe-worker.ts',
  'emulator-worker': 'emulator/emulator-worker.ts',
  'transform-api': 'transforms/api.ts',
};

/** Data files that bundles find beside them. */
const assets = ['pipeline/pipeline.schema.json'];

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

/** Copies assets and removes chunks of earlier builds. */
async function finish({ metafile, errors }) {
  if (errors.length > 0) return;
  await mkdir(dist, { recursive: true });
  const present = assets.filter((asset) => existsSync(path.join(source, asset)));
  await Promise.all(present.map((asset) => cp(path.join(source, asset), path.join(dist, path.basename(asset)))));
  const current = new Set(Object.keys(metafile.outputs).map((output) => path.basename(output)));
  const chunks = (await readdir(dist)).filter((name) => name.startsWith('chunk-') && !current.has(name));
  await Promise.all(chunks.map((name) => rm(path.join(dist, name))));
}

if (process.argv.includes('--watch')) {
  await build.watch();
  console.error('watching engine/src');
} else {
  const failed = await build.rebuild().then(
    () => false,
    () => true, // esbuild has printed the errors
  );
  await build.dispose();
  if (failed) process.exitCode = 1;
}
