import { describe, expect, it } from 'vitest';
import { createInferrer, type Inference, type InferOptions, inferSchema } from './infer.ts';
import type { Schema } from './schema.ts';
import { compareSchemas } from './schema-compare.ts';
import { formatSlot, parseSlot } from './schema-text.ts';

describe('inferring one field', () => {
  const table: [string, string[], string][] = [
    ['small integers', ['1', '-20', '0', '-0'], 'int'],
    ['the last safe integer', ['9007199254740991'], 'int'],
    ['an integer beyond 2^53', ['1', '9007199254740993'], 'int64'],
    ['an integer beyond int64', ['1', '9223372036854775808'], 'decimal(38, 0)'],
    ['an integer of 39 digits', ['1'.repeat(39)], 'json'],
    ['fractions', ['1', '2.5'], 'double'],
    ['1.0, which a producer of doubles writes', ['1.0'], 'double'],
    ['exponents', ['1e3'], 'double'],
    ['numbers beyond a double', ['1.5e999'], 'json'],
    ['a number that would be costly to expand', ['1e999999999'], 'json'],
    ['strings', ['"a"', '""'], 'string'],
    ['booleans', ['true', 'false'], 'bool'],
    ['date-times with an offset', ['"2024-03-01T10:00:00Z"', '"2024-03-01 10:00:00.123456+02:00"'], 'timestamp'],
    ['nanoseconds', ['"2024-03-01T10:00:00.123456789Z"'], 'timestamp(ns)'],
    ['trailing zeros of a fraction', ['"2024-03-01T10:00:00.120000000Z"'], 'timestamp'],
    ['a date-time without an offset', ['"2024-03-01T10:00:00Z"', '"2024-03-01T10:00:00"'], 'string'],
    ['an impossible date-time', ['"2024-02-30T10:00:00Z"'], 'string'],
    ['a date-time no number of microseconds holds', ['"9999-12-31T00:00:00Z"'], 'string'],
    ['dates', ['"2024-02-29"'], 'date'],
    ['an impossible date', ['"2023-02-29"'], 'string'],
    ['dates and date-times', ['"2024-02-29"', '"2024-03-01T10:00:00Z"'], 'string'],
    ['uuids', ['"6ba7b810-9dad-11d1-80b4-00c04fd430c8"'], 'uuid'],
    ['upper-case uuids, whose text a uuid would change', ['"6BA7B810-9DAD-11D1-80B4-00C04FD430C8"'], 'string'],
    ['only nulls', ['null'], 'json?'],
    ['nulls among values', ['null', '1'], 'int?'],
    ['kinds that mix', ['1', '"a"'], 'json'],
    ['kinds that mix with null', ['1', '"a"', 'null'], 'json?'],
    ['lists', ['[1, 2]', '[]'], 'list<int>'],
    ['lists with nulls', ['[1, null]'], 'list<int?>'],
    ['empty lists', ['[]'], 'list<json?>'],
    ['objects', ['{"b": 1, "a": {"c": true}}'], 'struct<b: int, a: struct<c: bool>>'],
    ['objects that lack a key', ['{"a": 1, "b": 2}', '{"a": 1}'], 'struct<a: int, b: int?>'],
    ['empty objects', ['{}'], 'map<string, json?>'],
    ['lists of objects', ['[{"a": 1}, {"a": null, "b": "x"}]'], 'list<struct<a: int?, b: string?>>'],
    ['odd keys', ['{"a b": 1}'], 'struct<"a b": int>'],
  ];
  it.each(table)('%s', async (_what, values, type) => {
    const { schema } = await inferSchema(values.map((value) => `{"v":${value}}`));
    expect(schema.fields.map((field) => `${field.name}: ${formatSlot(field)}`)).toEqual([`v: ${type}`]);
  });

  it('is optional when a record lacks it', async () => expect(await typesOf('{"a":1}\n{}')).toEqual({ a: 'int?' }));
});

describe('maps', () => {
  const rare = Array.from({ length: 30 }, (_, i) => `{"m":{"k${i}":${i},"all":1}}`).join('\n');
  it('takes many rare keys of one type for data', async () => {
    expect(await typesOf(rare)).toEqual({ m: 'map<string, int>' });
  });

  it('takes them for names when their values differ in kind', async () => {
    expect((await typesOf(rare.replaceAll('"all":1', '"all":"x"'))).m).toMatch(/^struct</);
  });

  it('takes dates, numbers and uuids as keys for data', async () => {
    const days = '{"m":{"2024-01-01":1,"2024-01-02":2,"2024-01-03":3,"2024-01-04":null}}';
    expect(await typesOf(days)).toEqual({ m: 'map<string, int?>' });
  });

  it('bounds its memory: thousands of keys become a map', async () => {
    const keys = (from: number) => Array.from({ length: 2001 }, (_, i) => `"k${from + i}":[${i}]`).join(',');
    expect(await typesOf(`{"m":{${keys(0)}}}{"m":{${keys(5000)}}}`)).toEqual({ m: 'map<string, list<int>>' });
  });

  it('never takes the record itself for one', async () => {
    const wide = Array.from({ length: 2001 }, (_, i) => `{"k${i}":1}`).join('\n');
    await expect(inferSchema([wide])).rejects.toMatchObject({ code: 'E_SCHEMA' });
  });
});

