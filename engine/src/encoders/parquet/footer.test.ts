import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { readOffsetIndex } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchFromRows } from '../../columns/rows.ts';
import { bytesOf } from '../../columns/segment-bytes.test-support.ts';
import { readFooter } from '../../parquet/footer-reader.ts';
import { CHUNK, FILE, numberAt, ROW_GROUP, structsAt } from '../../parquet/metadata.ts';
import { readStruct } from '../../parquet/thrift-reader.ts';
import { expectRows } from './expect-rows.test-support.ts';
import { inspectParquet } from './inspect.ts';
import { Duck, ENCODER_NAMES, fieldsOf, type Row, rowsByWasm, sourceOf, writersOf } from './oracle.test-support.ts';
import { VERSION } from './version.ts';

let duck: Duck;
beforeAll(async () => {
  duck = await Duck.open();
});
afterAll(() => duck[Symbol.asyncDispose]());

describe.each(ENCODER_NAMES)('%s', (name) => {
  const { encoderOf, fileOf } = writersOf(name);

  const types = { id: 'int64', 'name.with dots': 'string?', tags: 'list<string>', f: 'double?' };
  const fields = fieldsOf(types);
  const rowsFrom = (start: number, count: number): Row[] =>
    Array.from({ length: count }, (_, i) => ({
      id: BigInt(start + i),
      'name.with dots': i % 3 === 0 ? null : `n${start + i}`,
      tags: Array.from({ length: i % 4 }, (_, k) => `t${k}`),
      f: i % 5 === 0 ? null : (start + i) / 4,
    }));

  describe('one file of many segments', () => {
    const groups = [rowsFrom(0, 1), rowsFrom(1, 3000), [], rowsFrom(3001, 2), rowsFrom(3003, 50_000)];
    const file = fileOf(fields, groups, { dataPageSize: '4KiB' });

    it('holds their rows in order, for every reader', async () => {
      expectRows(rowsByWasm(file, fields), groups.flat());
      const { rows, rowGroups, head } = await inspectParquet(sourceOf(file), { rows: 3005 });
      expect([rows, rowGroups.map((group) => group.rows)]).toEqual([53_003, [1, 3000, 2, 50_000]]);
      expect(head.map(({ id }) => id)).toEqual(Array.from({ length: 3005 }, (_, i) => `${i}`));
      const counts = 'SELECT count(*), sum(id), count("name.with dots"), sum(len(tags)), sum(f) FROM FILE';
      const all = groups.flat();
      const sum = (of: (row: Row) => number) => all.reduce((total, row) => total + of(row), 0);
      const names = sum((row) => (row['name.with dots'] === null ? 0 : 1));
      const tags = sum((row) => (row.tags as string[]).length);
      expect(await duck.query(file, counts)).toEqual([
        ['53003', `${(53_002 * 53_003) / 2}`, `${names}`, `${tags}`, sum(({ f }) => Number(f ?? 0))],
      ]);
    });

    it('has row groups that point at their own pages', async () => {
      const { metadata } = await readFooter(sourceOf(file));
      for (const group of structsAt(metadata, FILE.rowGroups, 'row_groups')) {
        for (const chunk of structsAt(group, ROW_GROUP.columns, 'columns')) {
          const at = numberAt(chunk, CHUNK.offsetIndexOffset, 'offset')!;
          const bytes = file.subarray(at, at + numberAt(chunk, CHUNK.offsetIndexLength, 'length')!);
          const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
          const { page_locations } = readOffsetIndex({ view, offset: 0 });
          for (const { offset, compressed_page_size } of page_locations) {
            const header = readStruct(file, Number(offset));
            const end = header.end + numberAt(header.value, 3, 'compressed_page_size')!;
            expect(end - Number(offset)).toBe(compressed_page_size);
          }
        }
      }
    });

    it('lets readers skip by row group and by page', async () => {
      expect(await duck.query(file, 'SELECT id FROM FILE WHERE id IN (0, 2999, 3001, 53002) ORDER BY id')).toEqual([
        ['0'],
        ['2999'],
        ['3001'],
        ['53002'],
      ]);
    });

    it('reads single rows from single pages', async () => {
      let bytesRead = 0;
      const source = sourceOf(file);
      const counting = {
        byteLength: source.byteLength,
        slice: (start: number, end: number) => {
          bytesRead += end - start;
          return source.slice(start, end);
        },
      };
      const { metadataBytes } = await inspectParquet(source);
      const { head } = await inspectParquet(counting, { rows: 2 });
      expect(head).toHaveLength(2);
      expect(bytesRead).toBeLessThan(Math.max(64 * 1024, metadataBytes + 8) + 32 * 1024);
      expect(file.length).toBeGreaterThan(100 * 1024);
    });
  });

  describe('a file of no rows', () => {
    it.each([[[]], [[[]]], [[[], []]]])('is valid and has the schema (%j)', async (groups) => {
      const file = fileOf(fields, groups);
      const { rows, fields: found, rowGroups } = await inspectParquet(sourceOf(file), { rows: 5 });
      expect([rows, rowGroups, found]).toEqual([0, [], Object.entries(types).map(([name, type]) => ({ name, type }))]);
      expect(await duck.query(file, 'SELECT count(*) FROM FILE')).toEqual([['0']]);
    });
  });

  describe('the same rows give the same bytes', () => {
    const rows = rowsFrom(0, 5000);

    it('on another thread, and a second time on the same', async () => {
      const here = encoderOf().encode(batchFromRows(fields, rows));
      const worker = new Worker(new URL('./encode-worker.test-support.ts', import.meta.url), {
        workerData: { types, rows, name },
      });
      const [[first, second]] = await once(worker, 'message');
      await worker.terminate();
      expect(bytesOf(first).equals(bytesOf(here))).toBe(true);
      expect(first).toEqual(second);
      expect(Buffer.from(first.meta).equals(here.meta)).toBe(true);
    });

    it('with key-values in any order, ours and the configured', async () => {
      const encoder = encoderOf({ keyValues: { team: 'lake', a: '1' } });
      const segment = encoder.encode(batchFromRows(fields, rows));
      const about = (keyValues: Record<string, string>) =>
        Buffer.concat(encoder.assemble([segment], { fields, keyValues }));
      const file = about({ z: '1', 'parquetry.pipeline': 'p' });
      expect(about({ 'parquetry.pipeline': 'p', z: '1' }).equals(file)).toBe(true);
      const { keyValues, createdBy } = await inspectParquet(sourceOf(file));
      expect(Object.keys(keyValues)).toEqual(['a', 'parquetry.pipeline', 'team', 'z']);
      expect(createdBy).toBe(`parquetry version ${VERSION}`);
    });
  });

  describe('assemble', () => {
    const encoder = encoderOf();
    const about = { fields, keyValues: {} };
    const segment = encoder.encode(batchFromRows(fields, rowsFrom(0, 10)));

    it('does not copy segments', () => {
      expect(encoder.assemble([segment, segment], about).slice(1, 3)).toEqual([...segment.parts, ...segment.parts]);
      expect(encoder.assemble([segment], about)[1]).toBe(segment.parts[0]);
    });

    it.each([
      ['bytes cut short', { ...segment, parts: [bytesOf(segment).subarray(0, -40)] }],
      ['another number of rows', { ...segment, rows: 11 }],
      ['no metadata', { ...segment, meta: new Uint8Array(0) }],
      ['metadata cut short', { ...segment, meta: segment.meta.subarray(0, 50) }],
      ['other columns', encoder.encode(batchFromRows(fieldsOf({ id: 'int64' }), rowsFrom(0, 10)))],
      [
        'metadata of another segment',
        { ...segment, meta: encoder.encode(batchFromRows(fields, rowsFrom(0, 900))).meta },
      ],
    ])('refuses a segment with %s', (_what, broken) => {
      expect(() => encoder.assemble([segment, broken], about)).toThrow(
        expect.objectContaining({ code: 'E_INTEGRITY' }),
      );
    });

    it('names the version of the package in created_by', () => {
      const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
      expect(VERSION).toBe(manifest.version);
    });
  });
});
