import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { readRecords } from '../../core/exact-json.ts';
import type { SampleFile } from '../../protocol/samples.ts';

/** Larger files are not read for a count. */
const MAX_COUNTED_BYTES = 1 << 20;

/** The files of a pipeline's `samples/`, by name. */
export async function listSamples(folder: string): Promise<SampleFile[]> {
  const samples = path.join(folder, 'samples');
  const entries = await readdir(samples, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
  const names = files.map(({ name }) => name).sort();
  return Promise.all(names.map((name) => sampleFile(path.join(samples, name))));
}

async function sampleFile(file: string): Promise<SampleFile> {
  const { size, mtimeMs } = await stat(file);
  const isCounted = size <= MAX_COUNTED_BYTES && /\.(?:ndjson|jsonl|json)$/.test(file);
  const records = isCounted ? countRecords(await readFile(file, 'utf8')) : undefined;
  return { file, sizeBytes: size, modifiedAtMs: mtimeMs, records };
}

function countRecords(text: string): number {
  return Array.from(readRecords(text)).length;
}
