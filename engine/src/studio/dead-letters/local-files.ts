import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ParquetryError } from '../../core/errors.ts';
import type { LetterFiles } from './letter-files.ts';

/** Letters in a local folder; `root` is that of the pipeline. */
export function localLetterFiles(root: string): LetterFiles {
  const fileOf = (name: string) => path.join(root, ...name.split('/'));
  return {
    place: root,
    async *names(after) {
      const found = await readdir(root, { recursive: true, withFileTypes: true }).catch(orNone([]));
      const files = found.filter((entry) => entry.isFile());
      const names = files.map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
      yield* names
        .map((name) => name.replaceAll(path.sep, '/'))
        .filter((name) => name > after)
        .sort();
    },
    read: (name) => readFile(fileOf(name)).catch(orNone(undefined)),
    async create(name, bytes) {
      await mkdir(path.dirname(fileOf(name)), { recursive: true });
      try {
        await writeFile(fileOf(name), bytes, { flag: 'wx' });
        return true;
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
        throw refused(thrown);
      }
    },
    async replace(name, bytes) {
      const temporary = fileOf(`${name}.${randomUUID()}.tmp`);
      await writeFile(temporary, bytes);
      await rename(temporary, fileOf(name));
    },
    close: () => {},
  };
}

function orNone<T>(none: T): (thrown: NodeJS.ErrnoException) => T {
  return (thrown) => {
    if (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR') return none;
    throw refused(thrown);
  };
}

function refused(thrown: unknown): ParquetryError {
  return new ParquetryError('E_ACCESS', (thrown as Error).message, { cause: thrown });
}
