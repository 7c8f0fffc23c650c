import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type FileWatch, watchFiles } from './watch-files.ts';

let folder: string;
let files: FileWatch;
const changed = vi.fn();
const at = (name: string) => path.join(folder, name);
const changes = (count: number) => vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(count), { timeout: 5_000 });

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'parquetry-watch-'));
  writeFileSync(at('a.ts'), 'a');
  mkdirSync(at('schema'));
  changed.mockClear();
  files = watchFiles(changed);
  files.follow([at('a.ts'), at('schema')]);
});
afterEach(() => {
  files[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

test('a file that is written several times in a row, or replaced, has changed once', async () => {
  for (const text of ['b', 'bb', 'bbb']) writeFileSync(at('a.ts'), text);
  await changes(1);
  writeFileSync(at('a.ts~'), 'c');
  renameSync(at('a.ts~'), at('a.ts'));
  await changes(2);
});

test('a file that is added to a followed folder is a change, one beside a followed file is not', async () => {
  writeFileSync(at('notes.txt'), 'x');
  writeFileSync(at('schema/input.v1.json'), '{}');
  await changes(1);
  writeFileSync(at('notes.txt'), 'y');
  writeFileSync(at('schema/input.v2.json'), '{}');
  await changes(2);
});

test('after a change that came to nothing whatever happens beside the files counts', async () => {
  files.retry();
  writeFileSync(at('missing.ts'), 'what a.ts imports');
  await changes(1);
});

test('a change between a look and the next one is seen, though the files are followed anew meanwhile', async () => {
  writeFileSync(at('a.ts'), 'while it is loaded');
  files.follow([at('a.ts'), at('schema')]);
  await changes(1);
});
