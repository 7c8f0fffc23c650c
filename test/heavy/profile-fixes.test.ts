/** Advice of a profile is applied to the pipeline file, and a second profile shows that it gave what it promised. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadPipeline } from '../../engine/src/pipeline/file.ts';
import { applyChanges } from '../../engine/src/pipeline/set-in-file.ts';
import type { Advice, ProfileResult } from '../../engine/src/protocol/profile.ts';
import { prepareJob, profilePipeline } from '../../engine/src/studio/profile/profile-pipeline.ts';
import { runMeasurement } from '../../engine/src/studio/profile/run-measurement.ts';

const ROWS = 6_000;
/** Values of `url`: 300 products, 9 pages; nearly all come up. */
const MOST_PARTITIONS = 2_700;
const schema = {
  version: 1,
  fields: { event_id: 'string', seq: 'int64', at: 'timestamp', country: 'string', amount: 'double', url: 'string' },
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-fixes-'));
  for (const name of ['schema', 'samples']) await mkdir(path.join(folder, name));
  await writeFile(path.join(folder, 'schema', 'input.v1.json'), JSON.stringify(schema));
  const random = randoms();
  const records = Array.from({ length: ROWS }, (_, i) => ({
    event_id: Math.floor(random() * 2 ** 53).toString(36),
    seq: 1_000_000 + i * 3,
    at: new Date(Date.UTC(2026, 0, 1) + i * 250).toISOString(),
    country: ['de', 'fr', 'us', 'at'][Math.floor(random() * 4)],
    amount: Math.round(random() * 1e6) / 100,
    url: `https://shop.example/products/${Math.floor(random() * 300)}/reviews?page=${i % 9}`,
  }));
  await writeFile(
    path.join(folder, 'samples', 'events.ndjson'),
    records.map((record) => `${JSON.stringify(record)}\n`).join(''),
  );
}, 400_000);
afterAll(() => rm(folder, { recursive: true }));

describe('advice that is applied', () => {
  test('codec: files become as much smaller as was said', { timeout: 300_000 }, async () => {
    const { before, after, advice } = await applied('codec', 'parquet: { compression: none, reader: athena }');
    const promised =
      before.codecs.find(({ codec }) => codec === 'zstd')!.bytes /
      before.codecs.find(({ isCurrent }) => isCurrent)!.bytes;
    expect(after.codecs.find(({ isCurrent }) => isCurrent)!.codec).toBe('zstd');
    expect(after.encodedBytes / before.encodedBytes).toBeCloseTo(promised, 1);
    expect(advice.title).toContain('zstd');
  });

  test('reader: files become as much smaller as was said, and the advice is gone', { timeout: 300_000 }, async () => {
    const adviceWith = async (options: string) => {
      await writeFile(path.join(folder, 'pipeline.yaml'), pipelineText(options));
      const { encodedBytes, advice } = await profile(path.join(folder, 'pipeline.yaml'));
      return { encodedBytes, found: advice.find(({ id }) => id === 'reader') };
    };
    const generic = await adviceWith('parquet: {}');
    const named = await adviceWith('parquet: { reader: athena }');
    const saved = Math.round((1 - named.encodedBytes / generic.encodedBytes) * 100);
    expect(generic.found?.title).toBe(`Files are ${saved} % smaller if you say who reads them`);
    expect(named.found).toBeUndefined();
  });

  test('encoding: the column becomes as small as the trial', { timeout: 300_000 }, async () => {
    const { before, after, advice } = await applied(
      'encoding',
      'parquet: { columns: { seq: { dictionary: false } } } # ids',
    );
    const name = /^(\w+) is/.exec(advice.title)![1]!;
    expect(advice.why).toMatch(/Not every reader knows delta\.$/);
    const { trials } = before.columns.find((column) => column.name === name)!;
    const least = Math.min(...trials.filter(({ codec }) => codec === 'zstd').map(({ bytes }) => bytes));
    expect(columnBytes(after, name)).toBe(least);
    expect(columnBytes(after, name)).toBeLessThan(columnBytes(before, name) * 0.5);
  });

  test('dictionary: what did not pay is gone', { timeout: 300_000 }, async () => {
    const { before, after, advice } = await applied('dictionary', 'parquet: { dictionary: true }');
    const name = /dictionary of (\w+)/.exec(advice.title)![1]!;
    expect(columnBytes(after, name)).toBeLessThan(columnBytes(before, name) * 0.9);
  });

  test('row-group: rows take fewer bytes', { timeout: 300_000 }, async () => {
    const { after } = await applied('row-group', 'parquet: { rowGroupRows: 300 }');
    expect(after.advice.map(({ id }) => id)).not.toContain('row-group');
  });

  test('bloom-filter: the file has one, and the advice is gone', { timeout: 300_000 }, async () => {
    const { before, after } = await applied('bloom-filter', 'parquet: {}');
    expect(after.encodedBytes - before.encodedBytes).toBeGreaterThan(ROWS);
    expect(after.advice.map(({ id }) => id)).not.toContain('bloom-filter');
  });

  test('partition-values: the table has one partition', { timeout: 300_000 }, async () => {
    const { before, after } = await applied('partition-values', 'partitionBy: ["url={url}"]');
    expect(before.partitionCount).toBeGreaterThan(MOST_PARTITIONS * 0.8);
    expect(after.partitionCount).toBe(1);
    expect(after.encodedBytes).toBeGreaterThan(0);
  });
});

