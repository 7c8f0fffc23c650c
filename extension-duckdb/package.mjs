/**
 * Packs DuckDB, as it lies in node_modules, into out/parquetry-duckdb-<target>.vsix, which the main extension finds and loads from:
 * `node extension-duckdb/package.mjs [--target linux-x64]`. No code of ours is in it.
 */

import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { packVsix, targetOf } from '../extension/pack-vsix.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const extension = path.join(root, 'extension-duckdb');
const dist = path.join(extension, 'dist');
const target = targetOf();
const fromApi = createRequire(createRequire(import.meta.url).resolve('@duckdb/node-api/package.json'));
const fromBindings = createRequire(fromApi.resolve('@duckdb/node-bindings/package.json'));

/** Packages with the files of each that run, and their licenses. */
const packages = [
  { name: '@duckdb/node-api', from: fromApi, files: /^(package\.json|LICENSE)$/ }, // its code is bundled: 180 files
  { name: '@duckdb/node-bindings', from: fromApi, files: /^(package\.json|LICENSE|duckdb\.js)$/ },
  {
    name: bindingsOf(target),
    from: fromBindings,
    files: /^(package\.json|LICENSE|duckdb\.node|duckdb\.dll|libduckdb\.(so|dylib))$/,
  },
  { name: 'detect-libc', from: fromBindings, files: /^(package\.json|LICENSE|lib\/.*\.js)$/ },
];

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await Promise.all([...packages.map(copyPackage), bundleApi()]);
await cp(path.join(root, 'extension', 'media', 'icon.png'), path.join(dist, 'icon.png'));
// From here Node resolves what lies beside it.
await writeFile(path.join(dist, 'package.json'), '{ "private": true }\n');

await packVsix('extension-duckdb', 'parquetry-duckdb', target);

/** Alpine's C library is another one; editors call that a platform of its own. */
function bindingsOf(platform) {
  const [, arch] = platform.split('-');
  return `@duckdb/node-bindings-${platform.startsWith('alpine-') ? `linux-${arch}-musl` : platform}`;
}

async function copyPackage({ name, from, files }) {
  const folder = packageFolder(name, from);
  const to = path.join(dist, 'node_modules', name);
  const found = (await readdir(folder, { recursive: true })).map((file) => file.replaceAll('\\', '/'));
  for (const file of found.filter((each) => files.test(each))) await cp(path.join(folder, file), path.join(to, file));
}

async function bundleApi() {
  await build({
    entryPoints: [fromApi.resolve('@duckdb/node-api')],
    outfile: path.join(dist, 'node_modules', '@duckdb', 'node-api', 'lib', 'index.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['@duckdb/node-bindings'],
    logLevel: 'warning',
  });
}

/** Of another platform than this one, they have to be installed beside: `npm install --no-save --force <package>`. */
function packageFolder(name, from) {
  try {
    return path.dirname(from.resolve(`${name}/package.json`));
  } catch (cause) {
    throw new Error(`${name} is not installed, so it cannot be shipped`, { cause });
  }
}
