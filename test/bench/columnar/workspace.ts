import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { totalBytes } from '../../../engine/src/core/total-bytes.ts';
import type { Dataset } from './dataset.ts';
import { type OurPath, partitionColumns, type Setting } from './settings.ts';
import { transformText } from './transform-text.ts';

/** A dataset as NDJSON files in a folder: whole, and cut in two for two threads. */
export interface DataFiles {
  readonly whole: string;
  readonly halves: readonly [string, string];
  readonly bytes: number;
  readonly records: number;
}

/** How one of our lanes is to work. Plain data: it crosses threads. */
export interface LaneSetup {
  /** Folder of its pipeline. */
  readonly pipeline: string;
  /** NDJSON file to read. */
  readonly source: string;
  /** Folder that the files are written under. */
  readonly target: string;
  /** Last part of the names of the files: threads write beside each other. */
  readonly fileName: string;
  /** The plain-JS scanner and parquet-wasm in the place of what the registry has. */
  readonly twin: boolean;
}

/** As DuckDB's default, so that both sides write row groups of the same size. */
export const ROW_GROUP_ROWS = 122_880;

/** Writes about `bytes` bytes of a dataset. */
export function writeData({ name, records }: Dataset, folder: string, bytes: number): DataFiles {
  const whole = path.join(folder, `${name}.ndjson`);
  const halves = [path.join(folder, `${name}.1.ndjson`), path.join(folder, `${name}.2.ndjson`)] as const;
  const text: Buffer[] = [];
  let written = 0;
  let count = 0;
  for (const record of records()) {
    if (written >= bytes) break;
    const line = Buffer.from(`${record}\n`);
    text.push(line);
    written += line.length;
    count++;
  }
  const all = Buffer.concat(text);
  const middle = all.indexOf('\n', written >> 1) + 1;
  writeFileSync(whole, all);
  writeFileSync(halves[0], all.subarray(0, middle));
  writeFileSync(halves[1], all.subarray(middle));
  return { whole, halves, bytes: written, records: count };
}

interface PipelineOptions {
  readonly parquet: object;
  readonly partitionBy: readonly string[];
  /** `pass`: with user code; `plain`: with the same code, out of the engine's sight. */
  readonly userCode: 'none' | 'pass' | 'plain';
}

/** Writes a pipeline folder over a dataset, like a user's: pipeline file, input schema, transform. */
function writePipeline(folder: string, dataset: Dataset, { parquet, partitionBy, userCode }: PipelineOptions): void {
  mkdirSync(path.join(folder, 'schema'), { recursive: true });
  writeFileSync(path.join(folder, 'schema', 'input.v1.json'), JSON.stringify({ version: 1, fields: dataset.fields }));
  if (userCode !== 'none') {
    const text = transformText(dataset.userCode, { hidden: userCode === 'plain' });
    writeFileSync(path.join(folder, 'transform.ts'), text);
  }
  const config = {
    name: 'bench',
    source: { file: { path: 'set-by-each-lane.ndjson' } },
    ...(userCode !== 'none' && { transform: './transform.ts' }),
    sinks: [{ file: { path: 'out', partitionBy: partitionBy.map((column) => `${column}={${column}}`), parquet } }],
  };
  writeFileSync(path.join(folder, 'pipeline.yaml'), JSON.stringify(config));
}

/** Writes the pipeline of a path; answers how its lanes, one a thread, are to work. */
export function writeLanes(name: OurPath, setting: Setting, files: DataFiles, folder: string): LaneSetup[] {
  const pipeline = path.join(folder, `pipeline-${name}`);
  writePipeline(pipeline, setting.dataset, {
    parquet: { compression: setting.codec, reader: setting.reader, rowGroupRows: ROW_GROUP_ROWS },
    partitionBy: partitionColumns[setting.partitions],
    userCode: name === 'slow' ? 'none' : name,
  });
  const sources = setting.threads === 1 ? [files.whole] : files.halves;
  return sources.map((source, i) => ({
    pipeline,
    source,
    target: path.join(folder, `out-${name}`),
    fileName: `${i}.parquet`,
    twin: name === 'slow',
  }));
}

/** Writes a file without syncing it: neither side of the comparison does. */
export function writeParts(file: string, parts: readonly Uint8Array[]): number {
  mkdirSync(path.dirname(file), { recursive: true });
  const descriptor = openSync(file, 'w');
  for (const part of parts) writeFileSync(descriptor, part); // writes on from the current position
  closeSync(descriptor);
  return totalBytes(parts);
}
