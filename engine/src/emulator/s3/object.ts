import type { Checksum } from './checksums.ts';
import type { Payload } from './payload.ts';

/** One object or bucket tag. */
export interface Tag {
  key: string;
  value: string;
}

/** The id S3 gives to versions written while versioning is not enabled. */
export const NULL_VERSION = 'null';

interface VersionBase {
  versionId: string;
  lastModifiedMs: number;
  /** Grows with every write to the service: the order of versions over restarts and of events. */
  sequence: number;
  /** Name of its files when the service persists; random, never derived from the key. */
  fileId: string;
}

/** A stored object: what one successful write left behind. */
export interface ObjectVersion extends VersionBase {
  kind: 'object';
  payload: Payload;
  /** Without quotes. */
  etag: string;
  checksum: Checksum;
  /** Sizes of the parts, for objects that came by multipart upload. */
  partSizes?: number[];
  /** Headers given at the write and returned on every read, by lower-case name. */
  headers: Record<string, string>;
  tags: Tag[];
}

/** What a delete without version id leaves in a versioned bucket. */
export interface DeleteMarker extends VersionBase {
  kind: 'marker';
}

export type Version = ObjectVersion | DeleteMarker;

/** What a write says of a new object; the bucket adds identity and time. */
export type ObjectDraft = Omit<ObjectVersion, keyof VersionBase | 'kind'>;
