/** Builds the studio's pages into webview/dist: one ES module for each entry, pages and heavy parts in chunks of their own. */

import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { context, transform } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const source = path.join(here, 'src');
const dist = path.join(here, 'dist');
const codicons = fileURLToPath(new URL('../node_modules/@vscode/codicons/dist', import.meta.url));

/** Entries by name: `main` is that of VS Code, `browser` that of `parquetry studio`, with Monaco. */
const entryPoints = { main: 'main.tsx', browser: 'browser/browser.tsx' };

/** What the pages' document loads beside the entry. Codicons must be a file: web components load it into their own trees. */
const assets = [
  [path.join(source, 'page.html'), 'page.html'],
  [path.join(source, 'browser', 'studio.html'), 'studio.html'],
  [path.join(source, 'theme.css'), 'theme.css'],
  [path.join(codicons, 'codicon.css'), 'codicon.css'],
  [path.join(codicons, 'codicon.ttf'), 'codicon.ttf'],
];

/**
 * A style sheet that a module imports is adopted by the document when the module runs, so that a page in a chunk brings its own; what
 * a script constructs needs no leave of the content security policy. Monaco's sheets name fonts, and are left to esbuild.
 */
const adoptedStyles = {
  name: 'adopted-styles',
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path: file }) => {
      if (!file.startsWith(source)) return undefined;
      const { code } = await transform(await readFile(file, 'utf8'), { loader: 'css', minify: true });
      const contents = `const sheet = new CSSStyleSheet(); sheet.replaceSync(${JSON.stringify(code)}); document.adoptedStyleSheets.push(sheet);`;
      return { contents, loader: 'js', watchFiles: [file] };
    });
  },
};

/** A build context; `onEnd` plugins remove chunks of earlier builds and copy the assets. `onBuilt` is called after each build. */
export async function webviewBuild(onBuilt = async () => {}) {
  const existing = Object.entries(entryPoints).filter(([, file]) => existsSync(path.join(source, file)));
  return await context({
    entryPoints: Object.fromEntries(existing.map(([name, file]) => [name, path.join(source, file)])),
    outdir: dist,
    bundle: true,
    platform: 'browser',
    format: 'esm',
    // Chromium of VS Code 1.101.
    target: 'chrome134',
    splitting: true,
    minify: true,
    chunkNames: 'chunk-[hash]',
    assetNames: '[name]-[hash]',
    loader: { '.ttf': 'file' },
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    plugins: [adoptedStyles, { name: 'finish', setup: (on) => on.onEnd((result) => finish(result, onBuilt)) }],
  });
}

async function finish({ metafile, errors }, onBuilt) {
  if (errors.length > 0) return;
  await mkdir(dist, { recursive: true });
  await Promise.all(assets.map(([from, name]) => cp(from, path.join(dist, name))));
  const current = new Set(Object.keys(metafile.outputs).map((output) => path.basename(output)));
  const old = (await readdir(dist)).filter((name) => name.startsWith('chunk-') && !current.has(name));
  await Promise.all(old.map((name) => rm(path.join(dist, name), { force: true })));
  await onBuilt();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const build = await webviewBuild();
  await build.rebuild().finally(() => build.dispose());
}
