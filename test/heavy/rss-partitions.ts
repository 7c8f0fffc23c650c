import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { loadPipeline } from '../../engine/src/pipeline/file.ts';
import { runPipeline } from '../../engine/src/runtime/run-pipeline.ts';
import { GENERATED_SOURCE } from '../integration/generated-source.ts';

/*
 * Memory of an engine whose rows are spread over many partitions at random:
 *
 *   node test/heavy/rss-partitions.ts [partitions = 2000] [lanes = 1] [memory = 256MiB] [megabytes of JSON = 1000] [kind = hex]
 *
 * Prints a line of JSON: resident MB before the run and at most during it, files and rows, and for what reasons files were closed.
 */

export interface PartitionsRun {
  readonly idleMb: number;
  readonly peakMb: number;
  readonly rows: number;
  readonly records: number;
  readonly files: number;
  /** Partitions of the last 1,000 files. */
  readonly partitions: number;
  readonly closedBy: Readonly<Record<string, number>>;
  readonly isClosed: boolean;
  readonly seconds: number;
}

const [partitions = '2000', lanes = '1', memory = '256MiB', megabytes = '1000', kind = 'hex'] = process.argv.slice(2);
const folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-rss-'));
try {
  const options = {
    kind,
    partitions: Number(partitions),
    megabytes: Number(megabytes) / Number(lanes),
    order: 'random',
  };
  const config = {
    name: 'rss',
    source: { module: './source.ts', options },
    sinks: [{ file: { path: 'out', partitionBy: ['p={p}'] } }],
    batch: { memory, spool: { path: 'spool' } },
    lanes: Number(lanes),
    shutdown: { grace: '10m' }, // ten thousand files are synced one by one
  };
  await mkdir(path.join(folder, 'schema'));
  await writeFile(path.join(folder, 'pipeline.yaml'), JSON.stringify(config));
  const fields = { id: 'int', p: 'int', blob: 'string' };
  await writeFile(path.join(folder, 'schema', 'input.v1.json'), JSON.stringify({ version: 1, fields }));
  await writeFile(path.join(folder, 'source.ts'), GENERATED_SOURCE);
  console.log(JSON.stringify(await measure()));
} finally {
  await rm(folder, { recursive: true, maxRetries: 5 }); // a write that was given up may still end
}

async function measure(): Promise<PartitionsRun> {
  const pipeline = await loadPipeline(folder);
  const rss = () => process.memoryUsage.rss() / 1e6;
  const idleMb = rss();
  let peakMb = idleMb;
  const look = setInterval(() => {
    peakMb = Math.max(peakMb, rss());
  }, 50);
  const { ledger, written, files, elapsedMs, error } = await runPipeline(pipeline);
  clearInterval(look);
  if (error) throw error;
  const reasons = Map.groupBy(files, ({ closedBy }) => closedBy);
  return {
    idleMb: Math.round(idleMb),
    peakMb: Math.round(peakMb),
    rows: written.rows,
    records: ledger.records.received,
    files: written.files,
    partitions: new Set(files.map(({ partition }) => partition)).size,
    closedBy: Object.fromEntries(Array.from(reasons, ([reason, some]) => [reason, some.length])),
    isClosed: ledger.closed,
    seconds: elapsedMs / 1_000,
  };
}
