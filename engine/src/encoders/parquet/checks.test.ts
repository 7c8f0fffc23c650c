import { describe, expect, it } from 'vitest';
import { encoderOf, fieldsOf } from './oracle.test-support.ts';

const refusals: readonly [why: string, options: object, types: Record<string, string>, message: RegExp][] = [
  ['no columns', {}, {}, /at least one column/],
  ['an empty struct, however deep', {}, { a: 'list<struct<b: struct<>>>' }, /a\[\]\.b must have at least one field/],
  ['nanoseconds for athena', { reader: 'athena' }, { t: 'timestamp(ns)' }, /got timestamp\(ns\)/],
  ['nanoseconds for spark', { reader: 'spark' }, { t: 'map<string, timestamp(ns)>' }, /t\{\} must/],
  ['a time for athena', { reader: 'athena' }, { t: 'time?' }, /reader athena/],
  ['a time for spark', { reader: 'spark' }, { t: 'time' }, /reader spark/],
  ['uint64 for athena', { reader: 'athena' }, { n: 'uint64' }, /uint64/],
  ['uint32 for trino', { reader: 'trino' }, { n: 'list<uint32>' }, /n\[\]/],
  ['names that differ in case for athena', { reader: 'athena' }, { id: 'int', ID: 'int' }, /got id and ID/],
  ['a setting for no column', { columns: { idd: { dictionary: false } } }, { id: 'int' }, /got idd/],
  ['a dictionary switch for no column', { dictionary: ['x'] }, { id: 'int' }, /got x/],
  [
    'a setting for no nested column',
    { columns: { 'l.list.item': { dictionary: false } } },
    { l: 'list<int>' },
    /got l\.list\.item/,
  ],
  [
    'delta for nested text',
    { columns: { 's.t': { encoding: 'delta' } } },
    { s: 'struct<t: string>' },
    /columns\.s\.t\.encoding/,
  ],
  ['a bloom filter for a nested bool', { bloomFilters: ['s.b'] }, { s: 'struct<b: bool>' }, /got s\.b: bool/],
  ['sorting by a nested column', { sortingColumns: [{ column: 's.b' }] }, { s: 'struct<b: bool>' }, /got s\.b/],
  [
    'a setting for a column with children',
    { columns: { l: { encoding: 'delta' } } },
    { l: 'list<int>' },
    /without children/,
  ],
  [
    'delta for a string',
    { columns: { s: { encoding: 'delta' } } },
    { s: 'string' },
    /plain, delta-length, delta-strings/,
  ],
  ['rle for a number', { columns: { n: { encoding: 'rle' } } }, { n: 'int' }, /got rle/],
];

describe('the encoder refuses at creation of the plan', () => {
  it.each(refusals)('%s', (_why, options, types, message) => {
    const encoder = encoderOf(options);
    expect(() => encoder.check(fieldsOf(types))).toThrow(
      expect.objectContaining({ code: 'E_CONFIG', message: expect.stringMatching(message) }),
    );
  });

  it.each([
    [{ reader: 'athena', compression: 'brotli' }],
    [{ reader: 'trino', compression: 'lz4' }],
    [{ reader: 'spark', columns: { a: { compression: 'brotli' } } }],
    [{ reader: 'spark', columns: { a: { encoding: 'byte-stream-split' } } }],
  ])('a codec or encoding the reader lacks: %j', (options) => {
    expect(() => encoderOf(options)).toThrow(expect.objectContaining({ code: 'E_CONFIG' }));
  });

  it('integers split into streams for DuckDB, which reads only floats so', () => {
    const encoder = encoderOf({ reader: 'duckdb', columns: { a: { encoding: 'byte-stream-split' } } });
    expect(() => encoder.check(fieldsOf({ a: 'int64' }))).toThrow(/one of plain, delta for int64/);
    expect(() => encoder.check(fieldsOf({ a: 'double' }))).not.toThrow();
  });

  it('unknown keys of the config', () => {
    expect(() => encoderOf({ rowgroupSize: '1MiB' })).toThrow();
    expect(() => encoderOf({ columns: { a: { codec: 'none' } } })).toThrow();
  });
});

describe('the encoder accepts', () => {
  it.each(['athena', 'spark'])('what %s reads once told to cut nanoseconds', (reader) => {
    expect(() =>
      encoderOf({ reader, nanoseconds: 'truncate' }).check(fieldsOf({ t: 'timestamp(ns)', u: 'uuid' })),
    ).not.toThrow();
  });

  it('sizes in words, and says where to seal', () => {
    expect(encoderOf({ rowGroupSize: '8MiB', rowGroupRows: 10 }).rowGroup).toEqual({
      encodedBytes: 8 * 2 ** 20,
      rows: 10,
    });
  });
});
