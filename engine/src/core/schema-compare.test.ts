import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Schema } from './schema.ts';
import { compareSchemas, mergeSchemas, mergeTypes } from './schema-compare.ts';
import { formatType, parseSlot, parseType } from './schema-text.ts';

const schemaOf = (fields: Record<string, string>): Schema => ({
  fields: Object.entries(fields).map(([name, text]) => ({ name, ...parseSlot(text) })),
});

describe('compareSchemas', () => {
  const table: [string, string, 'same' | 'widening' | 'incompatible'][] = [
    ['int', 'int', 'same'],
    ['int', 'int64', 'widening'],
    ['int', 'double', 'widening'],
    ['int64', 'double', 'widening'],
    ['int32', 'int', 'widening'],
    ['uint8', 'int16', 'widening'],
    ['uint32', 'int32', 'incompatible'],
    ['uint64', 'int64', 'incompatible'],
    ['int16', 'float', 'widening'],
    ['int32', 'float', 'incompatible'],
    ['int32', 'decimal(12, 2)', 'widening'],
    ['int32', 'decimal(11, 2)', 'incompatible'],
    ['float', 'double', 'widening'],
    ['double', 'int', 'incompatible'],
    ['decimal(10, 2)', 'decimal(12, 4)', 'widening'],
    ['decimal(10, 2)', 'decimal(10, 4)', 'incompatible'],
    ['timestamp(ms)', 'timestamp', 'widening'],
    ['timestamp', 'timestamp(us, local)', 'incompatible'],
    ['date', 'string', 'incompatible'],
    ['string', 'json', 'incompatible'],
    ['string', 'string?', 'widening'],
    ['string?', 'string', 'incompatible'],
    ['struct<a: int>', 'struct<a: int, b: int?>', 'widening'],
    ['struct<a: int>', 'struct<a: int, b: int>', 'incompatible'],
    ['struct<a: int, b: int>', 'struct<b: int, a: int>', 'same'],
    ['struct<a: int, b: int?>', 'struct<a: int>', 'incompatible'],
    ['list<int>', 'list<double?>', 'widening'],
    ['map<string, int>', 'map<string, int64>', 'widening'],
    ['map<string, int>', 'map<int, int>', 'incompatible'],
  ];
  it.each(table)('%s → %s is %s', (from, to, verdict) => {
    expect(compareSchemas(schemaOf({ f: from }), schemaOf({ f: to })).verdict).toBe(verdict);
  });

  it('tells every change with its path', () => {
    const from = schemaOf({ gone: 'int', geo: 'struct<lat: int>', tags: 'list<int>', m: 'map<string, int?>' });
    const to = schemaOf({
      geo: 'struct<lat: double>',
      tags: 'list<int?>',
      m: 'map<string, int>',
      fresh: 'int?',
      must: 'int',
    });
    expect(compareSchemas(from, to).changes.map((change) => [change.text, change.widening])).toEqual([
      ['gone: removed, was int', false],
      ['geo.lat: int became double', true],
      ['tags[]: may now be null or missing', true],
      ['m{}: may no longer be null or missing', false],
      ['fresh: new, int?', true],
      ['must: new and required, int', false],
    ]);
  });
});

describe('mergeTypes', () => {
  const table: [string, string, string][] = [
    ['int', 'int64', 'int64'],
    ['uint32', 'int32', 'int'],
    ['uint64', 'int', 'decimal(20, 0)'],
    ['int', 'float', 'double'],
    ['int', 'decimal(4, 2)', 'decimal(18, 2)'],
    ['int64', 'decimal(38, 20)', 'double'],
    ['timestamp(ms)', 'timestamp(ns)', 'timestamp(ns)'],
    ['timestamp', 'timestamp(us, local)', 'string'],
    ['date', 'uuid', 'string'],
    ['int', 'string', 'json'],
    ['list<int>', 'list<double?>', 'list<double?>'],
    ['struct<a: int>', 'struct<b: int>', 'struct<a: int?, b: int?>'],
    ['map<string, int>', 'struct<a: int>', 'json'],
  ];
  it.each(table)('of %s and %s is %s, both ways', (a, b, merged) => {
    expect(formatType(mergeTypes(parseType(a), parseType(b)))).toBe(merged);
    const swapped = formatType(mergeTypes(parseType(b), parseType(a)));
    expect(swapped.split(/[<>, ]+/).sort()).toEqual(merged.split(/[<>, ]+/).sort());
  });

  it('is the same whichever of two numbers comes first, and widens both unless it must give up', () => {
    const number = fc.constantFrom(
      'int8',
      'int16',
      'int32',
      'int',
      'int64',
      'uint8',
      'uint16',
      'uint32',
      'uint64',
      'float',
      'double',
    );
    fc.assert(
      fc.property(number, number, (a, b) => {
        const merged = mergeSchemas(schemaOf({ f: a }), schemaOf({ f: b }));
        expect(merged).toEqual(mergeSchemas(schemaOf({ f: b }), schemaOf({ f: a })));
        for (const text of [a, b])
          expect(compareSchemas(schemaOf({ f: text }), merged).verdict).not.toBe('incompatible');
      }),
    );
  });
});
