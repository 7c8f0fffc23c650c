import { describe, expect, it } from 'vitest';
import { parseType } from '../core/schema-text.ts';
import { createBuilder } from './builder.ts';
import { BytesBuilder } from './builders/bytes.ts';
import { Int64Builder } from './builders/int64.ts';
import { rowToJson } from './ndjson-text.ts';
import { batchFromRows } from './rows.ts';
import { readValue, type Value } from './values.ts';

function jsonOf(type: string, value: Value): string {
  const batch = batchFromRows([{ name: 'v', type: parseType(type), optional: true }], [{ v: value }]);
  return rowToJson(batch, 0);
}

describe('rowToJson', () => {
  it.each<[string, Value, string]>([
    ['int64', 9223372036854775807n, '9223372036854775807'],
    ['decimal(38, 2)', '123456789012345678901234567890.10', '123456789012345678901234567890.10'],
    ['double', -0, '-0'],
    ['double', 0.1, '0.1'],
    ['double', Number.NaN, '"NaN"'],
    ['double', Number.NEGATIVE_INFINITY, '"-Infinity"'],
    ['string', 'a"\n\u2028é', '"a\\"\\n\u2028é"'],
    ['json', '{"a": [1,\r\n "b \\" c"]}', '{"a":[1,"b \\" c"]}'],
    ['json', '{"a": 1}', '{"a": 1}'],
    ['binary', new Uint8Array([0, 255]), '"AP8="'],
    ['timestamp', 1709287200250000, '"2024-03-01T10:00:00.25Z"'],
    ['timestamp(ns)', 1709287200000000001n, '"2024-03-01T10:00:00.000000001Z"'],
    ['timestamp(us, local)', 1709287200000000, '"2024-03-01T10:00:00"'],
    ['date', '2024-02-29', '"2024-02-29"'],
    ['uuid', '0191e7c0-0000-7abc-8def-0123456789ab', '"0191e7c0-0000-7abc-8def-0123456789ab"'],
    ['list<int?>', [1, null], '[1,null]'],
    ['struct<x: int, "odd name": bool?>', { x: 1, 'odd name': null }, '{"x":1,"odd name":null}'],
    ['map<string, int>', { 'a"': 1 }, '{"a\\"":1}'],
    ['map<int, string>', [[7, 'x']], '{"7":"x"}'],
    ['string', null, 'null'],
  ])('writes %s exactly', (type, value, json) => {
    expect(jsonOf(type, value)).toBe(`{"v":${json}}`);
  });

  it('writes timestamps that no number holds', () => {
    const builder = createBuilder({ kind: 'timestamp', unit: 'us', utc: true }) as Int64Builder;
    builder.appendBigInt(253_402_300_799_999_999n);
    const fields = [{ name: 'v', type: builder.type, optional: false }];
    expect(rowToJson({ fields, length: 1, columns: [builder.finish()] }, 0)).toBe(
      '{"v":"9999-12-31T23:59:59.999999Z"}',
    );
  });
});

describe('readValue', () => {
  it('throws rather than round an int or a timestamp beyond 2^53', () => {
    for (const type of [parseType('int'), parseType('timestamp')]) {
      const builder = new Int64Builder(type);
      builder.appendBigInt(2n ** 53n);
      expect(() => readValue(builder.finish(), 0)).toThrow(/2\^53/);
    }
  });
});

describe('a column of bytes', () => {
  it('refuses to pass 2 GiB before it asks for the memory', () => {
    const builder = new BytesBuilder({ kind: 'string' });
    expect(() => builder.reserve(2 ** 31)).toThrow(/2 GiB/);
  });
});

describe('appendText', () => {
  it('writes UTF-8 whatever the length', () => {
    const texts = ['', 'a', 'é', '🎉', 'x'.repeat(24), 'é'.repeat(24), 'x'.repeat(25), '🎉'.repeat(5000)];
    const builder = new BytesBuilder({ kind: 'string' });
    for (const text of texts) builder.appendText(text);
    const column = builder.finish();
    expect(texts.map((_, row) => readValue(column, row))).toEqual(texts);
  });
});
