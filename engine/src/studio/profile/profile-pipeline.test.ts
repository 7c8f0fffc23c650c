import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadPipeline } from '../../pipeline/file.ts';
import type { Measures } from './profile-job.ts';
import { prepareJob, profilePipeline } from './profile-pipeline.ts';
import { runMeasurement } from './run-measurement.ts';

const EFFORT_MS = 120;
const HOT_LINE = 14;

const transform = `import { defineTransform, t } from 'parquetry';

export default defineTransform({
  output: t.row({
    id: t.int64(),
    country: t.string().optional(),
    score: t.double(),
    note: t.string().optional(),
  }),
  map: ({ id, country, text }, { drop }) => {
    if (id % 100n === 99n) return drop('sampled');
    let score = 0;
    for (let i = 0; i < text.length; i++) {
      score += Math.sin(text.charCodeAt(i)) * Math.cos(score);
    }
    return { id, country, score };
  },
});
`;

const pipeline = `name: scores
source: { file: { path: 'in/*.ndjson' } }
transform: ./transform.ts
sinks:
  - file:
      path: out
      partitionBy: ["country={country}"]
      parquet: { compression: none, reader: athena }
`;

const schema = { version: 1, fields: { id: 'int64', country: 'string?', text: 'string' } };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-profile-'));
  for (const name of ['schema', 'samples']) await mkdir(path.join(folder, name));
  await writeFile(path.join(folder, 'pipeline.yaml'), pipeline);
  await writeFile(path.join(folder, 'transform.ts'), transform);
  await writeFile(path.join(folder, 'schema', 'input.v1.json'), JSON.stringify(schema));
  // As texts: the ids are beyond what a number of JavaScript holds.
  const records = Array.from({ length: 2_000 }, (_, i) => {
    const country = ['"de"', '"fr"', 'null'][i % 3];
    const id = 9_007_199_254_740_000n + BigInt(i);
    return i === 7 ? '{"id":"seven"}' : `{"id":${id},"country":${country},"text":"record ${i} of many"}`;
  });
  await writeFile(path.join(folder, 'samples', 'some.ndjson'), `${records.join('\n')}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

describe('samples that are measured', () => {
  let measures: Measures;
  beforeAll(async () => {
    const job = await prepareJob(await loadPipeline(folder), {}, 'all');
    measures = await runMeasurement({ ...job, effortMs: EFFORT_MS });
  });

  test('are counted as a run would count them', () => {
    const { records, rows, dropped, deadLettered, sinks } = measures;
    expect([records, rows, dropped, deadLettered]).toEqual([2_000, 1_979, [['sampled', 20]], [['misfit', 1]]]);
    expect(sinks[0]!.partitions.map(({ path: name }) => name).sort()).toEqual([
      'country=__HIVE_DEFAULT_PARTITION__',
      'country=de',
      'country=fr',
    ]);
  });

  test('give the hot line of the code at least 80 % of its time', () => {
    const [hottest] = measures.lines;
    expect(hottest).toMatchObject({ file: path.join(folder, 'transform.ts'), line: HOT_LINE });
    expect(hottest!.share).toBeGreaterThanOrEqual(0.8);
  });

  test('show exact bounds, what is in the path, and what is never there', () => {
    const [id, country, , note] = measures.columns;
    expect([id!.min, id!.max]).toEqual(['9007199254740000', '9007199254741998']);
    expect([country!.isInPath, country!.encodedBytes, note!.nulls]).toEqual([true, 0, 1_979]);
  });

  test('have as many bytes under the settings of the pipeline as its encoder writes', () => {
    const written = measures.columns.reduce((sum, { encodedBytes }) => sum + encodedBytes, 0);
    expect(written).toBeLessThan(measures.encodedBytes);
    expect(written).toBeGreaterThan(measures.encodedBytes * 0.9);
  });

  test('are tried in every codec and encoding that Athena can read, and in no other', () => {
    expect(measures.codecs.map(({ codec }) => codec)).toEqual(['none', 'snappy', 'gzip', 'zstd']);
    const [id] = measures.columns;
    expect([...new Set(id!.trials.map(({ encoding }) => encoding))]).toEqual(['dictionary', 'plain', 'delta']);
    expect(id!.trials.filter(({ isCurrent }) => isCurrent)).toHaveLength(1);
  });

  test('have shares of time that add up', () => {
    const { scan, transform: mapped, encode } = measures.speed.shares;
    expect(scan + mapped + encode).toBeCloseTo(1);
    expect(measures.rowGroups.at(-1)!.rows).toBe(1_979);
  });
});

test('a measurement ends with the request that is cancelled', async () => {
  const cancelled = new AbortController();
  const running = profilePipeline(await loadPipeline(folder), {}, { signal: cancelled.signal });
  cancelled.abort();
  await expect(running).rejects.toMatchObject({ code: 'E_CANCELLED' });
});

test('a profile without samples says how to get some', async () => {
  const reading = loadPipeline(folder).then((found) =>
    profilePipeline({ ...found, folder: path.join(folder, 'schema') }, {}),
  );
  await expect(reading).rejects.toMatchObject({ code: 'E_NOT_FOUND', hint: expect.stringContaining('samples') });
});
