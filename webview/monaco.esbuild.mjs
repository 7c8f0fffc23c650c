/** Bundles Monaco, the editor of the browser shell, into a folder: a module, its style sheet, and a file for each worker. */

import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const monaco = fileURLToPath(new URL('../node_modules/monaco-editor', import.meta.url));
/** What its licences ask to be passed on. */
const notices = ['LICENSE', 'ThirdPartyNotices.txt'];
const entry = fileURLToPath(new URL('src/browser/monaco/monaco-entry.ts', import.meta.url));

/** Takes seconds, so it is done only where the folder does not hold this very bundle already. */
export async function buildMonaco(folder) {
  const stamp = path.join(folder, 'stamp.txt');
  const wanted = await stampOf();
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return;
  // Elsewhere first: another build may be under way, and a studio may be serving.
  const fresh = `${folder}-${process.pid}`;
  await build({
    entryPoints: {
      monaco: entry,
      'editor-worker': 'monaco-editor/editor/editor.worker.js',
      'typescript-worker': 'monaco-editor/language/typescript/ts.worker.js',
    },
    outdir: fresh,
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: 'chrome134',
    minify: true,
    assetNames: '[name]',
    loader: { '.ttf': 'file' },
    legalComments: 'none',
    logLevel: 'warning',
  });
  await Promise.all(notices.map((name) => cp(path.join(monaco, name), path.join(fresh, name))));
  await writeFile(path.join(fresh, 'stamp.txt'), wanted);
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
}

async function stampOf() {
  const [text, ...sources] = await Promise.all(
    [path.join(monaco, 'package.json'), entry, fileURLToPath(import.meta.url)].map((file) => readFile(file, 'utf8')),
  );
  return [JSON.parse(text).version, ...sources].join('\n');
}
