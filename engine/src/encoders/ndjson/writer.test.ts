import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { batchFromRows } from '../../columns/rows.ts';
import { bytesOf } from '../../columns/segment-bytes.test-support.ts';
import type { ComponentContext } from '../../core/component.ts';
import { parseSlot } from '../../core/schema-text.ts';
import { component } from './index.ts';
import { ndjsonOptions } from './options.ts';
import { NdjsonEncoder } from './writer.ts';

const fields = [
  { name: 'id', ...parseSlot('int64') },
  { name: 'line', ...parseSlot('string?') },
];
const batch = (...ids: bigint[]) =>
  batchFromRows(
    fields,
    ids.map((id) => ({ id, line: id % 2n === 0n ? 'a\nb\u2028' : null })),
  );
const encoderOf = (options: object) => new NdjsonEncoder(ndjsonOptions.parse(options));
const LINES = '{"id":9007199254740993,"line":null}\n{"id":2,"line":"a\\nb\u2028"}\n{"id":3,"line":null}\n';

const unpacked = { none: Buffer.from, gzip: gunzipSync, zstd: zstdDecompressSync };

describe.each(['none', 'gzip', 'zstd'] as const)('ndjson, compression %s', (compression) => {
  const encoder = encoderOf({ compression });
  // Part by part: Node's zstdDecompressSync stops after the first frame.
  const decode = (parts: readonly Uint8Array[]) => parts.map((part) => unpacked[compression](part).toString()).join('');

  it('makes one stream of lines out of several segments', () => {
    const segments = [encoder.encode(batch(2n ** 53n + 1n)), encoder.encode(batch()), encoder.encode(batch(2n, 3n))];
    expect(segments.map(({ rows }) => rows)).toEqual([1, 0, 2]);
    expect(decode(encoder.assemble(segments))).toBe(LINES);
  });

  it('is one stream to DuckDB', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parquetry-ndjson-'));
    try {
      const path = join(folder, `lines.${encoder.extension}`);
      await writeFile(path, encoder.assemble([encoder.encode(batch(2n ** 53n + 1n)), encoder.encode(batch(2n, 3n))]));
      const connection = await (await DuckDBInstance.create(':memory:')).connect();
      const found = await connection.runAndReadAll(`SELECT id, line FROM read_json('${path}') ORDER BY id`);
      expect(found.getRowsJson()).toEqual([
        ['2', 'a\nb\u2028'],
        ['3', null],
        ['9007199254740993', null],
      ]);
      connection.closeSync();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('makes an empty stream out of no rows', () => {
    expect(decode(encoder.assemble([]))).toBe('');
    expect(decode(encoder.assemble([encoder.encode(batch())]))).toBe('');
  });

  it('gives the same bytes for the same rows, in a buffer of their own', () => {
    const [one, two] = [encoder.encode(batch(1n, 2n)), encoder.encode(batch(1n, 2n))];
    expect(one).toEqual(two);
    expect(one.parts[0]!.buffer).not.toBe(two.parts[0]!.buffer);
  });

  it('refuses a segment whose bytes were transferred away', () => {
    const gone = { ...encoder.encode(batch(1n)), parts: [new Uint8Array(0)] };
    expect(() => encoder.assemble([gone])).toThrow(expect.objectContaining({ code: 'E_INTEGRITY' }));
  });
});

describe('the ndjson component', () => {
  it('names files by their compression', async () => {
    const made = await component.create(component.config.parse({ compression: 'zstd' }), {} as ComponentContext);
    expect(made).toMatchObject({ extension: 'ndjson.zst', contentType: 'application/zstd' });
  });

  it('writes many rows in chunks without losing a line', () => {
    const ids = Array.from({ length: 10_000 }, (_, i) => BigInt(i));
    const lines = bytesOf(encoderOf({}).encode(batch(...ids)))
      .toString()
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(ids.map(Number));
  });
});
