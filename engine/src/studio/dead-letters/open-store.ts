import path from 'node:path';
import type { AwsSettings } from '../../core/component.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import { createFileStore, type FileStorePorts } from './file-store.ts';
import type { LetterStore } from './letter-store.ts';

/** Messages of a queue that are looked at: each is hidden from others meanwhile. */
const LOOK_AT_MOST = 1_000;

/** The place of a pipeline's dead letters, or the queue that is named instead. Connects on the first call. */
export async function openStore(
  pipeline: CheckedPipeline,
  queue: string | undefined,
  aws: AwsSettings,
  ports: FileStorePorts,
): Promise<LetterStore> {
  const { to } = pipeline.errors;
  const letterQueue = queue ?? (to.type === 'sqs' ? to.queue : undefined);
  if (letterQueue !== undefined) {
    const { createQueueStore } = await import('./queue-store.ts');
    return createQueueStore(letterQueue, aws, LOOK_AT_MOST);
  }
  if (to.type === 'file') {
    const { localLetterFiles } = await import('./local-files.ts');
    return createFileStore(localLetterFiles(path.join(to.path, pipeline.name)), ports);
  }
  if (to.type !== 's3') throw new TypeError('a queue of letters was opened above');
  const { s3LetterFiles } = await import('./s3-files.ts');
  const root = [...to.prefix.split('/'), pipeline.name].filter((part) => part !== '').join('/');
  return createFileStore(s3LetterFiles({ bucket: to.bucket, root }, aws), ports);
}
