import { glob, stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';

/** Files that a path or pattern means, by `/`-separated name relative to the folder, sorted: the same order on every run. */
export async function findFiles(folder: string, pattern: string): Promise<string[]> {
  const nameOf = (path: string) => relative(folder, resolve(folder, path)).split(sep).join('/');
  // A name that exists is that file, even if it has characters of a pattern.
  if (await isFile(resolve(folder, pattern))) return [nameOf(pattern)];
  const names: string[] = [];
  for await (const path of glob(pattern, { cwd: folder }))
    if (await isFile(resolve(folder, path))) names.push(nameOf(path));
  return names.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

async function isFile(path: string): Promise<boolean> {
  const facts = await stat(path).catch(() => undefined);
  return facts?.isFile() ?? false;
}
