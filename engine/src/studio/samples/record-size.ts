import path from 'node:path';
import { asParquetryError } from '../../core/errors.ts';
import { SQS_MOST_HELD } from '../../core/sqs-quotas.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import type { FileSizeFacts } from '../../pipeline/reachable-size.ts';
import { findSamples, readSample } from './sample-files.ts';

/** Sample files whose lines are records. */
const LINES = /\.(?:ndjson|jsonl)(?:\.gz|\.zst)?$/;
/** Samples beyond these tell nothing new. */
const MAX_FILES = 5;

/** JSON bytes of a record on average, by the files in samples/; undefined if there are none. */
export async function sampleRecordBytes(folder: string): Promise<number | undefined> {
  const found = await findSamples([path.join(folder, 'samples')], folder).catch((thrown) => {
    if (asParquetryError(thrown).code === 'E_NOT_FOUND') return [];
    throw thrown;
  });
  let records = 0;
  let sizeBytes = 0;
  for (const file of found.filter((name) => LINES.test(name)).slice(0, MAX_FILES)) {
    for (const line of Buffer.from((await readSample(file, folder)).bytes)
      .toString()
      .split('\n')) {
      if (line.trim() === '') continue;
      records++;
      sizeBytes += Buffer.byteLength(line);
    }
  }
  return records === 0 ? undefined : sizeBytes / records;
}

/** What decides the size of a pipeline's files, as far as it can be known; undefined unless it reads from SQS and has samples. */
export async function fileSizeFacts(
  { source, folder, batch }: CheckedPipeline,
  known: { readonly messagesPerSecond?: number; readonly recordsPerMessage?: number },
): Promise<FileSizeFacts | undefined> {
  if (!('type' in source) || source.type !== 'sqs') return undefined;
  const recordBytes = await sampleRecordBytes(folder);
  if (recordBytes === undefined) return undefined;
  const { targetSizeBytes, maxAgeMs } = batch;
  const { recordsPerMessage = 1, messagesPerSecond } = known;
  return {
    targetSizeBytes,
    maxAgeMs,
    recordBytes,
    recordsPerMessage,
    messagesPerSecond,
    inFlightCap: SQS_MOST_HELD,
  };
}
