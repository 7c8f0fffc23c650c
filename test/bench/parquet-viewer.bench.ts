import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type IpcPort, ipcChannels } from '../../engine/src/protocol/ipc-transport.ts';
import { createPeer } from '../../engine/src/protocol/peer.ts';
import type { ViewerMethods } from '../../engine/src/studio/parquet/viewer-methods.ts';
import type { Benchmark, Figure } from './main.ts';
import { writeLargeFile } from './parquet-viewer/large-file.ts';

const viewerProcess = fileURLToPath(new URL('../../engine/dist/parquet-process.js', import.meta.url));
const SIZE_MB = 5_120;
const ROUNDS = 5;

/** What somebody waits for who opens a large Parquet file, and what it takes. */
export const benchmark: Benchmark = {
  about:
    'A 5 GB Parquet file of 20 columns as `parquetry run` writes them, looked at in the process that the studio reads files in, each round a new ' +
    'one: `firstPage` is from starting it to the first 100 rows of all columns; the others follow in the same process. Medians; `rssMb` is the most ' +
    'that was resident up to there.',
  async run(emit, { sizeMb = SIZE_MB, rounds = ROUNDS }) {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-bench-'));
    try {
      const file = path.join(folder, 'large.parquet');
      const rows = await writeLargeFile(file, sizeMb * 2 ** 20);
      const all: Figure[][] = [];
      for (let round = 0; round < rounds; round++) all.push(await lookAt(file, rows));
      for (const [i, { step }] of all[0]!.entries()) {
        const median = (key: string) => middle(all.map((figures) => Number(figures[i]![key])));
        emit({ step: step!, sizeMb, ms: Math.round(median('ms')), rssMb: Math.round(median('rssMb')) });
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function lookAt(place: string, rows: number): Promise<Figure[]> {
  const startMs = performance.now();
  const child = fork(viewerProcess, { serialization: 'advanced', execArgv: ['--max-old-space-size=512'] });
  const transport = ipcChannels(child as IpcPort, 'parent', () => undefined).open();
  const peer = createPeer<ViewerMethods>(transport);
  const file = { handle: 'a', place, aws: {}, duckdb: [] };
  const figures: Figure[] = [];
  const measure = async (step: string, sinceMs: number, work: () => Promise<unknown>) => {
    await work();
    figures.push({ step, ms: performance.now() - sinceMs, rssMb: peakRssMb(child.pid!) });
  };
  const ask = (start: number, more: object = {}) =>
    peer.request('parquet.rows', { file, asked: { handle: 'a', start, count: 100, ...more } });
  await measure('firstPage', startMs, async () => {
    await peer.request('viewer.open', { file });
    await ask(0);
  });
  await measure('pageInTheMiddle', performance.now(), () => ask(Math.floor(rows / 2)));
  await measure('insightsOf20Columns', performance.now(), async () => {
    const { summary } = await peer.request('viewer.open', { file });
    for (const { name } of summary.fields) {
      await peer.request('parquet.insight', { file, asked: { handle: 'a', column: name } });
    }
  });
  const filters = [{ column: 'country', op: '=', value: 'NO' }];
  await measure('firstRowsOfFilter', performance.now(), () => ask(0, { filters }));
  await measure('allRowsOfFilter', performance.now(), () => ask(rows, { filters, count: 0 }));
  await measure('sortByDouble', performance.now(), () => ask(0, { sort: { column: 'score', isDescending: true } }));
  child.disconnect();
  await once(child, 'exit');
  return figures;
}

/** Linux alone tells; elsewhere it is not measured. */
function peakRssMb(pid: number): number {
  if (process.platform !== 'linux') return Number.NaN;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
