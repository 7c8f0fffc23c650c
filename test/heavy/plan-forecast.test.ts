/** What a plan forecasts is what a run over a queue that is fed at the rate then does: files within 20 %. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { loadPipeline, readPipeline } from '../../engine/src/pipeline/file.ts';
import type { PlanResult } from '../../engine/src/protocol/plan.ts';
import { MeasuresCache } from '../../engine/src/studio/plan/measures-cache.ts';
import { planPipeline } from '../../engine/src/studio/plan/plan-pipeline.ts';
import { createWorld, type PipelineFiles, PREFIX, type World } from '../integration/harness.ts';

interface Dataset {
  readonly name: string;
  readonly files: PipelineFiles;
  readonly recordsPerS: number;
  readonly recordsPerMessage: number;
  readonly seconds: number;
  readonly closedBy: string;
  record(i: number): object;
}

const random = randoms();

const datasets: readonly Dataset[] = [
  {
    name: 'clicks of three countries, of which one has most: age closes files',
    files: {
      input: { id: 'int', country: 'string', page: 'string' },
      config: {
        batch: { maxAge: '6s' },
        sinks: [{ s3: { bucket: 'lake', prefix: PREFIX, partitionBy: ['country={country}'] } }],
      },
    },
    recordsPerS: 300,
    recordsPerMessage: 10,
    seconds: 48,
    closedBy: 'age',
    record: (id) => ({ id, country: pick(['de', 'de', 'de', 'de', 'de', 'fr', 'fr', 'at']), page: `/p/${id % 70}` }),
  },
  {
    name: 'noise in large messages: size closes files',
    files: {
      input: { id: 'int', noise: 'string' },
      config: { batch: { maxAge: '1m', targetSize: '256KiB' } },
    },
    recordsPerS: 2_000,
    recordsPerMessage: 100,
    seconds: 30,
    closedBy: 'size',
    record: (id) => ({
      id,
      noise: Array.from({ length: 8 }, () => Math.floor(random() * 2 ** 32).toString(36)).join(''),
    }),
  },
];

describe('a forecast', () => {
  test.each(datasets)('$name', { timeout: 400_000 }, async (dataset) => {
    await using world = await createWorld();
    const folder = await world.pipeline(dataset.files);
    const plan = await planned(folder, dataset);
    const written = await runFed(world, folder, dataset);
    const hours = written.seconds / 3_600;
    const actual = { filesPerHour: written.files / hours, fileBytes: written.bytes / written.files };
    console.log(JSON.stringify({ forecast: { filesPerHour: plan.filesPerHour, fileBytes: plan.fileBytes }, actual }));
    expect(plan.closedBy).toBe(dataset.closedBy);
    expect(actual.filesPerHour / plan.filesPerHour).toBeGreaterThan(0.8);
    expect(actual.filesPerHour / plan.filesPerHour).toBeLessThan(1.2);
  });
});

async function planned(folder: string, dataset: Dataset): Promise<PlanResult> {
  await mkdir(path.join(folder, 'samples'));
  const lines = Array.from({ length: 4_000 }, (_, i) => JSON.stringify(dataset.record(i)));
  await writeFile(path.join(folder, 'samples', 'some.ndjson'), lines.join('\n'));
  const { recordsPerS, recordsPerMessage } = dataset;
  return planPipeline(await loadPipeline(folder), {
    traffic: { recordsPerS, recordsPerMessage },
    reading: await readPipeline(folder),
    measures: new MeasuresCache(),
    diagnose: async () => [],
  });
}

interface Fed {
  readonly files: number;
  readonly bytes: number;
  /** Of the rate: where size closes files, a machine that falls behind it has had less time, and not fewer files an hour. */
  readonly seconds: number;
}

/** Feeds the queue at the rate while the pipeline runs, and stops it: what it holds is written. */
async function runFed(world: World, folder: string, dataset: Dataset): Promise<Fed> {
  const stop = new AbortController();
  const running = world.run(folder, { drain: false, signal: stop.signal });
  const startMs = performance.now();
  for (let sent = 0; ; ) {
    const elapsedS = (performance.now() - startMs) / 1_000;
    if (elapsedS >= dataset.seconds) break;
    const due = Math.floor((elapsedS * dataset.recordsPerS) / dataset.recordsPerMessage) * dataset.recordsPerMessage;
    const bodies: string[] = [];
    for (; sent < due; sent += dataset.recordsPerMessage) bodies.push(messageOf(dataset, sent));
    await world.send(bodies);
    await sleep(50);
  }
  stop.abort();
  const { written, ledger } = await running;
  const seconds = dataset.closedBy === 'size' ? ledger.records.received / dataset.recordsPerS : dataset.seconds;
  return { files: written.files, bytes: written.bytes, seconds };
}

function messageOf({ record, recordsPerMessage }: Dataset, first: number): string {
  return Array.from({ length: recordsPerMessage }, (_, i) => JSON.stringify(record(first + i))).join('\n');
}

function pick<Item>(items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)]!;
}

/** The same each time: mulberry32. */
function randoms(): () => number {
  let state = 11;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
