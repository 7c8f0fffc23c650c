import { randomBytes } from 'node:crypto';
import { ConditionalWrites } from './conditional-writes.ts';
import { SortedMap } from './keys.ts';
import type { MultipartUpload } from './multipart.ts';
import type { QueueConfiguration } from './notifications.ts';
import {
  type DeleteMarker,
  NULL_VERSION,
  type ObjectDraft,
  type ObjectVersion,
  type Tag,
  type Version,
} from './object.ts';

export type VersioningStatus = 'Enabled' | 'Suspended';

/** Facts of a bucket that outlive a restart. */
export interface BucketSettings {
  readonly name: string;
  readonly region: string;
  readonly createdMs: number;
  versioning?: VersioningStatus;
  tags?: Tag[];
  notifications: QueueConfiguration[];
}

/** When and in which order a change happens, and the name of its files. */
export interface WriteStamp {
  nowMs: number;
  sequence: number;
  fileId: string;
}

/** What a change did, so that the caller can persist and announce it. */
export interface BucketChange<V extends Version = Version> {
  /** The version that came into being. */
  added?: V;
  /** The version that ceased to exist. */
  removed?: Version;
}

/** One bucket in memory. All members are synchronous: a check and the write after it cannot be torn apart. */
export class Bucket {
  readonly settings: BucketSettings;
  /** Versions by key, newest first; a key without versions is absent. */
  readonly objects = new SortedMap<Version[]>();
  readonly uploads = new Map<string, MultipartUpload>();
  readonly conditionalWrites = new ConditionalWrites();

  constructor(settings: BucketSettings) {
    this.settings = settings;
  }

  /** The newest version, delete marker included. */
  newest(key: string): Version | undefined {
    return this.objects.get(key)?.[0];
  }

  /** What a read without version id sees. */
  current(key: string): ObjectVersion | undefined {
    const newest = this.newest(key);
    return newest?.kind === 'object' ? newest : undefined;
  }

  version(key: string, versionId: string): Version | undefined {
    return this.objects.get(key)?.find((version) => version.versionId === versionId);
  }

  /** Stores an object over the previous one, or before it when versioning is enabled. */
  put(key: string, draft: ObjectDraft, stamp: WriteStamp): BucketChange<ObjectVersion> {
    const added: ObjectVersion = { ...draft, kind: 'object', ...this.#identity(stamp) };
    return { added, removed: this.#place(key, added) };
  }

  /** A delete without version id: a marker in a versioned bucket, else the end of the object. */
  remove(key: string, stamp: WriteStamp): BucketChange<DeleteMarker> {
    if (this.current(key)) this.conditionalWrites.conflict(key);
    if (this.settings.versioning === undefined) return { removed: this.#take(key, NULL_VERSION) };
    const added: DeleteMarker = { kind: 'marker', ...this.#identity(stamp) };
    return { added, removed: this.#place(key, added) };
  }

  /** Deletes one version for good. */
  removeVersion(key: string, versionId: string): BucketChange {
    if (this.current(key)?.versionId === versionId) this.conditionalWrites.conflict(key);
    return { removed: this.#take(key, versionId) };
  }

  /** Puts back a version read from disk; calls come in the order of `sequence`. */
  restore(key: string, version: Version): void {
    this.#place(key, version);
  }

  #identity({ nowMs, sequence, fileId }: WriteStamp) {
    const versionId = this.settings.versioning === 'Enabled' ? randomBytes(24).toString('base64url') : NULL_VERSION;
    return { versionId, lastModifiedMs: nowMs, sequence, fileId };
  }

  /** Makes `version` the newest; the null version exists at most once. */
  #place(key: string, version: Version): Version | undefined {
    const removed = version.versionId === NULL_VERSION ? this.#take(key, NULL_VERSION) : undefined;
    this.objects.set(key, [version, ...(this.objects.get(key) ?? [])]);
    return removed;
  }

  #take(key: string, versionId: string): Version | undefined {
    const versions = this.objects.get(key);
    const taken = versions?.find((version) => version.versionId === versionId);
    if (!versions || !taken) return undefined;
    const rest = versions.filter((version) => version !== taken);
    if (rest.length === 0) this.objects.delete(key);
    else this.objects.set(key, rest);
    return taken;
  }
}
