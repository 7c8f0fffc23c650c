import { linkSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/*
 * <folder>/<bucket>/by-key/<key>    a hard link to the bytes of the current version
 *
 * For people and their tools: `duckdb`, `less` and `parquetry inspect` find objects under the names they know. It is never
 * read back, so it may be incomplete: a key that makes no plain path, or collides with another one, is left out.
 */

/** Neither `.` nor `..`, nothing that a file system reads as more than a name, nothing that Windows would trim. */
const PLAIN_SEGMENT = /^(?!\.{1,2}$)[\w.=+@,()%~ -]{0,199}[\w=+@,()%~-]$/;
/** Below what Linux and macOS take for a path, with room for the folder. */
const MAX_KEY_CHARS = 700;

/** Shows these bytes under the key, instead of what was shown there. Never throws. */
export function showByKey(folder: string, key: string, bytesPath: string): void {
  const path = pathOf(folder, key);
  if (path === undefined) return;
  quietly(() => {
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    linkSync(bytesPath, path);
  });
}

/** Shows nothing under the key any more; with `bytesPath` only if these bytes were shown. Never throws. */
export function hideByKey(folder: string, key: string, bytesPath?: string): void {
  const path = pathOf(folder, key);
  if (path === undefined) return;
  quietly(() => {
    if (bytesPath === undefined || statSync(path).ino === statSync(bytesPath).ino) rmSync(path);
  });
}

function pathOf(folder: string, key: string): string | undefined {
  const segments = key.split('/');
  const plain = key.length <= MAX_KEY_CHARS && segments.every((segment) => PLAIN_SEGMENT.test(segment));
  return plain ? join(folder, ...segments) : undefined;
}

/** A file where a folder would have to be, a file system without links, a reserved name: all leave the key out. */
function quietly(change: () => void): void {
  try {
    change();
  } catch {
    // The view is a convenience; the objects themselves are safe.
  }
}
