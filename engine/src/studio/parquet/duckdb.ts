import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as DuckDb from '@duckdb/node-api';
import { ParquetryError } from '../../core/errors.ts';

const PACKAGE = '@duckdb/node-api';

/**
 * Where DuckDB is, which is no dependency: it is as large as all else together. Looked for from each of the folders (absolute), then
 * where the engine itself is installed (`own`: the URL of a module there). Undefined where it is not. Nothing of it is loaded.
 */
export function findDuckDb(folders: readonly string[], own: string = import.meta.url): string | undefined {
  for (const from of [...folders.map((folder) => path.join(folder, 'package.json')), own]) {
    const found = resolved(from);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Loads what `findDuckDb` finds. E_NOT_FOUND with what to install where there is none, E_CONFIG where there is one that does not load: its
 * binary is another platform's, or missing.
 */
export async function loadDuckDb(folders: readonly string[], own?: string): Promise<typeof DuckDb> {
  const found = findDuckDb(folders, own);
  if (found === undefined) {
    throw new ParquetryError('E_NOT_FOUND', 'DuckDB is not installed, and SQL needs it', {
      hint: `Run "npm install --save-dev ${PACKAGE}" in the pipeline's folder, or set PARQUETRY_DUCKDB to a folder where it is installed.`,
    });
  }
  try {
    const loaded = (await import(pathToFileURL(found).href)) as typeof DuckDb & { readonly default?: typeof DuckDb };
    return loaded.default ?? loaded;
  } catch (cause) {
    const [why] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw new ParquetryError('E_CONFIG', `DuckDB at ${found} cannot be loaded: ${why}`, {
      hint: `Install it anew on this machine, with its optional dependencies: it needs its binary for ${process.platform}-${process.arch}.`,
      cause,
    });
  }
}

function resolved(from: string): string | undefined {
  try {
    return createRequire(from).resolve(PACKAGE);
  } catch {
    return undefined;
  }
}
