import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
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

  it('is parsed once, at the first look into it', () => {
    const parse = vi.spyOn(JSON, 'parse');
    const [row] = read(schema, [{ id: 1, doc: { deep: [1, null] } }]);
    const { doc, ...rest } = { ...row } as { doc: { deep: unknown }; id: number };
    expect([rest, Object.keys(row!), typeof doc]).toEqual([{ id: 1 }, ['id', 'doc'], 'object']);
    expect(parse).not.toHaveBeenCalled();
    expect(doc).toEqual({ deep: [1, null] });
    expect(doc.deep).toBe(doc.deep);
    expect(parse).toHaveBeenCalledTimes(1);
    parse.mockRestore();
  });

  it.each([
    ['an object', { a: 1, b: { c: [] } }],
    ['an array', [1, [2], 'three']],
    ['a key named __proto__', JSON.parse('{"__proto__":{"x":1},"y":2}')],
  ])('is %s in every respect but structuredClone', (_, value) => {
    const unread = () => read(schema, [{ id: 1, doc: value }])[0]!.doc as Record<string, unknown>;
    const ways: ((of: Record<string, unknown>) => unknown)[] = [
      (of) => of,
      (of) => ({ ...of }),
      (of) => Array.isArray(of) && [...of, of.length, of.map(String)],
      (of) => Object.keys(of),
      (of) => Object.getOwnPropertyDescriptors(of),
      (of) => Object.getPrototypeOf(of),
      (of) => of.constructor,
      // biome-ignore lint/suspicious/useIsArray: what user code may ask
      (of) => [of instanceof Array, of instanceof Object, 'a' in of, Object.hasOwn(of, 'a')],
      (of) => Object.prototype.toString.call(of),
      (of) => JSON.stringify(of),
      (of) => inspect(of),
      (of) => [delete of.a, of],
      (of) => [Object.assign(of, { a: 'new' }).a, of],
      (of) => [Object.defineProperty(of, 'a', { value: 2, enumerable: true }), of],
      (of) => [Object.isFrozen(of), Object.isFrozen(Object.freeze(of)), Reflect.set(of, 'z', 1), of],
      (of) => [Object.setPrototypeOf(of, null), of],
      (of) => Object.isExtensible(Object.preventExtensions(of)),
    ];
    for (const way of ways) expect(way(unread())).toStrictEqual(way(JSON.parse(JSON.stringify(value))));
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
