import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createInferrer } from '../core/infer.ts';
import type { Schema } from '../core/schema.ts';
import { compareSchemas, mergeSchemas } from '../core/schema-compare.ts';
import { createJsonScanner } from '../kernel/json-scanner.ts';

const digits = fc.oneof(
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '-0',
    '0',
    '1e3',
    '1.0',
    '9007199254740993',
    '1e400',
    '-1e-400',
    '123456789012345678901234567890123456789012',
  ),
);
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.uuid({ version: 4 }),
  fc
    .date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') })
    .map((date) => date.toISOString()),
  fc.constantFrom(
    '2024-02-29',
    '2023-02-29',
    '2024-03-01T10:00:00+02:00',
    '2024-03-01 10:00:00.123456789Z',
    '2024-03-01T10:00:00',
    '2024-03-01T10:00Z',
    '2024-03-01t10:00:00-0330',
    '1500-01-01T00:00:00Z',
    '2300-01-01T00:00:00.123456789Z',
    '10:00:00',
    '12.50',
  ),
);
const key = fc.oneof(
  fc.constantFrom('a', 'b', 'c', '2024-01-01', '7', 'a b', '__proto__', ''),
  fc.string({ maxLength: 3 }),
);
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom('null', 'true', 'false'),
    digits,
    text.map((value) => JSON.stringify(value)),
    fc.array(tie('json'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    objectOf(tie('json')),
  ),
}));

function objectOf(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .uniqueArray(fc.tuple(key, value), { maxLength: 6, selector: ([name]) => name })
    .map((entries) => `{${entries.map(([name, item]) => `${JSON.stringify(name)}: ${item}`).join(', ')}}`);
}

/** Records whose places hold mostly one kind of value, as real ones do; half of them of any kind. */
const kinds = fc.oneof(
  digits,
  text.map((value) => JSON.stringify(value)),
  json,
);
const records = kinds.chain(() =>
  fc.oneof(
    fc.array(objectOf(json), { minLength: 1, maxLength: 6 }),
    fc.array(objectOf(digits), { minLength: 1, maxLength: 6 }),
    fc.array(objectOf(text.map((value) => JSON.stringify(value))), { minLength: 1, maxLength: 6 }),
    fc.array(objectOf(objectOf(digits)), { minLength: 1, maxLength: 6 }),
  ),
);

it('the schema of samples accepts all of them', () => {
  fc.assert(
    fc.property(records, (samples) => {
      expect(misfits(inferred(samples), samples)).toEqual([]);
    }),
    { numRuns: 500 },
  );
}, 60_000);

it('a schema extended over more samples accepts old and new', () => {
  fc.assert(
    fc.property(records, records, (before, after) => {
      const previous = inferred(before);
      const extended = inferred(after, previous);
      expect(misfits(extended, after)).toEqual([]);
      const { verdict } = compareSchemas(previous, extended);
      if (verdict !== 'incompatible') expect(misfits(extended, before)).toEqual([]);
    }),
    { numRuns: 200 },
  );
}, 60_000);

it('a schema is extended by the samples it rests on to itself', () => {
  fc.assert(
    fc.property(records, (samples) => {
      const schema = inferred(samples);
      expect(compareSchemas(schema, inferred(samples, schema)).changes).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

it('merging with itself changes nothing', () => {
  fc.assert(
    fc.property(records, (samples) => {
      const schema = inferred(samples);
      expect(mergeSchemas(schema, schema)).toEqual(schema);
    }),
    { numRuns: 200 },
  );
});

function inferred(samples: readonly string[], previous?: Schema): Schema {
  const inferrer = createInferrer();
  inferrer.add(samples.join('\n'));
  return inferrer.finish({ previous }).schema;
}

function misfits(schema: Schema, samples: readonly string[]): string[] {
  if (schema.fields.length === 0) return [];
  const scanner = createJsonScanner(schema, { rest: false });
  scanner.add(new TextEncoder().encode(samples.join('\n')));
  return scanner.take().bad.map((bad) => bad.message);
}
