import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { startEmulatorThread } from '../emulator/thread.ts';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import { bucketsOf, provision } from '../studio/cloud/provision.ts';
import { openFeed } from '../studio/run/feed.ts';

/** An embedded AWS with the queues and buckets that a pipeline names. */
export interface EmbeddedAws extends AsyncDisposable {
  readonly endpoint: string;
  /** Folders in which objects lie as files by their keys, one a bucket; undefined when the emulator is somebody else's. */
  readonly objects?: readonly string[];
}

/**
 * The embedded AWS of a run: the one that PARQUETRY_EMBEDDED_ENDPOINT names, or a new one in a thread of its own whose
 * objects stay in `.parquetry/s3` below the pipeline. Queues and buckets that are missing are created; nowhere else are they.
 */
export async function startEmbedded(
  pipeline: CheckedPipeline,
  env: NodeJS.ProcessEnv | Readonly<Record<string, string | undefined>>,
): Promise<EmbeddedAws> {
  const running = env.PARQUETRY_EMBEDDED_ENDPOINT;
  const folder = path.join(pipeline.folder, '.parquetry', 's3');
  const emulator = running ? undefined : await startEmulatorThread({ port: 0, folder });
  const endpoint = running ?? emulator!.endpoint;
  await provision(pipeline, endpoint);
  return {
    endpoint,
    objects: emulator && [...bucketsOf(pipeline)].map((bucket) => path.join(folder, bucket, 'by-key')),
    [Symbol.asyncDispose]: async () => await emulator?.stop(),
  };
}

/** Puts the records of NDJSON files on the pipeline's queue, many to a message. Answers the number of messages. */
export async function feed(pipeline: CheckedPipeline, endpoint: string, files: readonly string[]): Promise<number> {
  using opened = await openFeed(pipeline, endpoint);
  let sent = 0;
  for (const file of files) {
    const input = createReadStream(file, 'utf8');
    sent += await opened.send(createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }));
  }
  return sent;
}

/** The NDJSON files of a pipeline's `samples/` folder. */
export async function sampleFiles(folder: string): Promise<string[]> {
  const samples = path.join(folder, 'samples');
  const names = await readdir(samples).catch(() => []);
  return names.filter((name) => /\.(ndjson|jsonl)$/.test(name)).map((name) => path.join(samples, name));
}
