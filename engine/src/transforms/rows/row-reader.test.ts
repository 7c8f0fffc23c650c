import { describe, expect, it } from 'vitest';
import { t } from '../api/t.ts';
import { batchOf } from '../testing.ts';
import { createRowReader } from './row-reader.ts';

type Row = Record<string, unknown>;

function read(schema: ReturnType<typeof t.row>, records: readonly object[]): Row[] {
  const reader = createRowReader(schema);
  reader.bind(batchOf(schema, records).rows);
  return records.map((_, row) => reader.at(row) as Row);
}

describe('a row', () => {
  it('has all fields in the order of the schema, null where they are null', () => {
    const schema = t.row({ b: t.int().optional(), a: t.struct({ x: t.bool().optional() }).optional() });
    const rows = read(schema, [{}, { a: {} }]);
    expect(rows.map((row) => JSON.stringify(row))).toEqual(['{"b":null,"a":null}', '{"b":null,"a":{"x":null}}']);
  });

  it('has the strings of a column, ASCII or not', () => {
    const schema = t.row({ s: t.string().optional() });
    const texts = ['', 'abc', null, 'Zürich', '日本', 'plain again', '🙂'];
    expect(
      read(
        schema,
        texts.map((s) => ({ s })),
      ).map(({ s }) => s),
    ).toEqual(texts);
  });

  it('is not taken in by a field named __proto__', () => {
    const schema = t.row({ ['__proto__']: t.int(), x: t.struct({ ['__proto__']: t.json() }) });
    const [row] = read(schema, [JSON.parse('{"__proto__": 1, "x": {"__proto__": {"y": 2}}}')]);
    expect(Object.keys(row!)).toEqual(['__proto__', 'x']);
    expect(JSON.stringify(row)).toBe('{"__proto__":1,"x":{"__proto__":{"y":2}}}');
  });

  it('owns its bytes', () => {
    const schema = t.row({ b: t.binary() });
    const batch = batchOf(schema, [{ b: new Uint8Array([1, 2]) }]);
    const reader = createRowReader(schema);
    reader.bind(batch.rows);
    const { b } = reader.at(0) as { b: Uint8Array };
    batch.rows.columns[0]?.data?.fill(9);
    expect(b).toEqual(new Uint8Array([1, 2]));
  });

  it('reads a timestamp beyond 2^53 microseconds where the number is exact', () => {
    const endOfTime = Date.UTC(9999, 11, 31, 23, 59, 59) * 1000;
    expect(read(t.row({ at: t.timestamp('ms') }), [{ at: endOfTime }])[0]?.at).toBe(endOfTime);
  });
});

describe('a json field', () => {
  const schema = t.row({ id: t.int(), doc: t.json().optional() });

  it('is parsed once, at the first look', () => {
    const [row] = read(schema, [{ id: 1, doc: { deep: [1, null] } }]);
    expect(Object.getOwnPropertyDescriptor(row, 'doc')?.get).toBeTypeOf('function');
    expect(row?.doc).toEqual({ deep: [1, null] });
    expect(row?.doc).toBe(row?.doc);
    expect(Object.getOwnPropertyDescriptor(row, 'doc')?.writable).toBe(true);
  });

  it('is one of the keys, and goes along with spread, rest and JSON.stringify', () => {
    const [row] = read(schema, [{ id: 1, doc: [true] }]);
    const { id, ...rest } = row!;
    expect(Object.keys(row!)).toEqual(['id', 'doc']);
    expect([id, rest, { ...row }]).toEqual([1, { doc: [true] }, { id: 1, doc: [true] }]);
    expect(JSON.stringify(row)).toBe('{"id":1,"doc":[true]}');
  });

  it('can be set, deleted, and read from a frozen row', () => {
    const [set, gone, frozen] = read(schema, [
      { id: 1, doc: 1 },
      { id: 2, doc: 2 },
      { id: 3, doc: 3 },
    ]);
    set!.doc = 'mine';
    delete gone!.doc;
    expect([set?.doc, gone?.doc, Object.freeze(frozen!).doc]).toEqual(['mine', undefined, 3]);
  });

  it('is null both for a missing value and for the JSON null', () => {
    const json = t.row({ doc: t.json() });
    expect(read(json, [{ doc: null }])[0]?.doc).toBeNull();
    expect(read(schema, [{ id: 1 }])[0]?.doc).toBeNull();
  });
});
