import { randomUUID } from 'node:crypto';
import type { EmulatorClock } from '../service.ts';
import type { Bucket, BucketChange, WriteStamp } from './bucket.ts';
import { type Answer, header, type S3Call } from './call.ts';
import { s3Error } from './errors.ts';
import { type EventName, eventBody, wantsEvent } from './notifications.ts';
import type { Version } from './object.ts';
import type { Journal } from './persistence.ts';

/** The one account of the emulator, owner of everything. */
export const OWNER_ID = '000000000000';

/** What handlers work on. */
export interface RuntimeOptions {
  clock: EmulatorClock;
  journal: Journal;
  /** Delivers a notification; false when the queue is not there. */
  notify(queueArn: string, body: string): boolean;
  /** Whether a request signed for another region than the bucket's is sent away with 301. */
  regionRedirects: boolean;
}

/** One action: a request in, an answer or an `S3Error` out. */
export type Handler = (runtime: S3Runtime, call: S3Call) => Answer | Promise<Answer>;

/** All state of the emulated S3 and its effects: time, disk, queues. */
export class S3Runtime {
  readonly buckets = new Map<string, Bucket>();
  readonly options: RuntimeOptions;
  #sequence = 0;

  /** Reads back what the journal kept, synchronously. */
  constructor(options: RuntimeOptions) {
    this.options = options;
    for (const bucket of options.journal.load()) {
      this.buckets.set(bucket.settings.name, bucket);
      for (const [, versions] of bucket.objects.from(() => false)) {
        for (const { sequence } of versions) this.#sequence = Math.max(this.#sequence, sequence);
      }
    }
  }

  get journal(): Journal {
    return this.options.journal;
  }

  now(): number {
    return this.options.clock.now();
  }

  /** The bucket of a request. Throws `NoSuchBucket`, `AccessDenied` (other owner expected) or `PermanentRedirect`. */
  bucket(call: S3Call): Bucket {
    const bucket = this.#require(call.bucket);
    checkOwner(header(call, 'x-amz-expected-bucket-owner'));
    const { name, region } = bucket.settings;
    if (this.options.regionRedirects && region !== call.region) {
      throw s3Error('PermanentRedirect', {
        fields: { Bucket: name, Endpoint: `${name}.s3.${region}.amazonaws.com` },
        headers: { 'x-amz-bucket-region': region },
      });
    }
    return bucket;
  }

  /** The bucket that a copy reads from. */
  sourceBucket(call: S3Call, name: string): Bucket {
    checkOwner(header(call, 'x-amz-source-expected-bucket-owner'));
    return this.#require(name);
  }

  /** For the time after an await: throws `NoSuchBucket` when the bucket was deleted meanwhile. */
  requireStanding(bucket: Bucket): void {
    if (this.#require(bucket.settings.name) !== bucket) throw s3Error('NoSuchBucket');
  }

  /** Drops every bucket, with what is on disk. */
  reset(): void {
    for (const name of this.buckets.keys()) this.journal.dropBucket(name);
    this.buckets.clear();
  }

  /** Marks a change; `fileId` is given where bytes were staged under it. */
  stamp(fileId: string = randomUUID()): WriteStamp {
    return { nowMs: this.now(), sequence: ++this.#sequence, fileId };
  }

  /** Persists what a change did. */
  record(bucket: Bucket, key: string, { added, removed }: BucketChange): void {
    const { name } = bucket.settings;
    if (added) this.journal.saveVersion(name, key, added);
    if (removed) this.journal.dropVersion(name, key, removed);
  }

  /** Tells every queue that asked. A queue that has gone since is S3's silent loss, here too. */
  announce(bucket: Bucket, call: S3Call, key: string, event: { name: EventName; version: Version | undefined }): void {
    const { name, region, notifications } = bucket.settings;
    for (const configuration of notifications) {
      if (!wantsEvent(configuration, event.name, key)) continue;
      this.options.notify(
        configuration.queueArn,
        eventBody(configuration.id, {
          ...event,
          bucket: name,
          region,
          key,
          atMs: this.now(),
          sequence: this.#sequence,
          requestId: call.requestId,
          sourceIp: call.request.socket.remoteAddress ?? '127.0.0.1',
        }),
      );
    }
  }

  #require(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (!bucket) throw s3Error('NoSuchBucket', { fields: { BucketName: name } });
    return bucket;
  }
}

function checkOwner(expected: string | undefined): void {
  if (expected !== undefined && expected !== OWNER_ID) throw s3Error('AccessDenied');
}
