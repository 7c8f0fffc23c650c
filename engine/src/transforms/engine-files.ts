import { fileURLToPath } from 'node:url';

/** From source this file is one of many; in a release all code is in a few bundles, beside each other in one folder. */
const fromSource = import.meta.url.endsWith('.ts');

/**
 * Where the code comes from that is bundled into a user's module, with a separator at the end. In a release that is a bundle
 * whose source map tells the source files, which need not be there.
 */
const apiFolders = (fromSource ? ['../core/', '../columns/', './'] : ['./', '../src/']).map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/** A file of the engine that is read or started rather than imported: `<source>.ts` in this folder, or a bundle of its own. */
export function besideEngine(source: string, bundle: string): URL {
  return new URL(fromSource ? `./${source}.ts` : `./${bundle}.js`, import.meta.url);
}

/** Whether an absolute path is one of the API's own files. */
export function isEngineFile(path: string): boolean {
  return apiFolders.some((folder) => path.startsWith(folder));
}
