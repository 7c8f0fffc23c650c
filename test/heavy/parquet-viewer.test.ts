import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { duckdbFile } from '../../engine/src/parquet/files.test-support.ts';
import type { FileSpec } from '../../engine/src/studio/parquet/viewer-methods.ts';
import { ViewerProcess } from '../../engine/src/studio/parquet/viewer-process.ts';
import { corpusFiles, hasCorpus } from '../parquet/corpus.ts';
import { damaged } from '../parquet/flipped-bytes.ts';

const context = { signal: new AbortController().signal, show: () => undefined };
const FLIPS_A_FILE = Number(process.env.PARQUETRY_FLIPS ?? 10);
const LARGEST_BYTES = 64 * 1024;

let folder: string;
let viewer: ViewerProcess;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-viewer-'));
  viewer = new ViewerProcess();
});
afterAll(async () => {
  await viewer.end();
  await rm(folder, { recursive: true });
});

let handles = 0;
const specOf = (place: string): FileSpec => ({ handle: String(handles++), place, aws: {}, duckdb: [] });

/** Everything that a page asks of a file. Rejects with the first error that is not of one column. */
async function lookAt(place: string): Promise<{ rows: number }> {
  const file = specOf(place);
  const ask = <Asked extends object>(asked: Asked) => ({ file, asked: { handle: file.handle, ...asked } });
  try {
    const { summary } = await viewer.request('viewer.open', { file }, context);
    const { rows } = await viewer.request('parquet.rows', ask({ start: 0, count: 200 }), context);
    for (const { name } of summary.fields.slice(0, 5)) {
      await viewer.request('parquet.insight', ask({ column: name }), context);
      if (summary.rows > 0) await viewer.request('parquet.cell', ask({ column: name, row: summary.rows - 1 }), context);
    }
    for (const { path: column } of summary.rowGroups.length > 0 ? summary.columns.slice(0, 5) : []) {
      await viewer.request('parquet.pages', ask({ column, rowGroup: 0 }), context);
    }
    return { rows: rows.length };
  } finally {
    await viewer.close(file.handle);
  }
}

/** Why a file was refused: an error of ours. Anything else fails the test. */
async function fateOf(place: string): Promise<string> {
  try {
    await lookAt(place);
    return 'read';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

describe.skipIf(!hasCorpus)('the files of parquet-testing', () => {
  test.each(corpusFiles('data', '.parquet'))('$name is shown, or refused by name', async ({ name, path: place }) => {
    const fate = await fateOf(place);
    const isDamaged = name.includes('corrupt') || name === 'large_string_map.brotli.parquet';
    expect(fate).toBe(isDamaged ? 'E_INTEGRITY' : 'read');
  });

  test.each(corpusFiles('data', '.encrypted'))('$name is refused as encrypted', async ({ path: place }) => {
    expect(await fateOf(place)).toBe('E_ACCESS');
  });

  test.each(corpusFiles('bad_data', '.parquet'))('$name ends in an error, if at all', async ({ path: place }) => {
    expect(['read', 'E_INTEGRITY']).toContain(await fateOf(place));
  });

  test('flipped bytes end in an error of ours, and the process lives on', async () => {
    const files = corpusFiles('data', '.parquet');
    const read = await Promise.all(
      files.map(async ({ name, path: place }) => ({ name, bytes: await readFile(place) })),
    );
    const small = read.filter(({ bytes }) => bytes.length <= LARGEST_BYTES);
    const place = path.join(folder, 'flipped.parquet');
    const failed: unknown[] = [];
    const { pid } = viewer;
    for (const { name, bytes } of small) {
      for (let seed = 1; seed <= FLIPS_A_FILE; seed++) {
        await writeFile(place, damaged(bytes, seed));
        const fate = await fateOf(place);
        if (!['read', 'E_INTEGRITY', 'E_CONFIG', 'E_ACCESS'].includes(fate)) failed.push({ name, seed, fate });
      }
    }
    expect(failed).toEqual([]);
    expect(viewer.pid).toBe(pid);
  }, 600_000);
});

test('texts of 100 MB are shown cut, and the process does not keep their memory', async () => {
  const place = path.join(folder, 'long.parquet');
  await writeFile(place, await duckdbFile("SELECT i AS id, repeat('x', 100000000) AS text FROM range(3) t(i)"));
  const file = specOf(place);
  for (let round = 0; round < 5; round++) {
    const asked = { handle: file.handle, start: 0, count: 3 };
    const { cut } = await viewer.request('parquet.rows', { file, asked }, context);
    expect(cut).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
  }
  if (process.platform === 'linux') expect(await peakMb()).toBeLessThan(1_600);
}, 400_000);

test('a file of 10,000 columns shows any of them', async () => {
  const place = path.join(folder, 'wide.parquet');
  const columns = Array.from({ length: 10_000 }, (_, i) => `i + ${i} AS c${i}`).join(', ');
  await writeFile(place, await duckdbFile(`SELECT ${columns} FROM range(100) t(i)`));
  const file = specOf(place);
  const { summary } = await viewer.request('viewer.open', { file }, context);
  expect(summary.fields).toHaveLength(10_000);
  const asked = { handle: file.handle, start: 0, count: 100, columns: ['c9999'] };
  expect((await viewer.request('parquet.rows', { file, asked }, context)).rows.length).toBe(100);
}, 400_000);

async function peakMb(): Promise<number> {
  const status = await readFile(`/proc/${viewer.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)![1]) / 1024;
}

test('a request ends with an error when the process dies of it, and the next one has a new process', async () => {
  const own = new ViewerProcess();
  const file = await smallFile();
  await own.request('viewer.open', { file }, context);
  const first = own.pid!;
  // A query that takes longer than the test: numbers of a cross join.
  const sql = 'SELECT count(*) FROM range(1000000) a, range(1000000) b';
  const asking = own.request('parquet.sql', { file, asked: { handle: file.handle, sql } }, context);
  process.kill(first, 'SIGKILL');
  await expect(asking).rejects.toMatchObject({ code: 'E_INTERNAL' });
  const again = await own.request('viewer.open', { file }, context);
  expect(again.summary.rows).toBe(10);
  expect(own.pid).not.toBe(first);
  await own.end();
});

test('a process that does not answer any more is replaced', async () => {
  const own = new ViewerProcess({ hungMs: 1_000 });
  const file = await smallFile();
  await own.request('viewer.open', { file }, context);
  process.kill(own.pid!, 'SIGSTOP');
  await expect(own.request('viewer.open', { file }, context)).rejects.toMatchObject({ code: 'E_INTERNAL' });
  await own.end();
});

async function smallFile(): Promise<FileSpec> {
  const place = path.join(folder, 'small.parquet');
  await writeFile(place, await duckdbFile('SELECT i AS id FROM range(10) t(i)'));
  return specOf(place);
}
