import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchFromRows } from '../../columns/rows.ts';
import { samples } from '../../columns/samples.test-support.ts';
import { EDGES } from './edges.test-support.ts';
import { expectRows } from './expect-rows.test-support.ts';
import { inspectParquet } from './inspect.ts';
import { CODECS } from './options.ts';
import {
  Duck,
  ENCODER_NAMES,
  fieldsOf,
  type Row,
  rowsByWasm,
  rowsOf,
  sourceOf,
  writersOf,
} from './oracle.test-support.ts';

let duck: Duck;
beforeAll(async () => {
  duck = await Duck.open();
});
afterAll(() => duck[Symbol.asyncDispose]());

describe.each(ENCODER_NAMES)('%s', (name) => {
  const { encoderOf, fileOf } = writersOf(name);

  const head = async (file: Uint8Array) => (await inspectParquet(sourceOf(file), { rows: 1e6 })).head;

  describe('every type comes back exactly', () => {
    for (const { type, values } of EDGES) {
      it(`${type}, from hyparquet, parquet-wasm and DuckDB`, async () => {
        const fields = fieldsOf({ v: type, n: `${type}?` });
        const rows: Row[] = values.map(([v], i) => ({ v, n: i % 2 === 0 ? null : v }));
        const file = fileOf(fields, [rows]);
        expectRows(rowsByWasm(file, fields), rowsOf(batchFromRows(fields, rows)));
        expect((await head(file)).map(({ v }) => v)).toEqual(values.map(([, json]) => json));
        expect((await head(file)).map(({ n }) => n)).toEqual(values.map(([, json], i) => (i % 2 === 0 ? null : json)));
        const found = await duck.query(file, 'SELECT v, n FROM FILE');
        expect(found.map(([v]) => v)).toEqual(values.map(([, , shown]) => shown));
        expect(found.map(([, n]) => n)).toEqual(values.map(([, , shown], i) => (i % 2 === 0 ? null : shown)));
      });
    }

    it('nested, with nulls and empties at every level', async () => {
      const fields = fieldsOf({
        l: 'list<list<int32?>?>?',
        s: 'struct<a: string?, b: struct<c: list<string>, "odd name": decimal(38, 2)?>?>?',
        m: 'map<string, list<timestamp?>?>?',
        k: 'map<int64, struct<x: bool?>>',
      });
      const rows: Row[] = [
        { l: null, s: null, m: null, k: [] },
        { l: [], s: { a: null, b: null }, m: {}, k: [[1n, { x: null }]] },
        { l: [null], s: { a: '', b: { c: [], 'odd name': null } }, m: { z: null }, k: [[-(2n ** 63n), { x: true }]] },
        {
          l: [[], [null], [1, null, 3], null],
          s: { a: 'x', b: { c: ['y', ''], 'odd name': '0.01' } },
          m: { '': [], é: [null, 1] },
          k: [
            [2n, { x: false }],
            [3n, { x: null }],
          ],
        },
      ];
      const file = fileOf(fields, [rows, rows]);
      expectRows(rowsByWasm(file, fields), [...rows, ...rows]);
      const json = [
        { l: null, s: null, m: null, k: {} },
        { l: [], s: { a: null, b: null }, m: {}, k: { 1: { x: null } } },
        {
          l: [null],
          s: { a: '', b: { c: [], 'odd name': null } },
          m: { z: null },
          k: { '-9223372036854775808': { x: true } },
        },
        {
          l: [[], [null], [1, null, 3], null],
          s: { a: 'x', b: { c: ['y', ''], 'odd name': '0.01' } },
          m: { '': [], é: [null, '1970-01-01T00:00:00.000001Z'] },
          k: { 2: { x: false }, 3: { x: null } },
        },
      ];
      expect(await head(file)).toEqual([...json, ...json]);
      const found = await duck.query(file, 'SELECT l, s, m, k FROM FILE LIMIT 4');
      expect(found.map(([l]) => l)).toEqual(json.map(({ l }) => l));
      expect(found.map(([, s]) => s)).toEqual(json.map(({ s }) => s));
      expect(found[3]![2]).toEqual([
        { key: '', value: [] },
        { key: 'é', value: [null, '1970-01-01 00:00:00.000001+00'] },
      ]);
      expect(found[2]![3]).toEqual([{ key: '-9223372036854775808', value: { x: true } }]);
    });

    it('any type and values, at both page versions', () => {
      fc.assert(
        fc.property(samples(), fc.constantFrom(1, 2), ({ type, values }, pageVersion) => {
          fc.pre(values.length > 0); // a file without rows is no matter of values
          const fields = [{ name: 'v', type, optional: true }];
          const batch = batchFromRows(
            fields,
            values.map((v) => ({ v })),
          );
          const encoder = encoderOf({ pageVersion });
          const file = Buffer.concat(encoder.assemble([encoder.encode(batch)], { fields, keyValues: {} }));
          expectRows(rowsByWasm(file, fields), rowsOf(batch));
        }),
        { numRuns: 150 },
      );
    });

    it('a selection of a column, whose arrays are longer than it', () => {
      const fields = fieldsOf({ s: 'string?', b: 'bool', d: 'decimal(38, 0)' });
      const batch = batchFromRows(fields, [
        { s: 'a', b: true, d: '1' },
        { s: null, b: false, d: '2' },
        { s: 'c', b: true, d: '3' },
      ]);
      const cut = {
        ...batch,
        length: 1,
        columns: batch.columns.map((column) => ({ ...column, length: 1, nullCount: 0 })),
      };
      const encoder = encoderOf();
      const file = Buffer.concat(encoder.assemble([encoder.encode(cut)], { fields, keyValues: {} }));
      expectRows(rowsByWasm(file, fields), [{ s: 'a', b: true, d: '1' }]);
    });
  });

  describe('settings show in the file', () => {
    const fields = fieldsOf({ a: 'int64', 'b.c': 'string', 'ä x': 'double' });
    const rows: Row[] = Array.from({ length: 3000 }, (_, i) => ({ a: BigInt(i), 'b.c': `k${i % 7}`, 'ä x': i / 8 }));
    const chunksOf = async (options: object) =>
      (await inspectParquet(sourceOf(fileOf(fields, [rows], options)))).rowGroups[0]!.columns;

    for (const compression of CODECS.filter((codec) => name !== 'kernel' || codec !== 'lz4')) {
      it(`compression ${compression}: named in the metadata, read by all`, async () => {
        const file = fileOf(fields, [rows], { compression });
        const { rowGroups, head: found } = await inspectParquet(sourceOf(file), { rows: 3000 });
        expect(rowGroups[0]!.columns.map(({ codec }) => codec)).toEqual([compression, compression, compression]);
        expect(found.map((row) => row['b.c'])).toEqual(rows.map((row) => row['b.c']));
        expectRows(rowsByWasm(file, fields), rows);
        expect(await duck.query(file, 'SELECT count(*), sum(a), max("b.c") FROM FILE')).toEqual([
          ['3000', '4498500', 'k6'],
        ]);
      });
    }

    it('dictionary: on, off, or off for some', async () => {
      const dictionaries = async (dictionary: unknown) =>
        (await chunksOf({ dictionary })).map(({ encodings }) => encodings.includes('RLE_DICTIONARY'));
      expect(await dictionaries(true)).toEqual([true, true, true]);
      expect(await dictionaries(false)).toEqual([false, false, false]);
      expect(await dictionaries(['b.c'])).toEqual([true, false, true]);
    });

    it('statistics: none, by row group, by page', async () => {
      const shown = async (statistics: string) =>
        (await chunksOf({ statistics })).map(({ min, pageIndex }) => [min, pageIndex]);
      expect((await shown('none'))[1]).toEqual([undefined, false]);
      expect((await shown('chunk'))[1]).toEqual(['k0', false]);
      expect((await shown('page'))[1]).toEqual(['k0', true]);
    });

    it('single columns: codec, encoding, dictionary', async () => {
      const columns = {
        a: { encoding: 'delta', compression: 'none' },
        'b.c': { encoding: 'delta-strings', dictionary: true },
        'ä x': { encoding: 'byte-stream-split', statistics: 'none' },
      };
      const chunks = await chunksOf({ columns });
      expect(chunks.map(({ codec }) => codec)).toEqual(['none', 'zstd', 'zstd']);
      expect(chunks[0]!.encodings).toContain('DELTA_BINARY_PACKED');
      expect(chunks[1]!.encodings).toContain('RLE_DICTIONARY');
      expect(chunks[2]!.encodings).toContain('BYTE_STREAM_SPLIT');
      expect(chunks[2]!.min).toBeUndefined();
    });

    it('pageVersion 2 takes delta encodings; a smaller dataPageSize makes more pages', async () => {
      expect((await chunksOf({ pageVersion: 2, dictionary: false }))[0]!.encodings).toContain('DELTA_BINARY_PACKED');
      const many = fieldsOf({ a: 'int64' });
      const numbers: Row[] = Array.from({ length: 50_000 }, (_, i) => ({ a: BigInt(i) * 7919n }));
      const size = (dataPageSize: string) => fileOf(many, [numbers], { dataPageSize, dictionary: false }).length;
      expect(size('8KiB')).toBeGreaterThan(size('1MiB'));
    });
  });

  describe('readers', () => {
    it('athena and spark get a uuid as text, nanoseconds as microseconds if told', async () => {
      const fields = fieldsOf({ u: 'uuid?', t: 'list<timestamp(ns, local)?>' });
      const rows: Row[] = [
        { u: '01234567-89ab-cdef-0123-456789abcdef', t: [-1n, null, 1999n] },
        { u: null, t: [] },
      ];
      const file = fileOf(fields, [rows], { reader: 'athena', nanoseconds: 'truncate' });
      const { fields: stored, head: found } = await inspectParquet(sourceOf(file), { rows: 2 });
      expect(stored.map(({ type }) => type)).toEqual(['string?', 'list<timestamp(us, local)?>']);
      expect(found).toEqual([
        { u: rows[0]!.u, t: ['1969-12-31T23:59:59.999999', null, '1970-01-01T00:00:00.000001'] },
        { u: null, t: [] },
      ]);
    });

    it('DuckDB sees uuid, json and timestamps as what they are', async () => {
      const fields = fieldsOf({
        u: 'uuid',
        j: 'json',
        t: 'timestamp',
        w: 'timestamp(us, local)',
        n: 'timestamp(ns, local)',
      });
      const file = fileOf(fields, []);
      const types = await duck.query(file, 'SELECT column_type FROM (DESCRIBE SELECT * FROM FILE)');
      expect(types.flat()).toEqual(['UUID', 'JSON', 'TIMESTAMP WITH TIME ZONE', 'TIMESTAMP', 'TIMESTAMP_NS']);
    });

    it("statistics are right in DuckDB's eyes", async () => {
      const fields = fieldsOf({ i: 'int64?', s: 'string', d: 'decimal(38, 2)', u: 'uint64', f: 'double' });
      const rows: Row[] = [
        { i: -5n, s: 'b', d: '-1.00', u: 2n ** 64n - 1n, f: NaN },
        { i: null, s: 'ä', d: '100.00', u: 0n, f: -2.5 },
      ];
      const found = await duck.query(
        fileOf(fields, [rows]),
        'SELECT path_in_schema, stats_min_value, stats_max_value, stats_null_count FROM parquet_metadata(FILE)',
      );
      expect(found).toEqual([
        ['i', '-5', '-5', '1'],
        ['s', 'b', 'ä', '0'],
        ['d', '-1.00', '100.00', '0'],
        ['u', '0', '18446744073709551615', '0'],
        ['f', '-2.5', '-2.5', '0'],
      ]);
    });
  });
});
