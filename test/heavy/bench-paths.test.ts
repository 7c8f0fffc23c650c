import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Dataset } from '../bench/columnar/dataset.ts';
import { sameRows, startDuckDb } from '../bench/columnar/duckdb.ts';
import { openLane } from '../bench/columnar/lane.ts';
import {
  OUR_PATHS,
  type OurPath,
  partitionColumns,
  type Setting,
  selectSettings,
  settings,
} from '../bench/columnar/settings.ts';
import { writeData, writeLanes } from '../bench/columnar/workspace.ts';

/** Several chunks of a lane. */
const BYTES = 2_500_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'columnar-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs all paths; answers the folders they wrote to. */
async function runPaths(setting: Setting): Promise<(name: OurPath | 'duckdb') => string> {
  const { dataset, codec, partitions, threads } = setting;
  const files = writeData(dataset, folder, BYTES);
  const folders = new Map<string, string>();
  for (const name of OUR_PATHS) {
    const [setup] = writeLanes(name, setting, files, folder);
    await (await openLane(setup!)).run();
    folders.set(name, setup!.target);
  }
  const target = path.join(folder, 'out-duckdb');
  const partitionBy = partitionColumns[partitions];
  const duckDb = await startDuckDb({ dataset, source: files.whole, target, codec, partitionBy, threads });
  await duckDb.pass();
  await duckDb.close();
  return (name) => folders.get(name) ?? target;
}

describe('the paths of the columnar benchmark', () => {
  it.each(['wide', 'flights', 'movies', 'nested'])('write equal values of %s', async (name) => {
    const [setting] = selectSettings(`dataset=${name},codec=snappy,threads=1,partitions=1`);
    const { dataset } = setting!;
    const folderOf = await runPaths(setting!);
    const same = (one: OurPath, other: OurPath | 'duckdb', fields: Dataset['fields']) =>
      sameRows(folderOf(one), folderOf(other), fields);
    expect(await same('none', 'duckdb', dataset.fields)).toBe(true);
    expect(await same('slow', 'duckdb', dataset.fields)).toBe(true);
    expect(await same('pass', 'plain', dataset.userCode.output)).toBe(true);
  });
});

describe('the data of the columnar benchmark', () => {
  it.each(['wide', 'flights', 'movies', 'nested'])(
    'are the same bytes of %s each time, and two halves of them',
    (name) => {
      const { dataset } = selectSettings(`dataset=${name}`)[0]!;
      const { whole, halves } = writeData(dataset, folder, BYTES);
      const again = writeData({ ...dataset, name: 'again' }, folder, BYTES);
      expect(readFileSync(again.whole).equals(readFileSync(whole))).toBe(true);
      expect(Buffer.concat(halves.map((half) => readFileSync(half))).equals(readFileSync(whole))).toBe(true);
    },
  );

  it('are known to differ when one record is missing', async () => {
    const { dataset } = selectSettings('dataset=flights')[0]!;
    const folders = [1_000, 1_060].map(async (bytes) => {
      const target = path.join(folder, String(bytes));
      const { whole: source } = writeData({ ...dataset, name: `of-${bytes}` }, folder, bytes);
      const duckDb = await startDuckDb({ dataset, source, target, codec: 'snappy', partitionBy: [], threads: 1 });
      await duckDb.pass();
      await duckDb.close();
      return target;
    });
    const [one, other] = await Promise.all(folders);
    expect(await sameRows(one!, one!, dataset.fields)).toBe(true);
    expect(await sameRows(one!, other!, dataset.fields)).toBe(false);
  });
});

describe('--only', () => {
  it('keeps the settings that have one of the values of every key', () => {
    const chosen = selectSettings('dataset=wide,codec=zstd,path=none,path=slow');
    expect(chosen.map(({ threads, paths }) => [threads, paths])).toEqual([
      [1, ['none', 'slow']],
      [2, ['none']],
    ]);
    expect(selectSettings(undefined)).toEqual(settings);
  });

  it('refuses a key that no setting has', () => {
    expect(() => selectSettings('dataset=wide,level=3')).toThrow('got "level=3"');
  });
});
