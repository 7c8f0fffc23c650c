import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openStudio } from './open-studio.test-support.ts';

async function temporaryFolder() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-scaffold-'));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

test('examples are made beside each other, whatever is there already', async () => {
  await using root = await temporaryFolder();
  await using studio = await openStudio([root.folder]);
  const create = (example: 'clicks' | 'movies' | 'flights') =>
    studio.peer.request('workspace.create', { from: { example } });
  const made = [await create('clicks'), await create('movies'), await create('movies'), await create('flights')];
  expect(made.map(({ folder }) => path.basename(folder))).toEqual(['clicks', 'movies', 'movies-2', 'flights']);
  const { pipelines } = await studio.peer.request('workspace.pipelines', {});
  expect(pipelines).toHaveLength(4);
  expect(pipelines.every(({ transform, samples }) => transform !== undefined && samples.length > 0)).toBe(true);
  const { diagnoses } = await studio.peer.request('language.check', { folder: made[0]!.folder });
  expect(diagnoses.filter(({ severity }) => severity === 'error')).toEqual([]);
});

test('records of the user become a pipeline that passes all of their fields on, with every digit', async () => {
  await using root = await temporaryFolder();
  await using studio = await openStudio([root.folder]);
  const records = '{"id": 9007199254740993, "at": "2026-01-31T22:58:03Z"}\n';
  const { folder } = await studio.peer.request('workspace.create', { from: { name: 'my orders!', records } });
  expect(path.basename(folder)).toBe('my-orders-');
  expect(await readFile(path.join(folder, 'samples', 'sample.ndjson'), 'utf8')).toContain('9007199254740993');
  expect(await readFile(path.join(folder, 'transform.ts'), 'utf8')).toContain('id: t.int64()');
});

test('what holds no records makes no folder', async () => {
  await using root = await temporaryFolder();
  await using studio = await openStudio([root.folder]);
  await expect(
    studio.peer.request('workspace.create', { from: { name: 'broken', records: 'no json' } }),
  ).rejects.toMatchObject({ code: expect.stringMatching(/^E_(RECORD|SCHEMA|CONFIG)$/) });
  expect(await readdir(root.folder)).toEqual([]);
});
