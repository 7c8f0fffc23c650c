import { randomUUID } from 'node:crypto';
import type { Bucket } from './bucket.ts';
import type { S3Call } from './call.ts';
import type { ConditionalWrite } from './conditional-writes.ts';
import { checkDelete, checkWrite, isConditionalWrite } from './conditions.ts';
import { s3Error } from './errors.ts';
import type { EventName } from './notifications.ts';
import { NULL_VERSION, type ObjectDraft, type ObjectVersion, type Version } from './object.ts';
import type { S3Runtime } from './runtime.ts';

/** What a write becomes: the place, the event it raises, and its entry among the conditional writes under way. */
export interface WriteTarget {
  bucket: Bucket;
  event: EventName;
  write: ConditionalWrite | undefined;
}

/**
 * Runs a write to the object of a request from its arrival on, so that a delete which succeeds while it is under way
 * turns a conditional one into 409.
 */
export async function underConditions<T>(
  bucket: Bucket,
  call: S3Call,
  run: (write: ConditionalWrite | undefined) => Promise<T>,
): Promise<T> {
  if (!isConditionalWrite(call.headers)) return run(undefined);
  const write = bucket.conditionalWrites.begin(call.key);
  try {
    return await run(write);
  } finally {
    bucket.conditionalWrites.end(write);
  }
}

/** Makes a draft the newest version of the object of a request, if its conditions still hold. */
export async function commitObject(
  runtime: S3Runtime,
  call: S3Call,
  target: WriteTarget,
  draft: ObjectDraft,
): Promise<ObjectVersion> {
  const { bucket, event, write } = target;
  const { key } = call;
  const fileId = randomUUID();
  await runtime.journal.stageBytes(bucket.settings.name, fileId, draft.payload);
  // No await from here to the end of the write: of twenty racing puts exactly one finds the key free.
  try {
    runtime.requireStanding(bucket);
    checkWrite(call.headers, bucket.current(key), write?.conflicted ?? false);
  } catch (refusal) {
    await runtime.journal.discardBytes(bucket.settings.name, fileId);
    throw refusal;
  }
  const change = bucket.put(key, draft, runtime.stamp(fileId));
  runtime.record(bucket, key, change);
  runtime.announce(bucket, call, key, { name: event, version: change.added });
  return change.added!;
}

/** Which object to delete, as DeleteObject and each line of DeleteObjects say it. */
export interface Deletion {
  key: string;
  versionId?: string;
  ifMatch?: string;
}

/** What a deletion left: the version id to report, and whether a delete marker came or went. */
export interface DeletionOutcome {
  versionId?: string;
  deleteMarker: boolean;
}

/** Deletes an object or one of its versions; what is not there is deleted already. */
export function deleteObject(
  runtime: S3Runtime,
  call: S3Call,
  bucket: Bucket,
  { key, versionId, ifMatch }: Deletion,
): DeletionOutcome {
  // The condition speaks of the current version, so S3 does not take both.
  if (versionId !== undefined && ifMatch !== undefined) throw s3Error('NotImplemented');
  if (versionId !== undefined) return deleteVersion(runtime, call, bucket, { key, versionId });
  checkDelete(ifMatch, bucket.current(key));
  const change = bucket.remove(key, runtime.stamp());
  runtime.record(bucket, key, change);
  if (change.added) {
    runtime.announce(bucket, call, key, { name: 'ObjectRemoved:DeleteMarkerCreated', version: change.added });
    return { versionId: change.added.versionId, deleteMarker: true };
  }
  if (change.removed) runtime.announce(bucket, call, key, { name: 'ObjectRemoved:Delete', version: undefined });
  return { deleteMarker: false };
}

function deleteVersion(
  runtime: S3Runtime,
  call: S3Call,
  bucket: Bucket,
  { key, versionId }: Required<Pick<Deletion, 'key' | 'versionId'>>,
): DeletionOutcome {
  const change = bucket.removeVersion(key, versionId);
  runtime.record(bucket, key, change);
  if (change.removed) {
    runtime.announce(bucket, call, key, { name: 'ObjectRemoved:Delete', version: versionFact(change.removed) });
  }
  return { versionId, deleteMarker: change.removed?.kind === 'marker' };
}

/** The record of a deleted version names its id, but no size and no etag: as a marker does. */
function versionFact({ versionId, lastModifiedMs, sequence, fileId }: Version): Version | undefined {
  return versionId === NULL_VERSION ? undefined : { kind: 'marker', versionId, lastModifiedMs, sequence, fileId };
}

/** The version id to answer with; a bucket that never was versioned has none. */
export function versionHeader(bucket: Bucket, version: Version): Record<string, string> {
  return bucket.settings.versioning === undefined ? {} : { 'x-amz-version-id': version.versionId };
}
