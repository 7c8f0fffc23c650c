import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  ancestors,
  parseControlGroups,
  parseCpuMax,
  parseCpuQuota,
  parseMemoryLimit,
  parseMemoryUse,
} from './container-limits.ts';
import { type ContainerLook, readContainer, thisHost } from './host.ts';

test.each([
  ['0::/\n', [{ controllers: [], path: '/' }]],
  [
    '12:cpu,cpuacct:/docker/0a\n4:memory:/docker/0a\n1:name=systemd:/\n',
    [
      { controllers: ['cpu', 'cpuacct'], path: '/docker/0a' },
      { controllers: ['memory'], path: '/docker/0a' },
      { controllers: ['name=systemd'], path: '/' },
    ],
  ],
  ['0::/kubepods.slice/a:b.scope', [{ controllers: [], path: '/kubepods.slice/a:b.scope' }]],
  ['', []],
  ['no such line\n', []],
])('groups of %j', (text, groups) => {
  expect(parseControlGroups(text)).toEqual(groups);
});

test('folders from a group up to the root', () => {
  expect(ancestors('/a/b')).toEqual(['a/b', 'a', '']);
  expect(ancestors('/')).toEqual(['']);
});

test.each([
  ['max 100000\n', undefined],
  ['150000 100000\n', 1.5],
  ['50000 100000', 0.5],
  ['200000', 2],
  ['0 100000', undefined],
  ['', undefined],
  ['rubbish', undefined],
  [undefined, undefined],
])('cpu.max %j is %s CPUs', (text, cpus) => {
  expect(parseCpuMax(text)).toBe(cpus);
});

test.each([
  ['-1\n', '100000\n', undefined],
  ['25000\n', '100000\n', 0.25],
  ['25000', undefined, undefined],
  [undefined, undefined, undefined],
])('a quota of %j in %j is %s CPUs', (quota, period, cpus) => {
  expect(parseCpuQuota(quota, period)).toBe(cpus);
});

test.each([
  ['max\n', undefined],
  ['1073741824\n', 2 ** 30],
  ['9223372036854771712\n', undefined],
  ['', undefined],
  [undefined, undefined],
])('a memory limit of %j is %s bytes', (text, bytes) => {
  expect(parseMemoryLimit(text)).toBe(bytes);
});

test.each([
  ['1000\n', 'anon 5\ninactive_file 300\n', 700],
  ['1000\n', 'inactive_file 1\ntotal_inactive_file 400\n', 600],
  ['1000', undefined, 1_000],
  ['100', 'inactive_file 300\n', 0],
  [undefined, 'inactive_file 300\n', undefined],
])('memory in use, of %j with %j, is %s', (used, stat, bytes) => {
  expect(parseMemoryUse(used, stat)).toBe(bytes);
});

/** Texts of files below a root that is gone after the test. */
async function lookAt(files: Readonly<Record<string, string>>): Promise<ContainerLook> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'parquetry-cgroup-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(root, name)), { recursive: true });
      await writeFile(path.join(root, name), text);
    }
    return await readContainer(root);
  } finally {
    await rm(root, { recursive: true });
  }
}

const v2 = 'sys/fs/cgroup';

describe('a container', () => {
  test.each<[string, Record<string, string>, ContainerLook]>([
    [
      'of version 2 that sees itself as the root',
      {
        'proc/self/cgroup': '0::/\n',
        [`${v2}/cpu.max`]: '150000 100000\n',
        [`${v2}/memory.max`]: '1000000\n',
        [`${v2}/memory.current`]: '700000\n',
        [`${v2}/memory.stat`]: 'inactive_file 200000\n',
      },
      { cpus: 1.5, memoryBytes: 1_000_000, memoryUsedBytes: 500_000 },
    ],
    [
      'of version 2 below others: the tightest limit counts, with what is in use against it',
      {
        'proc/self/cgroup': '0::/pod/app\n',
        [`${v2}/pod/cpu.max`]: '100000 100000\n',
        [`${v2}/pod/app/cpu.max`]: 'max 100000\n',
        [`${v2}/pod/memory.max`]: '800000\n',
        [`${v2}/pod/memory.current`]: '600000\n',
        [`${v2}/pod/app/memory.max`]: '900000\n',
        [`${v2}/pod/app/memory.current`]: '100000\n',
      },
      { cpus: 1, memoryBytes: 800_000, memoryUsedBytes: 600_000 },
    ],
    [
      'of version 2 without limits',
      { 'proc/self/cgroup': '0::/\n', [`${v2}/cpu.max`]: 'max 100000\n', [`${v2}/memory.max`]: 'max\n' },
      {},
    ],
    [
      'of version 1 whose path is the host’s, its own folder mounted in its place',
      {
        'proc/self/cgroup': '5:cpu,cpuacct:/docker/0a\n4:memory:/docker/0a\n',
        [`${v2}/cpu,cpuacct/cpu.cfs_quota_us`]: '200000\n',
        [`${v2}/cpu,cpuacct/cpu.cfs_period_us`]: '100000\n',
        [`${v2}/memory/memory.limit_in_bytes`]: '2000000\n',
        [`${v2}/memory/memory.usage_in_bytes`]: '1500000\n',
        [`${v2}/memory/memory.stat`]: 'inactive_file 1\ntotal_inactive_file 500000\n',
      },
      { cpus: 2, memoryBytes: 2_000_000, memoryUsedBytes: 1_000_000 },
    ],
    [
      'of version 1 without limits',
      {
        'proc/self/cgroup': '2:cpu:/\n4:memory:/\n',
        [`${v2}/cpu/cpu.cfs_quota_us`]: '-1\n',
        [`${v2}/cpu/cpu.cfs_period_us`]: '100000\n',
        [`${v2}/memory/memory.limit_in_bytes`]: '9223372036854771712\n',
      },
      {},
    ],
    [
      'of both versions, each with its controllers',
      {
        'proc/self/cgroup': '4:memory:/a\n0::/a\n',
        [`${v2}/memory/a/memory.limit_in_bytes`]: '500\n',
        [`${v2}/memory/a/memory.usage_in_bytes`]: '50\n',
        [`${v2}/unified/a/cpu.max`]: '50000 100000\n',
      },
      { cpus: 0.5, memoryBytes: 500, memoryUsedBytes: 50 },
    ],
    ['where there is no such thing', {}, {}],
  ])('%s', async (_name, files, look) => {
    expect(await lookAt(files)).toEqual(look);
  });
});

test('this process uses some of what it may', async () => {
  const { cpus, memoryBytes, memoryUsedBytes } = await thisHost.look();
  expect(cpus).toBeGreaterThan(0);
  expect(memoryUsedBytes).toBeGreaterThan(0);
  expect(memoryUsedBytes).toBeLessThan(memoryBytes);
  expect(thisHost.cpuMs()).toBeGreaterThan(0);
});
