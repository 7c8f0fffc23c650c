import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowToJson } from '../columns/ndjson-text.ts';
import { batchFromRows } from '../columns/rows.ts';
import { typed } from '../columns/samples.test-support.ts';
import { readRow, type Value } from '../columns/values.ts';
import { parseJson } from '../core/parse-json.ts';
import type { Field, Type } from '../core/schema.ts';
import { scannerNames, scanWith, schemaOf } from './scan.test-support.ts';

type Row = { readonly [name: string]: Value };

const names = fc.uniqueArray(
  fc.oneof(fc.string({ unit: 'grapheme', maxLength: 8 }), fc.constantFrom('a', 'ab', 'abc', '"\\')),
  {
    minLength: 1,
    maxLength: 6,
  },
);

/** A schema and rows that fit it. */
const tables = names.chain((columns) =>
  fc.tuple(...columns.map(() => typed(2))).chain((types) => {
    const fields: Field[] = columns.map((name, i) => ({ name, type: types[i]![0], optional: true }));
    const row = fc.tuple(...types.map(([, value]) => fc.option(value))).map((values): Row => rowOf(columns, values));
    return fc.array(row, { maxLength: 8 }).map((rows) => ({ fields, rows }));
  }),
);

function rowOf(columns: readonly string[], values: readonly Value[]): Row {
  return Object.fromEntries(columns.map((name, i) => [name, values[i]!]));
}

/** What JSON cannot say: numbers that are not finite, and json whose text is null. */
function isSayable(value: Value, type: Type): boolean {
  if (value === null) return true;
  if (type.kind === 'list') return (value as Value[]).every((element) => isSayable(element, type.element.type));
  if (type.kind === 'struct') return type.fields.every((field) => isSayable((value as Row)[field.name]!, field.type));
  if (type.kind === 'map') return Object.values(value).every((held) => isSayable(held, type.value.type));
  return type.kind === 'json' ? value !== 'null' : typeof value !== 'number' || Number.isFinite(value);
}

describe.each(scannerNames)('the scanner of %s', (scanner) => {
  const scan = scanWith(scanner);

  it('reads back exactly what rowToJson writes, of any types', () => {
    fc.assert(
      fc.property(tables, ({ fields, rows }) => {
        fc.pre(rows.every((row) => fields.every((field) => isSayable(row[field.name]!, field.type))));
        const batch = batchFromRows(fields, rows);
        const lines = rows.map((_, row) => rowToJson(batch, row));
        const expected = rows.map((_, row) => readRow(batch, row));
        const scanned = scan({ fields }, [lines.join('\n'), `[${lines.join(' , ')}]`]);
        expect(scanned.bad).toEqual([]);
        expect(scanned.rows).toEqual([...expected, ...expected]);
        expect(scanned.originals).toEqual([...lines, ...lines]);
      }),
      { numRuns: 400 },
    );
  });
});

const looseSchema = schemaOf({
  id: 'double?',
  name: 'string?',
  flag: 'bool?',
  any: 'json?',
  list: 'list<double?>?',
  nested: 'struct<a: string?, b: list<struct<c: double?>?>?>?',
  map: 'map<string, double?>?',
});

const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
const wellFormed = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.toWellFormed());
const record = fc.record(
  {
    id: fc.option(number),
    name: fc.option(wellFormed),
    flag: fc.option(fc.boolean()),
    any: fc.option(fc.jsonValue({ maxDepth: 3 })),
    list: fc.option(fc.array(fc.option(number), { maxLength: 4 })),
    nested: fc.option(
      fc.record(
        {
          a: fc.option(wellFormed),
          b: fc.option(fc.array(fc.option(fc.record({ c: fc.option(number) }, { requiredKeys: [] })))),
        },
        { requiredKeys: [] },
      ),
    ),
    map: fc.option(fc.dictionary(wellFormed, fc.option(number), { maxKeys: 4 })),
    extra: fc.jsonValue({ maxDepth: 2 }),
    '': fc.jsonValue({ maxDepth: 1 }),
  },
  { requiredKeys: [] },
);

