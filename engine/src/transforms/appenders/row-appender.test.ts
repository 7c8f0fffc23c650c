import { describe, expect, it } from 'vitest';
import { readRow } from '../../columns/values.ts';
import { t } from '../api/t.ts';
import type { Shape } from '../api/values.ts';
import { createRowReader } from '../rows/row-reader.ts';
import { createRowAppender } from './row-appender.ts';

const misfitOf = (shape: Shape, row: object): string => {
  const appender = createRowAppender(t.row(shape));
  return appender.append(row) ? 'fits' : appender.misfit.message;
};

const INT = 'an int within ±(2^53 - 1)';
const loop: { self?: unknown } = {};
loop.self = loop;

describe('a value', () => {
  it.each([
    [t.int(), undefined, `x must be ${INT}, got undefined`],
    [t.int(), null, `x must be ${INT}, got null`],
    [t.int(), '1', `x must be ${INT}, got "1"`],
    [t.int(), 1n, `x must be ${INT}, got 1n`],
    [t.int(), 1.5, `x must be ${INT}, got 1.5`],
    [t.int(), 2 ** 53, `x must be ${INT}, got 9007199254740992`],
    [t.int(), Number.NaN, `x must be ${INT}, got NaN`],
    [t.int8(), 128, 'x must be an int8 from -128 to 127, got 128'],
    [t.uint32(), -1, 'x must be a uint32 from 0 to 4294967295, got -1'],
    [t.int64(), 2n ** 63n, 'x must be an int64 (a bigint of 64 bits), got 9223372036854775808n'],
    [t.uint64(), -1n, 'x must be a uint64 (a bigint of 64 bits), got -1n'],
    [t.float(), 1e300, 'x must be a float, got 1e+300'],
    [t.double(), '1', 'x must be a double, got "1"'],
    [t.bool(), 1, 'x must be a bool, got 1'],
    [t.string(), 1, 'x must be a string, got 1'],
    [t.string(), 'a\ud800', 'x must be a string without lone surrogates, got "a\\ud800"'],
    [t.binary(), [1], 'x must be a binary (a Uint8Array), got an array'],
    [t.timestamp(), '2024-03-01', 'x must be a timestamp, got "2024-03-01"'],
    [t.timestamp(), new Date(0), 'x must be a timestamp, got a Date'],
    [t.timestamp(), 0.5, 'x must be a timestamp, got 0.5'],
    [t.timestamp(), 1e19, 'x must be a timestamp, got 10000000000000000000'],
    [t.timestamp('ms'), 1001, 'x must be a timestamp(ms) of whole milliseconds, got 1001'],
    [t.timestamp('ns'), 1, 'x must be a timestamp(ns) (a bigint of 64 bits), got 1'],
    [t.date(), '2023-02-29', 'x must be a date ("YYYY-MM-DD"), got "2023-02-29"'],
    [t.time(), '24:00:00', 'x must be a time ("HH:MM:SS.ffffff"), got "24:00:00"'],
    [t.uuid(), 'abc', 'x must be a uuid, got "abc"'],
    [t.decimal(4, 2), '1.234', 'x must be a decimal(4, 2) as text, got "1.234"'],
    [t.decimal(4, 2), 1.5, 'x must be a decimal(4, 2) as text, got 1.5'],
    [t.json(), undefined, 'x must be what JSON.stringify takes, got undefined'],
    [t.json(), { a: 1n }, 'x must be what JSON.stringify takes, got an object'],
    [t.json(), loop, 'x must be what JSON.stringify takes, got an object'],
    [t.json(), () => 1, 'x must be what JSON.stringify takes, got a function'],
    [t.list(t.int()), new Set([1]), 'x must be a list (an array), got a Set'],
    [t.list(t.int()), [1, null], `x[1] must be ${INT}, got null`],
    [t.struct({ a: t.int() }), [], 'x must be a struct (an object), got an array'],
    [
      t.struct({ a: t.list(t.struct({ b: t.int() })) }),
      { a: [{ b: 1 }, {}] },
      `x.a[1].b must be ${INT}, got undefined`,
    ],
    [t.map(t.string(), t.int()), new Set(), 'x must be a map (a Map or a plain object), got a Set'],
    [t.map(t.string(), t.int()), { k: 'v' }, `x["k"] must be ${INT}, got "v"`],
    [t.map(t.int(), t.int()), { 1: 1 }, 'x must be a map (a Map), got an object'],
    [t.map(t.int(), t.int()), new Map([['k', 1]]), `x["k"] must be ${INT}, got "k"`],
    [t.string(), 's'.repeat(100), 'fits'],
    [t.int(), 's'.repeat(100), `x must be ${INT}, got "${'s'.repeat(57)}..."`],
    [t.float(), Number.NaN, 'fits'],
    [t.double(), Number.NEGATIVE_INFINITY, 'fits'],
    [t.int(), -0, 'fits'],
    [t.timestamp(), Date.UTC(9999, 0) * 1000, 'fits'],
    [t.uuid(), '01234567-89AB-cdef-0123-456789abcdef', 'fits'],
    [t.map(t.string(), t.int()), new Map([['k', 1]]), 'fits'],
  ])('of %o: %o', (slot, value, message) => {
    expect(misfitOf({ id: t.int(), x: slot }, { id: 1, x: value })).toBe(message);
  });

  it('may be missing, null or undefined where it is optional', () => {
    const appender = createRowAppender(t.row({ x: t.json().optional(), y: t.int().optional() }));
    for (const row of [{}, { x: null, y: null }, { x: undefined, y: undefined }])
      expect(appender.append(row)).toBe(true);
    expect(appender.finish().columns.map(({ nullCount }) => nullCount)).toEqual([3, 3]);
    expect(appender.undeclaredKeys.take()).toEqual(new Map());
  });

  it('that is null is the JSON null where a json is required', () => {
    const appender = createRowAppender(t.row({ x: t.json() }));
    appender.append({ x: null });
    expect(readRow(appender.finish(), 0)).toEqual({ x: 'null' });
  });

  it('that has a Unicode text is stored as its UTF-8', () => {
    const appender = createRowAppender(t.row({ x: t.string() }));
    for (const x of ['Zürich', '🙂', 'a long text with one ø in it, beyond any short cut']) appender.append({ x });
    expect(readRow(appender.finish(), 1)).toEqual({ x: '🙂' });
    expect(readRow(appender.finish(), 2).x).toContain('ø');
  });
});

