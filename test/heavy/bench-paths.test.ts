import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { parquetMetadata } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { numberAt } from '../../engine/src/parquet/metadata.ts';
import { PAGE } from '../../engine/src/parquet/page-runs.ts';
import { pagesIn } from '../../engine/src/parquet/page-walk.ts';
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

const MAX_RATIO_TO_DUCKDB = 1.1;
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

function fileIn(folder: string): Buffer {
  const [name, ...more] = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.parquet$/.test(name),
  );
  expect([name, more]).toEqual([expect.any(String), []]);
  return readFileSync(path.join(folder, name!));
}

/** Fails unless each column has statistics and a page index, and each page a checksum that holds. */
function expectWhole(bytes: Buffer): void {
  const { row_groups: groups } = parquetMetadata(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
  );
  expect(groups.length).toBeGreaterThan(0);
  for (const { meta_data: meta, column_index_offset: columnIndex, offset_index_offset: offsetIndex } of groups.flatMap(
    ({ columns }) => columns,
  )) {
    expect(meta!.statistics).toMatchObject({ null_count: expect.any(BigInt), min_value: expect.anything() });
    expect([columnIndex, offsetIndex]).toEqual([expect.any(BigInt), expect.any(BigInt)]);
    const start = Number(meta!.dictionary_page_offset ?? meta!.data_page_offset);
    for (const { header, body } of pagesIn(bytes.subarray(start, start + Number(meta!.total_compressed_size))))
      expect(numberAt(header, PAGE.crc, 'crc')).toBe(crc32(body) | 0);
  }
}

describe('the paths of the columnar benchmark', () => {
  it.each(['wide', 'flights', 'movies', 'nested'])(
    'write equal values of %s, in files that are whole and no larger than 1.1 × DuckDB’s',
    async (name) => {
      const [setting] = selectSettings(`dataset=${name},codec=snappy,threads=1,partitions=1`);
      const { dataset } = setting!;
      const folderOf = await runPaths(setting!);
      const same = (one: OurPath, other: OurPath | 'duckdb', fields: Dataset['fields']) =>
        sameRows(folderOf(one), folderOf(other), fields);
      expect(await same('none', 'duckdb', dataset.fields)).toBe(true);
      expect(await same('slow', 'duckdb', dataset.fields)).toBe(true);
      expect(await same('pass', 'plain', dataset.userCode.output)).toBe(true);
      for (const path of ['none', 'pass', 'plain'] as const) expectWhole(fileIn(folderOf(path)));
      // Here of few rows; the bench prints the ratio of its own files.
      const ratio = fileIn(folderOf('none')).length / fileIn(folderOf('duckdb')).length;
      expect(ratio).toBeLessThan(MAX_RATIO_TO_DUCKDB);
    },
  );
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
    expect(chosen.map(({ reader, threads, paths }) => [reader, threads, paths])).toEqual([
      ['duckdb', 1, ['none', 'slow']],
      ['generic', 1, ['none']],
      ['duckdb', 2, ['none']],
    ]);
    expect(selectSettings(undefined)).toEqual(settings);
  });

  it('refuses a key that no setting has', () => {
    expect(() => selectSettings('dataset=wide,level=3')).toThrow('got "level=3"');
  });
});
