import { endpointOf } from '../../aws/clients.ts';
import { formatS3Uri } from '../../aws/s3-uri.ts';
import { systemClock } from '../../core/clock.ts';
import type { Component, ComponentContext } from '../../core/component.ts';
import { ParquetryError } from '../../core/errors.ts';
import { durableRetry } from '../../core/retry.ts';
import type { Sink } from '../../core/sink.ts';
import { checkBucket } from './check.ts';
import { checkedFile } from './checked-bytes.ts';
import { type S3Config, s3Config } from './config.ts';
import { createS3IntentStore } from './intent-store.ts';
import { createObjectWriter, type WrittenObject } from './object-writer.ts';
import { openBucket } from './sdk-bucket.ts';

/** Bytes of a key, from the S3 user guide. */
const MAX_KEY_BYTES = 1024;

export const component: Component<'sink', typeof s3Config, Sink> = {
  kind: 'sink',
  type: 's3',
  summary: 'Writes files to Amazon S3 or a store that speaks its protocol, never overwriting one.',
  config: s3Config,
  create: createS3Sink,
};

/** A sink that makes each file durable under its prefix; see createObjectWriter for what that means. */
export async function createS3Sink(
  config: S3Config,
  context: Omit<ComponentContext, 'pipeline' | 'runId' | 'folder'>,
): Promise<Sink> {
  const bucket = await openBucket(config, context.aws);
  const bucketUri = `s3://${config.bucket}`;
  const prefix = prefixOf(config.prefix);
  const { logger, metrics } = context;
  let throttles = 0;
  const ports = {
    bucket,
    bucketUri,
    clock: systemClock,
    random: Math.random,
    retry: durableRetry,
    logger,
    metrics,
    throttled: () => void throttles++,
  };
  const writeObject = createObjectWriter(ports, {
    partSizeBytes: config.partSize,
    multipartThresholdBytes: config.multipartThreshold,
    conditionalWrites: config.conditionalWrites,
    trusted: endpointOf(context.aws, 's3') === undefined,
  });
  const underWay = new Set<Promise<WrittenObject>>();

  return {
    get throttles() {
      return throttles;
    },
    check: () => checkBucket(bucket, { bucket: config.bucket, prefix }),
    async write(file, signal) {
      const key = keyOf(prefix, file.name);
      const content = await checkedFile(file);
      const object = { key, contentType: file.contentType, metadata: file.metadata, content };
      const writing = writeObject(object, signal).finally(() => underWay.delete(writing));
      underWay.add(writing);
      const { etag } = await writing;
      return { uri: formatS3Uri({ bucket: config.bucket, key }), sizeBytes: content.sizeBytes, etag };
    },
    ...(config.conditionalWrites === 'auto' && {
      intents: (pipeline: string) =>
        createS3IntentStore(ports, {
          intents: `${prefixOf(config.intents)}${pipeline}/${encodeURIComponent(prefix.slice(0, -1)) || '_root'}/`,
          keyOf: (file) => keyOf(prefix, file),
        }),
    }),
    async close() {
      await Promise.allSettled(underWay); // cancelled ones remove their parts, which closing would cut off
      bucket.close();
    },
  };
}

function prefixOf(text: string): string {
  const trimmed = text.replace(/^\/+|\/+$/g, '');
  return trimmed === '' ? '' : `${trimmed}/`;
}

function keyOf(prefix: string, name: string): string {
  const key = prefix + name;
  const sizeBytes = Buffer.byteLength(key);
  if (sizeBytes <= MAX_KEY_BYTES) return key;
  // The values of some rows are to blame, not the sink: others are written.
  throw new ParquetryError('E_RECORD', `an S3 key must have at most ${MAX_KEY_BYTES} bytes, got ${sizeBytes}`, {
    hint: 'Partition by shorter values, or shorten the prefix.',
    details: { key: key.slice(0, 200) },
  });
}