describe('samples', () => {
  it('may be NDJSON, concatenated, an array, bytes, or start with a byte order mark', async () => {
    for (const text of ['{"a":1}\n{"a":2}\n', '{"a":1} {"a":2}', '[{"a":1},{"a":2}]', '\u{feff}{"a":1}\r\n{"a":2}']) {
      for (const sample of [text, new TextEncoder().encode(text)]) {
        expect(await inferSchema([sample])).toMatchObject({ records: 2, malformed: 0 });
      }
    }
  });

  it('cost only the records that are malformed, and tell the line of the first', async () => {
    const inference = await inferSchema(['{"a":1}\n{"a":}\n5\n{"a":2} x\n{"a":3}']);
    expect(inference).toMatchObject({ records: 3, malformed: 3 });
    expect(inference.firstMalformed).toMatchObject({
      line: 2,
      message: 'JSON must have a value here, got "}"',
    });
  });

  it('without a record are refused', async () => {
    await expect(inferSchema(['', '1'])).rejects.toMatchObject({ code: 'E_SCHEMA' });
  });
});

describe('the report', () => {
  it('tells of every place what was seen there', async () => {
    const { fields } = await inferSchema(['{"a":{"b":1}}', '{"a":{"b":2}}', '{"a":{"b":null}}', '{"l":[{"x":"y"}]}']);
    expect(
      fields.map(({ path, depth, type, values, nulls, missing, examples }) => ({
        path,
        depth,
        type,
        values,
        nulls,
        missing,
        examples,
      })),
    ).toEqual([
      { path: 'a', depth: 0, type: 'struct<b: int?>?', values: 3, nulls: 0, missing: 1, examples: ['{"b"}'] },
      { path: 'a.b', depth: 1, type: 'int?', values: 2, nulls: 1, missing: 0, examples: ['1', '2'] },
      { path: 'l', depth: 0, type: 'list<struct<x: string>>?', values: 1, nulls: 0, missing: 3, examples: ['[…]'] },
      { path: 'l[].x', depth: 1, type: 'string', values: 1, nulls: 0, missing: 0, examples: ['"y"'] },
    ]);
  });

  it('notes what a person may want to decide otherwise', async () => {
    const { fields } = await inferSchema(['{"nothing":null,"local":"2024-01-01T00:00:00","mixed":1}', '{"mixed":"x"}']);
    expect(fields.map((field) => field.notes.length)).toEqual([1, 1, 1]);
  });
});

describe('extending the schema in force', () => {
  const previous = schemaOf({ id: 'int64', price: 'decimal(10, 2)', at: 'timestamp(ms)', tag: 'string', old: 'int32' });

  it('keeps every declared type that takes what was seen', async () => {
    const sample = '{"id":1,"price":2.5,"at":"2024-01-01T00:00:00Z","tag":"2024-01-01","old":7}';
    const inference = await inferSchema([sample], { previous });
    expect(compareSchemas(previous, inference.schema).verdict).toBe('same');
  });

  it('widens where it must, keeps fields no sample has, and adds new ones as optional', async () => {
    const sample = '{"id":0.5,"price":2.555,"at":"2024-01-01T00:00:00Z","tag":null,"more":1}';
    expect(textsOf((await inferSchema([sample], { previous })).schema)).toEqual({
      id: 'double',
      price: 'double',
      at: 'timestamp(ms)',
      tag: 'string?',
      old: 'int32?',
      more: 'int?',
    });
  });

  it('widens inside structs, lists and maps', async () => {
    const nested = schemaOf({ s: 'struct<a: int32>', l: 'list<struct<a: int>>', m: 'map<string, int>' });
    const inference = await inferSchema(['{"s":{"a":1,"b":2},"l":[{"a":1.5}],"m":{"k":null}}'], { previous: nested });
    expect(textsOf(inference.schema)).toEqual({
      s: 'struct<a: int32, b: int?>',
      l: 'list<struct<a: double>>',
      m: 'map<string, int?>',
    });
  });
});

async function typesOf(sample: string, options?: InferOptions): Promise<Record<string, string>> {
  const inferrer = createInferrer();
  inferrer.add(sample);
  const inference: Inference = inferrer.finish(options);
  return textsOf(inference.schema);
}

function textsOf(schema: Schema): Record<string, string> {
  return Object.fromEntries(schema.fields.map((field) => [field.name, formatSlot(field)]));
}

function schemaOf(fields: Record<string, string>): Schema {
  return { fields: Object.entries(fields).map(([name, text]) => ({ name, ...parseSlot(text) })) };
}
