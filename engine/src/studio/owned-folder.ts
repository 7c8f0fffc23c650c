import { readlinkSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isAlive } from '../runtime/is-alive.ts';

/** What a folder for temporary files is for; each kind cleans up after its own. */
export type OwnedFolderKind = 's3' | 'sql';

/**
 * Makes a folder for temporary files that says in its name whose it is, and removes those of the same kind whose processes were killed
 * before they could. The owner removes it when it is done. `parent` defaults to the system's folder for such files.
 */
export async function makeOwnedFolder(kind: OwnedFolderKind, parent: string = os.tmpdir()): Promise<string> {
  await removeAbandoned(kind, parent);
  const folder = await mkdtemp(path.join(parent, `${prefixOf(kind)}${process.pid}-`));
  own.add(folder);
  return folder;
}

/** Made by this thread. */
const own = new Set<string>();

/** Process ids mean something only among those who see the same processes: a folder may be shared with containers, or over a network. */
function prefixOf(kind: OwnedFolderKind): string {
  return `parquetry-${kind}-${os.hostname()}-${processNamespace()}-`;
}

/** Never rejects: what cannot be removed stays for the next one. */
async function removeAbandoned(kind: OwnedFolderKind, parent: string): Promise<void> {
  const prefix = prefixOf(kind);
  const names = await readdir(parent).catch(() => []);
  for (const name of names.filter((each) => each.startsWith(prefix))) {
    const [, pid] = /^(\d+)-\w{6}$/.exec(name.slice(prefix.length)) ?? [];
    const folder = path.join(parent, name);
    if (pid !== undefined && (await isAbandoned(folder, Number(pid))))
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/**
 * One with our own process id that we did not make, and that is older than we are, is of somebody who had the id before: in a container
 * all have the same. (By its time alone, a machine that slept would take our own for older.)
 */
async function isAbandoned(folder: string, pid: number): Promise<boolean> {
  if (pid !== process.pid) return !isAlive(pid);
  if (own.has(folder)) return false;
  const startedAtMs = Date.now() - process.uptime() * 1_000;
  const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
  return mtimeMs < startedAtMs;
}

/** Linux alone has them, and containers are there. */
function processNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))![0];
  } catch {
    return '0';
  }
}