describe('undeclared keys', () => {
  it('are counted by dotted path, beyond a thousand names together', () => {
    const appender = createRowAppender(
      t.row({ a: t.list(t.struct({ b: t.int() })), m: t.map(t.string(), t.struct({})) }),
    );
    appender.append({ a: [{ b: 1, c: 2 }], m: { k: { d: 1 } }, e: undefined });
    expect(appender.undeclaredKeys.take()).toEqual(
      new Map([
        ['a[].c', 1],
        ['m{}.d', 1],
        ['e', 1],
      ]),
    );
    for (let i = 0; i < 1500; i++) appender.append({ a: [], m: {}, [`key${i}`]: 1 });
    const counts = appender.undeclaredKeys.take();
    expect([counts.size, counts.get('*'), counts.get('key7')]).toEqual([1001, 500, 1]);
  });
});

describe('a row of hundreds of fields', () => {
  const names = Array.from({ length: 130 }, (_, i) => `f${i}`);
  const many = Object.fromEntries(names.map((name, i) => [name, i % 2 ? t.string().optional() : t.int()]));
  const row = Object.fromEntries(names.map((name, i) => [name, i % 2 ? `text ${i}` : i]));
  const schema = t.row({ ...many, inner: t.struct(many).optional(), list: t.list(t.struct(many)) });

  it('comes back as it went in', () => {
    const appender = createRowAppender(schema);
    const rows = [
      { ...row, inner: row, list: [row, { ...row, f1: null }] },
      { ...row, inner: null, list: [] },
    ];
    for (const each of rows) expect(appender.append(each)).toBe(true);
    const reader = createRowReader(schema);
    reader.bind(appender.finish());
    expect(rows.map((_, i) => reader.at(i))).toEqual(rows);
    expect(appender.undeclaredKeys.take()).toEqual(new Map());
  });

  it('is refused and counted as any other', () => {
    const appender = createRowAppender(schema);
    expect(appender.append({ ...row, inner: row, list: [row, { ...row, f128: 'x' }] })).toBe(false);
    expect(appender.misfit.field).toBe('list[1].f128');
    appender.truncate(0);
    expect(appender.append({ ...row, f129: undefined, inner: { ...row, more: 1 }, list: [], more: 1 })).toBe(true);
    expect(appender.undeclaredKeys.take()).toEqual(
      new Map([
        ['inner.more', 1],
        ['more', 1],
      ]),
    );
  });
});

describe('strings', () => {
  it('are codes while they repeat, and text from when they do not', () => {
    const appender = createRowAppender(t.row({ few: t.string().optional(), many: t.string() }));
    for (let batch = 0; batch < 2; batch++) {
      appender.clear();
      for (let i = 0; i < 600; i++) appender.append({ few: i % 3 ? `text ${i % 7}` : null, many: `${batch} ${i}` }, i);
      const output = appender.finish();
      const [few, many] = output.columns;
      expect([few?.picked?.column.dictionary?.size, many?.picked]).toEqual([8, undefined]);
      expect(Array.from({ length: 600 }, (_, i) => readRow(output, i))).toEqual(
        Array.from({ length: 600 }, (_, i) => ({ few: i % 3 ? `text ${i % 7}` : null, many: `${batch} ${i}` })),
      );
    }
  });

  it('keep their codes over batches', () => {
    const appender = createRowAppender(t.row({ x: t.string() }));
    const codesOf = (texts: readonly string[]) => {
      appender.clear();
      for (const x of texts) appender.append({ x });
      const { column, rows = [] } = appender.finish().columns[0]?.picked ?? {};
      return Array.from(rows, (row) => [column?.codes?.[row], column?.dictionary?.text(row)]);
    };
    const [a, b] = codesOf(['a', 'b']);
    expect(codesOf(['c', 'b', 'a']).slice(1)).toEqual([b, a]);
  });
});
