import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { formatExactJson, readRecords } from '../../core/exact-json.ts';
import { readSample } from './sample-files.ts';

/** Samples that hold text; those of Parquet are no lines. */
const LINES = /\.(?:ndjson|jsonl)(?:\.gz|\.zst)?$/;
const JSON_TEXT = /\.json(?:\.gz|\.zst)?$/;

/** The records of a pipeline's `samples/`, one a line: as they were written in NDJSON, with all digits from other JSON. */
export async function sampleLines(folder: string): Promise<string[]> {
  const samples = path.join(folder, 'samples');
  const names = (await readdir(samples).catch(() => [])).sort();
  const files = names.filter((name) => LINES.test(name) || JSON_TEXT.test(name));
  const all = await Promise.all(files.map((name) => linesOf(path.join(samples, name))));
  return all.flat();
}

async function linesOf(file: string): Promise<string[]> {
  const { bytes } = await readSample(file, path.dirname(file));
  const text = Buffer.from(bytes).toString();
  if (LINES.test(file)) return text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return Array.from(readRecords(text)).flatMap((record) => ('value' in record ? [formatExactJson(record.value)] : []));
}
