import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LogEvent } from '../core/log-events.ts';
import { silentLogger } from '../core/telemetry.ts';
import { removeLeftovers, Spool, type SpoolDisk } from './spool.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-spool-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Row groups of these sizes, each in two parts. */
const groups = (...sizes: number[]) =>
  sizes.map((size, i) =>
    [size >> 1, size - (size >> 1)].map((bytes, part) => new Uint8Array(bytes).fill(2 * i + part)),
  );

function setUp(maxBytes: number, disk?: SpoolDisk) {
  const clock = { nowMs: 0 };
  const warned: LogEvent[] = [];
  const logger = { ...silentLogger, warn: (event: LogEvent) => void warned.push(event) };
  const spool = new Spool({ folder, maxBytes }, logger, () => clock.nowMs, disk);
  return { spool, clock, warned };
}

test('gives back what it was given, each row group in one piece, and leaves nothing behind', async () => {
  const { spool } = setUp(1_000);
  const stored = await spool.store(groups(10, 0, 300));
  expect(spool.usedBytes).toBe(310);
  const read = await Promise.all(stored!.groups.map((group) => group.read()));
  expect(read.map((bytes) => Buffer.from(bytes))).toEqual(groups(10, 0, 300).map((parts) => Buffer.concat(parts)));
  await stored!.release();
  expect(spool.usedBytes).toBe(0);
  expect(await readdir(spool.folder)).toEqual([]);
  await spool.close();
  expect(await readdir(folder)).toEqual([]);
});

test('takes no more than it may hold, and more again once something was released', async () => {
  const { spool } = setUp(100);
  const first = await spool.store(groups(60));
  expect(await spool.store(groups(60))).toBeUndefined();
  await first!.release();
  expect(await spool.store(groups(60))).toBeDefined();
});

test('answers a full disk with a warning and a rest, and holds nothing of what failed', async () => {
  let isFull = true;
  const written: string[] = [];
  const disk: SpoolDisk = {
    async write(file) {
      if (isFull) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      written.push(file);
    },
    read: async () => new Uint8Array(),
    remove: async () => undefined,
  };
  const { spool, clock, warned } = setUp(1_000, disk);
  expect(await spool.store(groups(10))).toBeUndefined();
  expect({ warned, used: spool.usedBytes }).toEqual({ warned: ['spool.failed'], used: 0 });
  isFull = false;
  expect(await spool.store(groups(10))).toBeUndefined();
  clock.nowMs = 30_000;
  expect(await spool.store(groups(10))).toBeDefined();
  expect(written).toHaveLength(1);
});

test('refuses bytes that are not what was spooled', async () => {
  const { spool } = setUp(1_000);
  const stored = await spool.store(groups(10));
  const [file] = await readdir(spool.folder);
  for (const damaged of [new Uint8Array(10), new Uint8Array(4)]) {
    await writeFile(path.join(spool.folder, file!), damaged);
    await expect(stored!.groups[0]!.read()).rejects.toMatchObject({ code: 'E_INTEGRITY', retryable: true });
  }
});

test('removes what runs that died have left, and nothing of those that live', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  const { spool } = setUp(1_000);
  await spool.store(groups(10));
  const names = {
    dead: `parquetry-spool-${os.hostname()}-${pid}-000000000000`,
    living: `parquetry-spool-${os.hostname()}-${process.ppid}-000000000000`,
    elsewhere: 'parquetry-spool-another-host-1-000000000000',
    elsewhereLongAgo: 'parquetry-spool-another-host-1-111111111111',
    foreign: 'somebody-else',
  };
  const nowMs = Date.now();
  for (const name of Object.values(names)) await mkdir(path.join(folder, name));
  await utimes(path.join(folder, names.elsewhereLongAgo), nowMs / 1_000 - 7_200, nowMs / 1_000 - 7_200);
  await removeLeftovers(folder, nowMs);
  const { living, elsewhere, foreign } = names;
  expect((await readdir(folder)).sort()).toEqual([path.basename(spool.folder), living, elsewhere, foreign].sort());
});
