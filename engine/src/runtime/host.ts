import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  ancestors,
  type ControlGroup,
  parseControlGroups,
  parseCpuMax,
  parseCpuQuota,
  parseMemoryLimit,
  parseMemoryUse,
} from './container-limits.ts';

/** What the autoscaler knows of where it runs. */
export interface Host {
  /** CPU time that the process has used so far, all threads together, in milliseconds. */
  cpuMs(): number;
  look(): Promise<HostLook>;
}

export interface HostLook {
  /** CPUs that the process may use: a share of one in a container that has less. */
  readonly cpus: number;
  /** Memory that the process may use: the container's, else the machine's. */
  readonly memoryBytes: number;
  readonly memoryUsedBytes: number;
}

/** What a container's control group says; each absent where it says nothing. */
export interface ContainerLook {
  readonly cpus?: number;
  readonly memoryBytes?: number;
  readonly memoryUsedBytes?: number;
}

/** This process on this machine, in the container it may be in. Limits are read anew at each look: they can be changed while it runs. */
export const thisHost: Host = {
  cpuMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  },
  look: async () => {
    const machineBytes = os.totalmem();
    const { cpus = Number.POSITIVE_INFINITY, memoryBytes, memoryUsedBytes } = await readContainer('/');
    const isLimited = memoryBytes !== undefined && memoryBytes < machineBytes;
    return {
      cpus: Math.min(cpus, os.availableParallelism()),
      memoryBytes: isLimited ? memoryBytes : machineBytes,
      memoryUsedBytes: (isLimited ? memoryUsedBytes : undefined) ?? process.memoryUsage.rss(),
    };
  },
};

/**
 * Reads what control groups of either version limit, below `root` (`/` on a Linux machine). Where there are none, as on other
 * systems, everything is absent. Never rejects.
 */
export async function readContainer(root: string): Promise<ContainerLook> {
  const text = await read(path.join(root, 'proc/self/cgroup'));
  const groups = parseControlGroups(text ?? '');
  const looks = await Promise.all([
    ...groups.flatMap((group) => foldersOf(root, group).map((folder) => readGroup(folder))),
  ]);
  return looks.reduce(tighter, {});
}

/** The folders of a group and those above it. */
function foldersOf(root: string, { controllers, path: group }: ControlGroup): string[] {
  const mounts = controllers.length === 0 ? ['', 'unified'] : [controllers.join(','), ...controllers];
  const wanted = controllers.length === 0 || controllers.some((name) => name === 'cpu' || name === 'memory');
  if (!wanted) return [];
  return [...new Set(mounts)].flatMap((mount) =>
    ancestors(group).map((folder) => path.join(root, 'sys/fs/cgroup', mount, folder)),
  );
}

/** What one folder says, in the words of either version. */
async function readGroup(folder: string): Promise<ContainerLook> {
  const file = (name: string) => read(path.join(folder, name));
  const [max, quota, period, memoryMax, memoryLimit] = await Promise.all(
    ['cpu.max', 'cpu.cfs_quota_us', 'cpu.cfs_period_us', 'memory.max', 'memory.limit_in_bytes'].map(file),
  );
  const cpus = parseCpuMax(max) ?? parseCpuQuota(quota, period);
  const memoryBytes = parseMemoryLimit(memoryMax) ?? parseMemoryLimit(memoryLimit);
  if (memoryBytes === undefined) return { cpus };
  const [current, usage, stat] = await Promise.all(
    ['memory.current', 'memory.usage_in_bytes', 'memory.stat'].map(file),
  );
  return { cpus, memoryBytes, memoryUsedBytes: parseMemoryUse(current ?? usage, stat) };
}

/** The smaller limits of two; what is in use goes with the limit that it counts against. */
function tighter(one: ContainerLook, other: ContainerLook): ContainerLook {
  const { POSITIVE_INFINITY: none } = Number;
  const cpus = Math.min(one.cpus ?? none, other.cpus ?? none);
  const { memoryBytes, memoryUsedBytes } = (other.memoryBytes ?? none) < (one.memoryBytes ?? none) ? other : one;
  return { cpus: cpus === none ? undefined : cpus, memoryBytes, memoryUsedBytes };
}

function read(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
