import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ParquetryError } from '../../core/errors.ts';
import { inspectParquet, type ParquetSummary } from './inspect.ts';
import { fieldsOf, fileOf, type Row, sourceOf } from './oracle.test-support.ts';

const corpus = new URL('../../../../../shared/data/parquet-testing/', import.meta.url);
const hasCorpus = existsSync(corpus);

/** The summary, or the error: never anything else. */
async function outcome(file: Uint8Array): Promise<ParquetSummary | string> {
  try {
    return await inspectParquet(sourceOf(file), { rows: 10 });
  } catch (error) {
    if (error instanceof ParquetryError) return error.code;
    throw error;
  }
}

const random = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
  return seed / 0x7fffffff;
};

describe('inspect', () => {
  const fields = fieldsOf({
    i: 'int64?',
    d: 'decimal(38, 3)',
    t: 'timestamp',
    l: 'list<struct<a: int32?>>?',
    m: 'map<string, double>',
  });
  const rows: Row[] = [
    { i: 2n ** 63n - 1n, d: '0.001', t: 1, l: [{ a: 1 }, { a: null }], m: { x: 0.5 } },
    { i: null, d: '-0.001', t: -1, l: null, m: {} },
  ];
  const file = fileOf(fields, [rows, rows], { keyValues: { a: 'b' } });

  it('shows schema, row groups and exact statistics', async () => {
    const summary = await inspectParquet(sourceOf(file));
    expect(summary.fields).toEqual([
      { name: 'i', type: 'int64?' },
      { name: 'd', type: 'decimal(38, 3)' },
      { name: 't', type: 'timestamp' },
      { name: 'l', type: 'list<struct<a: int32?>>?' },
      { name: 'm', type: 'map<string, double>' },
    ]);
    expect(summary.columns[3]).toEqual({ path: ['l', 'list', 'element', 'a'], type: 'int32?', physical: 'int32' });
    expect(summary).toMatchObject({ sizeBytes: file.length, rows: 4, keyValues: { a: 'b' }, head: [] });
    const [group] = summary.rowGroups;
    expect(group!.columns.map(({ min, max, nullCount }) => [min, max, nullCount]).slice(0, 3)).toEqual([
      ['9223372036854775807', '9223372036854775807', 1],
      ['-0.001', '0.001', 0],
      ['1969-12-31T23:59:59.999999Z', '1970-01-01T00:00:00.000001Z', 0],
    ]);
    expect(group!.compressedBytes).toBe(group!.columns.reduce((sum, column) => sum + column.compressedBytes, 0));
    expect(structuredClone(JSON.parse(JSON.stringify(summary)))).toMatchObject({ rows: 4 });
  });

  it('answers every truncation with E_INTEGRITY', async () => {
    for (let length = 0; length < file.length; length += 7) {
      expect(await outcome(file.subarray(0, length))).toBe('E_INTEGRITY');
    }
  });

  it('answers flipped bits with a summary or E_INTEGRITY, in bounded time', async () => {
    const next = random(42);
    const codecs = ['none', 'snappy', 'zstd', 'lz4'].map((compression) => fileOf(fields, [rows], { compression }));
    const outcomes = new Set<string>();
    for (let run = 0; run < 800; run++) {
      const broken = Uint8Array.from(codecs[run % codecs.length]!);
      for (let flips = 0; flips <= run % 3; flips++)
        broken[Math.floor(next() * broken.length)]! ^= 1 << Math.floor(next() * 8);
      const found = await outcome(broken);
      outcomes.add(typeof found === 'string' ? found : 'summary');
    }
    expect([...outcomes].filter((one) => one !== 'E_ACCESS').sort()).toEqual(['E_INTEGRITY', 'summary']);
  }, 20_000);

  it.each([
    ['an empty file', Buffer.from('')],
    ['text', Buffer.from('{"not":"parquet"}\n')],
    ['magic alone', Buffer.from('PAR1PAR1PAR1')],
    [
      'a metadata length beyond the file',
      Buffer.from([...Buffer.from('PAR1'), 255, 255, 255, 127, ...Buffer.from('PAR1')]),
    ],
  ])('refuses %s', async (_what, bytes) => {
    expect(await outcome(bytes)).toBe('E_INTEGRITY');
  });
});

describe.skipIf(!hasCorpus)('inspect on parquet-testing (skipped without the corpus beside the repository)', () => {
  // Sound, but beyond what we decode: one page of 1 GiB.
  const beyond = new Set(['large_string_map.brotli.parquet']);
  const damaged = new Set([
    'datapage_v1-corrupt-checksum.parquet',
    'nation.dict-malformed.parquet',
    'rle-dict-uncompressed-corrupt-checksum.parquet',
  ]);
  const filesOf = (folder: string) => (hasCorpus ? readdirSync(new URL(folder, corpus)) : []);
  const inspect = (path: string) => outcome(readFileSync(new URL(path, corpus)));

  it.each(filesOf('data/').filter((name) => name.endsWith('.parquet')))('%s', async (name) => {
    const found = await inspect(`data/${name}`);
    if (damaged.has(name) || beyond.has(name)) expect(found).toBe('E_INTEGRITY');
    else expect(found).toMatchObject({ rows: expect.any(Number) });
  });

  it.each(filesOf('data/').filter((name) => name.endsWith('.parquet.encrypted')))('%s is refused', async (name) => {
    expect(await inspect(`data/${name}`)).toBe('E_ACCESS');
  });

  it.each(filesOf('bad_data/').filter((name) => name.endsWith('.parquet')))('%s does no harm', async (name) => {
    const found = await inspect(`bad_data/${name}`);
    if (typeof found === 'string') expect(found).toBe('E_INTEGRITY');
  });
});
