import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm, stat, statfs, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import type { StoredBytes } from '../columns/encoder.ts';
import { ParquetryError } from '../core/errors.ts';
import type { Logger } from '../core/telemetry.ts';
import { totalBytes } from '../core/total-bytes.ts';
import { isAlive } from './is-alive.ts';

export interface SpoolSettings {
  /** Folder in which each run makes one of its own. */
  readonly folder: string;
  /** Bytes that may lie there at once; 0: nothing is spooled. */
  readonly maxBytes: number;
  /** The folder was not chosen by anybody: where it lies in memory, nothing is spooled. */
  readonly isDefault?: boolean;
}

/** Row groups of one file that were spooled together. */
export interface SpoolFile {
  /** As they were given, in order, each in one piece. */
  readonly groups: readonly StoredBytes[];
  /** Their bytes are not needed any more. Never rejects. */
  release(): Promise<void>;
}

/** What the spool does to the disk; tests stand in for it. */
export interface SpoolDisk {
  /** Writes a new file; rejects with what the file system says. */
  write(file: string, parts: readonly Uint8Array[]): Promise<void>;
  read(file: string, offset: number, length: number): Promise<Uint8Array>;
  remove(file: string): Promise<void>;
}

const PREFIX = 'parquetry-spool-';
/** After a failure the disk is left alone for so long. */
const REST_MS = 30_000;
/** How often a folder shows that its run lives, and when one that shows nothing is a leftover. */
const BEAT_MS = 60_000;
const DEAD_MS = 60 * 60_000;
/** From statfs(2): file systems whose bytes are memory. */
const TMPFS = 0x01021994;
const RAMFS = 0x858458f6;

/** Folders of runs of this process. */
const living = new Set<string>();

/**
 * Keeps sealed row groups on a disk, so that files can reach their size while many are open in little memory. Bounded; where the
 * disk is full, or fails, files are smaller instead. Nothing in it outlives its run: what was not written comes again from the
 * source, so nothing is synced, and what a run that died has left is removed by the next one.
 */
export class Spool {
  readonly #settings: SpoolSettings;
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #disk: SpoolDisk;
  readonly #name = `${PREFIX}${hostname()}-${process.pid}-${randomBytes(6).toString('hex')}`;
  #ready: Promise<boolean> | undefined;
  #usedBytes = 0;
  #nextFile = 1;
  #restsUntilMs = 0;
  #beatAtMs = 0;

  constructor(settings: SpoolSettings, logger: Logger, now: () => number, disk: SpoolDisk = realDisk) {
    this.#settings = settings;
    this.#logger = logger;
    this.#now = now;
    this.#disk = disk;
  }

  /** Bytes that lie on the disk, or are on their way there. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  get folder(): string {
    return path.join(this.#settings.folder, this.#name);
  }

  /** Whether so many bytes would be taken, as far as can be said. */
  hasRoom(bytes: number): boolean {
    return this.#usedBytes + bytes <= this.#settings.maxBytes && this.#now() >= this.#restsUntilMs;
  }

