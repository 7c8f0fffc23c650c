import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeOwnedFolder } from './owned-folder.ts';

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(path.join(os.tmpdir(), 'parquetry-owned-'));
});
afterEach(() => rm(parent, { recursive: true }));

/** A process that has made a folder with a file in it, and lives on. */
async function owner(): Promise<{ child: ChildProcess; folder: string }> {
  const code = `const { makeOwnedFolder } = await import(${JSON.stringify(new URL('./owned-folder.ts', import.meta.url).href)});
    console.log(await makeOwnedFolder('s3', ${JSON.stringify(parent)}));
    setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout!, 'data');
  const folder = String(line).trim();
  await writeFile(path.join(folder, 'object'), 'bytes');
  return { child, folder };
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

test('what a killed process left is removed by the next one, what a living one has stays', async () => {
  const [dead, living] = await Promise.all([owner(), owner()]);
  try {
    await kill(dead.child);
    const mine = await makeOwnedFolder('s3', parent);
    const other = await makeOwnedFolder('s3', parent);
    expect((await readdir(parent)).toSorted()).toEqual(
      [living.folder, mine, other].map((each) => path.basename(each)).toSorted(),
    );
    expect(existsSync(path.join(living.folder, 'object'))).toBe(true);
  } finally {
    await kill(living.child);
  }
});

test('another kind, another machine and names that are not ours stay', async () => {
  const strangers = [
    (await makeOwnedFolder('sql', parent)).replace(`-${process.pid}-`, '-999999999-'),
    path.join(parent, 'parquetry-s3-elsewhere-1-999999999-abcdef'),
    path.join(parent, 'parquetry-s3-AbCdEf'),
  ];
  for (const folder of strangers) await mkdir(folder);
  await makeOwnedFolder('s3', parent);
  expect(strangers.filter((folder) => !existsSync(folder))).toEqual([]);
});

test('a folder with our own process id that is older than we are is removed', async () => {
  const mine = await makeOwnedFolder('s3', parent);
  const before = mine.replace(/\w{6}$/, 'before');
  await mkdir(before);
  for (const folder of [mine, before]) await utimes(folder, 1_000_000_000, 1_000_000_000);
  await makeOwnedFolder('s3', parent);
  expect([mine, before].map((folder) => existsSync(folder))).toEqual([true, false]);
});
