import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ParquetryError } from '../../core/errors.ts';

/** The bundled pages. */
export interface Pages {
  /** The page at `/`, with the nonce that lets its one script run. */
  start(nonce: string): string;
  /** The file that a request's path names; undefined: there is none. */
  read(pathname: string): Promise<PageFile | undefined>;
}

export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array;
}

const START = 'studio.html';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
};

/**
 * Finds the files of a folder. Only what is found there is ever served, by its exact name, so that no path leads out of it, however it
 * is written. Throws E_NOT_FOUND if the pages were not built.
 */
export async function openPages(folder: string): Promise<Pages> {
  const start = await readFile(path.join(folder, START), 'utf8').catch((cause: unknown) => {
    const hint = 'In a checkout `npm run build` makes them; a package has them.';
    throw new ParquetryError('E_NOT_FOUND', `the studio's pages are not in ${folder}`, { hint, cause });
  });
  let files = await filesOf(folder);
  return {
    start: (nonce) => start.replaceAll('{{nonce}}', nonce),
    async read(pathname) {
      // A checkout may have been built since.
      if (!files.has(pathname)) files = await filesOf(folder);
      const file = files.get(pathname);
      if (file === undefined) return undefined;
      const bytes = await readFile(file).catch(() => undefined);
      return bytes && { type: types[path.extname(file)]!, bytes };
    },
  };
}

/** By the path of a request. */
async function filesOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || types[path.extname(entry.name)] === undefined) continue;
    const file = path.join(entry.parentPath, entry.name);
    files.set(`/${path.relative(folder, file).replaceAll(path.sep, '/')}`, file);
  }
  return files;
}
