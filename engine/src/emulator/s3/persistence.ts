import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Bucket, type BucketSettings } from './bucket.ts';
import { hideByKey, showByKey } from './by-key.ts';
import type { Version } from './object.ts';
import { type Payload, payloadOf } from './payload.ts';

/*
 * <folder>/<bucket>/bucket.json                settings
 * <folder>/<bucket>/objects/<file id>.bytes    an object's bytes
 * <folder>/<bucket>/objects/<file id>.json     everything else, written last: without it the bytes are an orphan
 *
 * Bucket names are validated and file ids are random, so no key can name a path. Beside them lies a view that is never
 * read, with a name for every key that makes a plain one: see by-key.ts.
 */

/** Where buckets survive a restart. Writes of settings and sidecars are synchronous: they are the commit. */
export interface Journal {
  load(): Bucket[];
  saveBucket(settings: BucketSettings): void;
  dropBucket(name: string): void;
  /** Writes an object's bytes ahead of its commit. */
  stageBytes(bucket: string, fileId: string, payload: Payload): Promise<void>;
  discardBytes(bucket: string, fileId: string): Promise<void>;
  saveVersion(bucket: string, key: string, version: Version): void;
  dropVersion(bucket: string, key: string, version: Version): void;
}

/** Keeps nothing. */
export const memoryJournal: Journal = {
  load: () => [],
  saveBucket: () => {},
  dropBucket: () => {},
  stageBytes: async () => {},
  discardBytes: async () => {},
  saveVersion: () => {},
  dropVersion: () => {},
};

/** Keeps everything under one folder, which it creates. Two processes must not share it. */
export function folderJournal(folder: string): Journal {
  mkdirSync(folder, { recursive: true });
  const paths = {
    settings: (bucket: string) => join(folder, bucket, 'bucket.json'),
    objects: (bucket: string) => join(folder, bucket, 'objects'),
    byKey: (bucket: string) => join(folder, bucket, 'by-key'),
    bytes: (bucket: string, fileId: string) => join(folder, bucket, 'objects', `${fileId}.bytes`),
    sidecar: (bucket: string, fileId: string) => join(folder, bucket, 'objects', `${fileId}.json`),
  };
  return {
    load: () =>
      readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => loadBucket(paths.settings(entry.name), paths.objects(entry.name)))
        .filter((bucket) => bucket !== undefined),
    saveBucket: (settings) => {
      mkdirSync(paths.objects(settings.name), { recursive: true });
      replaceFile(paths.settings(settings.name), settings);
    },
    dropBucket: (name) => rmSync(join(folder, name), { recursive: true, force: true }),
    stageBytes: (bucket, fileId, payload) => writeBlocks(paths.bytes(bucket, fileId), payload),
    discardBytes: (bucket, fileId) => rm(paths.bytes(bucket, fileId), { force: true }),
    saveVersion: (bucket, key, version) => {
      const { payload: _, ...facts } = { payload: undefined, ...version };
      replaceFile(paths.sidecar(bucket, version.fileId), { key, ...facts });
      if (version.kind === 'marker') hideByKey(paths.byKey(bucket), key);
      else showByKey(paths.byKey(bucket), key, paths.bytes(bucket, version.fileId));
    },
    dropVersion: (bucket, key, { fileId }) => {
      hideByKey(paths.byKey(bucket), key, paths.bytes(bucket, fileId));
      rmSync(paths.sidecar(bucket, fileId), { force: true });
      rmSync(paths.bytes(bucket, fileId), { force: true });
    },
  };
}

/** A reader sees the old file or the new one, never half of either. */
function replaceFile(path: string, content: unknown): void {
  writeFileSync(`${path}.new`, JSON.stringify(content));
  renameSync(`${path}.new`, path);
}

async function writeBlocks(path: string, payload: Payload): Promise<void> {
  await using file = await open(path, 'wx');
  for (const block of payload.blocks) await file.writeFile(block);
}

function loadBucket(settingsPath: string, objectsPath: string): Bucket | undefined {
  const settings = readJson<BucketSettings>(settingsPath);
  if (!settings) return undefined;
  const bucket = new Bucket(settings);
  const names = new Set(readdirSync(objectsPath));
  const versions = [...names]
    .filter((name) => name.endsWith('.json'))
    .map((name) => readJson<{ key: string } & Version>(join(objectsPath, name)))
    .filter((version) => version !== undefined)
    .sort((a, b) => a.sequence - b.sequence);
  const known = new Set(versions.flatMap(({ fileId }) => [`${fileId}.json`, `${fileId}.bytes`]));
  for (const name of names) if (!known.has(name)) rmSync(join(objectsPath, name), { force: true });
  for (const { key, ...version } of versions) bucket.restore(key, withBytes(version, objectsPath));
  return bucket;
}

function withBytes(version: Version, objectsPath: string): Version {
  if (version.kind === 'marker') return version;
  return { ...version, payload: payloadOf(readFileSync(join(objectsPath, `${version.fileId}.bytes`))) };
}

/** Files are written by this module alone; one that is no JSON is a write that a crash cut off, and counts as absent. */
function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
