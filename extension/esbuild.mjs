/**
 * Builds extension/dist out of extension/src, engine/dist and webview/dist, which `node esbuild.mjs` makes: the extension's own
 * bundle, the engine with its dependencies in it, and the pages. `--platform linux-x64` chooses whose esbuild is shipped.
 */

import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const extension = path.join(root, 'extension');
const dist = path.join(extension, 'dist');
const engineDist = path.join(root, 'engine', 'dist');
const require = createRequire(import.meta.url);

/** Packages that cannot be bundled, for they find files of theirs by path; shipped beside the engine, with just these files. */
const packages = (platform) => ({
  'parquet-wasm': ['package.json', 'node/package.json', 'node/parquet_wasm.js', 'node/parquet_wasm_bg.wasm'],
  esbuild: ['package.json', 'lib/main.js'],
  [`@esbuild/${platform}`]: ['package.json', platform.startsWith('win32') ? 'esbuild.exe' : 'bin/esbuild'],
});

/** What `packages` ships is asked for at run time. */
const EXTERNAL = ['esbuild', 'parquet-wasm'];

/** Entries of the engine that an editor has no use for. */
const LEFT_OUT = new Set(['index.js', 'transform-api.js']);

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  minify: true,
  logLevel: 'warning',
  legalComments: 'none',
};

/** `import('pino')` of a package in CommonJS has, bundled, nothing but a default: here it gets the names that Node would give it. */
const namedImports = {
  name: 'named-imports',
  setup({ onResolve, onLoad, resolve }) {
    const namespace = 'named-imports';
    onResolve({ filter: /^[^./]/ }, async (asked) => {
      if (asked.kind !== 'dynamic-import' || asked.namespace !== 'file' || isBuiltin(asked.path)) return undefined;
      const found = await resolve(asked.path, { kind: 'import-statement', resolveDir: asked.resolveDir });
      if (found.external || /^\s*(export|import)\b/m.test(await readFile(found.path, 'utf8'))) return found;
      return { path: found.path, namespace };
    });
    onLoad({ filter: /.*/, namespace }, async ({ path: file }) => {
      const names = Object.keys(await import(pathToFileURL(file).href)).filter((name) =>
        /^[A-Za-z_$][\w$]*$/.test(name),
      );
      return { contents: `export { ${names.join(', ')} } from ${JSON.stringify(file)};`, resolveDir: engineDist };
    });
  },
};

const { values } = parseArgs({
  options: { platform: { type: 'string', default: `${process.platform}-${process.arch}` } },
});
await rm(dist, { recursive: true, force: true });
await mkdir(path.join(dist, 'engine'), { recursive: true });
await Promise.all([buildHost(), buildEngine(), copyPackages(values.platform), copyPages(), copyReference()]);

/** CommonJS: what every editor of the VS Code family loads. */
async function buildHost() {
  await build({
    ...shared,
    entryPoints: [path.join(extension, 'src', 'extension.ts')],
    outfile: path.join(dist, 'extension.cjs'),
    format: 'cjs',
    external: ['vscode'],
  });
}

/** The engine's bundles once more, with the packages in them that they import. */
async function buildEngine() {
  const files = await readdir(engineDist);
  const entries = files.filter((file) => file.endsWith('.js') && !file.startsWith('chunk-') && !LEFT_OUT.has(file));
  const inDist = (names) => names.map((name) => path.join(engineDist, name));
  const options = {
    ...shared,
    outdir: path.join(dist, 'engine'),
    format: 'esm',
    external: EXTERNAL,
    mainFields: ['module', 'main'],
  };
  await Promise.all([
    build({
      ...options,
      entryPoints: inDist(entries.filter((file) => file !== 'user-api.js')),
      splitting: true,
      chunkNames: 'chunk-[hash]',
      plugins: [namedImports],
      // Packages in CommonJS ask for Node's own modules by `require`.
      banner: {
        js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
      },
    }),
    // What is bundled into users' code has no imports at all.
    build({ ...options, entryPoints: inDist(['user-api.js']) }),
    ...files
      .filter((file) => /\.(wasm|json|d\.ts)$/.test(file))
      .map((file) => cp(path.join(engineDist, file), path.join(dist, 'engine', file))),
    // The command line, for MCP clients.
    writeFile(path.join(dist, 'engine', 'parquetry.mjs'), "import { runCli } from './cli.js';\nawait runCli();\n"),
    // Where the engine reads its version.
    readFile(path.join(root, 'engine', 'package.json'), 'utf8').then((text) => {
      const { name, version, type } = JSON.parse(text);
      return writeFile(path.join(dist, 'package.json'), JSON.stringify({ name, version, type }));
    }),
  ]);
}

async function copyPackages(platform) {
  for (const [name, files] of Object.entries(packages(platform))) {
    const folder = packageFolder(name);
    const to = path.join(dist, 'engine', 'node_modules', name);
    for (const file of files) await cp(path.join(folder, file), path.join(to, file));
  }
  if (!platform.startsWith('win32'))
    await chmod(path.join(dist, 'engine', 'node_modules', '@esbuild', platform, 'bin', 'esbuild'), 0o755);
}

/** Of another platform than this one, esbuild has to be installed beside: `npm install --no-save --force @esbuild/<platform>`. */
function packageFolder(name) {
  const folder = (require.resolve.paths(name) ?? [])
    .map((place) => path.join(place, name))
    .find((place) => existsSync(place));
  if (folder === undefined) throw new Error(`${name} is not installed, so it cannot be shipped`);
  return folder;
}

/** What hovers lead to; without a network, and of this version. */
async function copyReference() {
  const filter = (file) => !file.endsWith('.json');
  await cp(path.join(root, 'docs', 'reference'), path.join(dist, 'reference'), { recursive: true, filter });
}

/** The pages as a webview loads them: what `main.js` reaches. The browser's shell and Monaco are not the extension's. */
async function copyPages() {
  const pages = path.join(root, 'webview', 'dist');
  const files = new Set(['main.js', 'page.html', 'theme.css', 'codicon.css', 'codicon.ttf']);
  for (const file of files) {
    await cp(path.join(pages, file), path.join(dist, 'webview', file));
    if (!file.endsWith('.js')) continue;
    const code = await readFile(path.join(pages, file), 'utf8');
    for (const [, chunk] of code.matchAll(/["']\.\/(chunk-\w+\.js)["']/g)) files.add(chunk);
  }
}