/** A spelling of a value that JSON.parse takes for the same: keys shuffled, spaces, escapes, other forms of numbers. */
function spell(value: unknown, pick: (choices: number) => number): string {
  const space = () => ['', '', '', ' ', '\n', '\t \r'][pick(6)]!;
  const text = (string: string) => {
    const form = pick(3);
    if (form === 0) return JSON.stringify(string);
    const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
    const hex = Array.from({ length: string.length }, (_, i) => escaped(string[i]!)).join('');
    return form === 1 ? `"${hex}"` : JSON.stringify(string).replaceAll('/', '\\/');
  };
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') {
    if (Object.is(value, -0)) return '-0.0';
    return [String(value), value.toExponential(), value.toExponential(20)][pick(3)]!;
  }
  if (Array.isArray(value))
    return `[${space()}${value.map((element) => spell(element, pick) + space()).join(`,${space()}`)}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value);
  for (let i = entries.length - 1; i > 0; i--) {
    const j = pick(i + 1);
    [entries[i], entries[j]] = [entries[j]!, entries[i]!];
  }
  const members = entries.map(([key, held]) => `${text(key)}${space()}:${space()}${spell(held, pick)}${space()}`);
  return `{${space()}${members.join(`,${space()}`)}}`;
}

interface LooseRecord extends Partial<Omit<Row, 'nested'>> {
  nested?: { a?: string | null; b?: ({ c?: number } | null)[] | null } | null;
}

/** What JSON.parse makes of a record, in the shape of the loose schema. */
function parsed(json: string): Row {
  const value = parseJson(json) as LooseRecord;
  const nested = value.nested && {
    a: value.nested.a ?? null,
    b: value.nested.b?.map((element) => element && { c: element.c ?? null }) ?? null,
  };
  return {
    id: value.id ?? null,
    name: value.name ?? null,
    flag: value.flag ?? null,
    any: value.any ?? null,
    list: value.list ?? null,
    nested: nested ?? null,
    map: value.map ?? null,
  };
}

const comparable = (row: Row): Row => ({
  ...row,
  any: row.any === null ? null : (parseJson(row.any as string) as Value),
});

describe.each(scannerNames)('the scanner of %s and JSON.parse', (scanner) => {
  const scan = scanWith(scanner);

  it('agree on records however they are spelt', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 4 }), fc.infiniteStream(fc.nat(1000)), (records, numbers) => {
        const pick = (choices: number) => numbers.next().value! % choices;
        const texts = records.map((value) => spell(value, pick));
        const { rows, bad, originals } = scan(looseSchema, [texts.join('')]);
        expect(bad).toEqual([]);
        expect(originals).toEqual(texts);
        expect(rows.map(comparable)).toEqual(texts.map(parsed));
      }),
      { numRuns: 500 },
    );
  });

  it('agree on what is JSON when bytes of it are changed', () => {
    const edits = fc.array(fc.tuple(fc.nat(500), fc.constantFrom(...'"\\{}[],:0-+.eEtfnu 1\n\0x'), fc.nat(2)), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(record, edits, fc.infiniteStream(fc.nat(1000)), (value, changes, numbers) => {
        let text = spell({ v: value }, (choices) => numbers.next().value! % choices);
        for (const [at, character, removed] of changes) {
          const place = at % text.length;
          text = text.slice(0, place) + character + text.slice(place + removed);
        }
        text = text.toWellFormed(); // an edit may have cut a surrogate pair, which bytes cannot hold
        const { rows, bad, records } = scan(schemaOf({ v: 'json?' }), [text]);
        const truth = tryParse(text);
        if (truth === undefined) expect(bad.length > 0 || records !== 1).toBe(true);
        else if (isObject(truth)) {
          expect(bad).toEqual([]);
          expect(rows.map((row) => row.v && parseJson(row.v as string))).toEqual([(truth as { v?: Value }).v ?? null]);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('agree on numbers of any form', () => {
    const digits = (min: number) =>
      fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: min, maxLength: 25 });
    const exponent = fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'e-'), fc.nat(340)), { nil: undefined });
    const text = fc
      .tuple(fc.constantFrom('', '-'), digits(1), fc.option(digits(1), { nil: undefined }), exponent)
      .map(
        ([sign, whole, fraction, power]) =>
          `${sign}${whole}${fraction === undefined ? '' : `.${fraction}`}${power?.join('') ?? ''}`,
      );
    fc.assert(
      fc.property(text, (json) => {
        const truth = tryParse(json);
        const { rows } = scan(schemaOf({ d: 'double' }), [`{"d":${json}}`]);
        const isFit = typeof truth === 'number' && Number.isFinite(truth);
        expect(rows.map((row) => row.d)).toEqual(isFit ? [truth] : []);
      }),
      { numRuns: 1000 },
    );
  });
});

function tryParse(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
