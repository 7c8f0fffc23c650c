import path from 'node:path';
import { asParquetryError, ParquetryError } from '../../core/errors.ts';
import { findSamples, readSample } from '../samples/sample-files.ts';

/** Records as a delivery brings them. Plain data. */
export interface SampleBody {
  /** Absolute path. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** Of all samples: enough for figures that hold, and few enough to try every encoding within seconds. */
export const MAX_SAMPLE_BYTES = 16 << 20;
/** About what a message of SQS carries. */
const BODY_BYTES = 64 << 10;
const LINES = /\.(?:ndjson|jsonl)(?:\.gz|\.zst)?$/;
const NEWLINE = 0x0a;

/**
 * Sample records of a pipeline, by file: lines are cut into bodies of some 64 KiB, other files are bodies as they are. Of many
 * bytes each file gives its beginning. `samples`: absolute paths; default: the pipeline's `samples/`. E_NOT_FOUND if there are none.
 */
export async function readSampleBodies(folder: string, samples: readonly string[] | undefined): Promise<SampleBody[]> {
  const files = await findSamples(samples ?? [path.join(folder, 'samples')], folder).catch((thrown) => {
    if (samples !== undefined || asParquetryError(thrown).code !== 'E_NOT_FOUND') throw thrown;
    return [];
  });
  const quotaBytes = MAX_SAMPLE_BYTES / Math.max(1, files.length);
  const read = await Promise.all(
    files.map(async (file) => cutBodies(file, (await readSample(file, folder)).bytes, quotaBytes)),
  );
  const bodies = read.flat();
  if (bodies.length > 0) return bodies;
  throw new ParquetryError('E_NOT_FOUND', 'the pipeline must have sample records, got none', {
    hint: 'Put lines of JSON into samples/, or take records from the queue, an object or a running engine.',
  });
}

function cutBodies(file: string, bytes: Uint8Array, quotaBytes: number): SampleBody[] {
  if (bytes.length === 0) return [];
  if (!LINES.test(file)) return [{ file, bytes: Uint8Array.from(bytes) }];
  const bodies: SampleBody[] = [];
  for (let start = 0; start < bytes.length && start < quotaBytes; ) {
    const end = lineEnd(bytes, Math.min(bytes.length, start + BODY_BYTES));
    // Copied: a view would take the whole file across to the thread.
    bodies.push({ file, bytes: Uint8Array.from(bytes.subarray(start, end)) });
    start = end;
  }
  return bodies;
}

function lineEnd(bytes: Uint8Array, from: number): number {
  const end = bytes.indexOf(NEWLINE, from);
  return end < 0 ? bytes.length : end + 1;
}