test('user code that does not end is stopped, and the record named', { timeout: 300_000 }, async () => {
  const file = path.join(folder, 'pipeline.yaml');
  const code = path.join(folder, 'transform.ts');
  await writeFile(file, pipelineText('parquet: {}').replace('sinks:', 'transform: ./transform.ts\nsinks:'));
  const map = '({ seq }) => { if (seq === 1000009n) for (;;); return { seq }; }';
  const text = `import { defineTransform, t } from 'parquetry';\nexport default defineTransform({ output: t.row({ seq: t.int64() }), map: ${map} });\n`;
  await writeFile(code, text);
  const job = await prepareJob(await loadPipeline(folder), {}, 'sizes');
  const error = await runMeasurement(job, { stuckAfterMs: 500 }).catch((thrown) => thrown);
  expect([error.code, error.file]).toEqual(['E_TRANSFORM', code]);
  expect(error.message).toBe('map must come back from every record, got stuck in record 4');
});

/** A profile, one advice of it applied, and a profile once more. The rest of the file must be as it was. */
async function applied(
  id: string,
  options: string,
): Promise<{ before: ProfileResult; after: ProfileResult; advice: Advice }> {
  const file = path.join(folder, 'pipeline.yaml');
  await writeFile(file, pipelineText(options));
  const before = await profile(file);
  const advice = before.advice.find((each) => each.id === id && each.fix !== undefined);
  if (!advice) throw new Error(`no ${id} among ${before.advice.map((each) => each.title).join('; ')}`);
  const text = await readFile(file, 'utf8');
  const changed = applyChanges(text, advice.fix!.edits);
  expect(changed).toContain('# Events of a shop.');
  await writeFile(file, changed);
  return { before, after: await profile(file), advice };
}

async function profile(file: string): Promise<ProfileResult> {
  return profilePipeline(await loadPipeline(file), { pipelineText: await readFile(file, 'utf8') });
}

function pipelineText(options: string): string {
  return `# Events of a shop.\nname: events\nsource: { file: { path: 'in/*.ndjson' } }\nsinks:\n  - file:\n      path: out # here\n      ${options}\n`;
}

function columnBytes({ columns }: ProfileResult, wanted: string): number {
  return columns.find(({ name }) => name === wanted)!.encodedBytes;
}

/** The same each time: mulberry32. */
function randoms(): () => number {
  let state = 7;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