  /** Undefined where they cannot be stored: then they stay where they are. Never rejects. */
  async store(groups: readonly (readonly Uint8Array[])[]): Promise<SpoolFile | undefined> {
    const bytes = totalBytes(groups.flat());
    if (!this.hasRoom(bytes)) return undefined;
    this.#usedBytes += bytes;
    const file = path.join(this.folder, String(this.#nextFile++));
    try {
      this.#ready ??= this.#prepare();
      if (!(await this.#ready)) throw new Error('there is no folder for the spool');
      await this.#disk.write(file, groups.flat());
    } catch (thrown) {
      await this.#disk.remove(file).catch(() => undefined);
      this.#usedBytes -= bytes;
      this.#failed(thrown);
      return undefined;
    }
    return { groups: this.#stored(file, groups), release: () => this.#release(file, bytes) };
  }

  /** Shows that the run lives. To be called now and then. */
  beat(): void {
    const nowMs = this.#now();
    if (!this.#ready || nowMs - this.#beatAtMs < BEAT_MS) return;
    this.#beatAtMs = nowMs;
    utimes(this.folder, nowMs / 1_000, nowMs / 1_000).catch(() => undefined);
  }

  async close(): Promise<void> {
    if (!this.#ready) return;
    await this.#ready;
    await rm(this.folder, { recursive: true, force: true }).catch(() => undefined);
    living.delete(this.folder);
  }

  async #prepare(): Promise<boolean> {
    const { folder, isDefault } = this.#settings;
    if (isDefault && (await liesInMemory(folder))) {
      this.#restsUntilMs = Number.POSITIVE_INFINITY;
      return false;
    }
    living.add(this.folder);
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    return true;
  }

  #stored(file: string, groups: readonly (readonly Uint8Array[])[]): StoredBytes[] {
    let end = 0;
    return groups.map((parts) => {
      const offset = end;
      const byteLength = totalBytes(parts);
      const sum = parts.reduce((before, part) => crc32(part, before), 0);
      end += byteLength;
      return { byteLength, read: () => this.#read(file, { offset, byteLength, sum }) };
    });
  }

  async #read(file: string, place: { offset: number; byteLength: number; sum: number }): Promise<Uint8Array> {
    const { offset, byteLength, sum } = place;
    let cause: unknown;
    try {
      const bytes = await this.#disk.read(file, offset, byteLength);
      if (crc32(bytes) === sum) return bytes;
    } catch (thrown) {
      cause = thrown;
    }
    throw new ParquetryError('E_INTEGRITY', `${file} must hold the row group that was spooled to it`, {
      cause,
      retryable: true, // the deliveries come again, and their rows with them
      hint: 'Something else removed or changed it, or the disk is broken: batch.spool.path chooses another folder.',
    });
  }

  async #release(file: string, bytes: number): Promise<void> {
    await this.#disk.remove(file).catch(() => undefined);
    this.#usedBytes -= bytes;
  }

  #failed(thrown: unknown): void {
    this.#ready = undefined;
    if (this.#restsUntilMs === Number.POSITIVE_INFINITY) return;
    this.#restsUntilMs = this.#now() + REST_MS;
    const { code, message } = thrown as NodeJS.ErrnoException;
    const hint = 'Files are smaller meanwhile. Free some space, or choose another folder with batch.spool.path.';
    this.#logger.warn('spool.failed', { folder: this.#settings.folder, code, error: message, restMs: REST_MS, hint });
  }
}

/** Removes what runs that died have left in a folder; never what belongs to one that lives. Never rejects. */
export async function removeLeftovers(folder: string, nowMs: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => each.startsWith(PREFIX))) {
    const left = path.join(folder, name);
    if (await isLeftover(left, nowMs)) await rm(left, { recursive: true, force: true }).catch(() => undefined);
  }
}

/**
 * On this host the process says whether it lives. What another host, or another container, has left on a shared disk is known by
 * the time of its last beat only.
 */
async function isLeftover(folder: string, nowMs: number): Promise<boolean> {
  if (living.has(folder)) return false;
  const [, host, pid] = /^(.*)-(\d+)-[0-9a-f]+$/.exec(path.basename(folder).slice(PREFIX.length)) ?? [];
  if (host === hostname() && pid !== undefined && !isAlive(Number(pid))) return true;
  const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: nowMs }));
  return nowMs - mtimeMs > DEAD_MS;
}

async function liesInMemory(folder: string): Promise<boolean> {
  const { type } = await statfs(folder).catch(() => ({ type: 0 }));
  return type === TMPFS || type === RAMFS;
}

const realDisk: SpoolDisk = {
  async write(file, parts) {
    await using handle = await open(file, 'wx', 0o600);
    for (const part of parts) await handle.writeFile(part);
  },
  async read(file, offset, length) {
    await using handle = await open(file, 'r');
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      const { bytesRead } = await handle.read(bytes, at, length - at, offset + at);
      if (bytesRead === 0) break; // shorter than it was: the checksum tells
      at += bytesRead;
    }
    return bytes;
  },
  remove: (file) => rm(file, { force: true }),
};
