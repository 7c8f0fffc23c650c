import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBuilder } from '../../columns/builder.ts';
import type { Column } from '../../columns/column.ts';
import { appendValue } from '../../columns/rows.ts';
import { readValue, type Value } from '../../columns/values.ts';
import type { Type } from '../../core/schema.ts';
import { threadKernel } from '../../kernel/kernel.ts';
import * as api from '../api.ts';
import type { Argument } from './column-call.ts';
import { DistinctTexts } from './columns/texts.ts';
import { datePartOf } from './date-parts.ts';
import { columnBuiltins } from './registry.ts';

const string: Type = { kind: 'string' };
const micros: Type = { kind: 'timestamp', unit: 'us', utc: true };

/** Texts that break what is careless: other alphabets, letters that grow or depend on their neighbours, surrogate pairs. */
const odd = ['', 'İstanbul', 'ıI', 'straße', 'ΟΔΟΣ', 'ﬀ', '𐐀𝒳😀', '\u00a0 x\ufeff', ' pad\t', 'é', 'Zürich', 'K', 'Ǆ'];
const useful = ['17', '-0', '+9223372036854775808', '1e3', '.5', 'TRUE', '2024-02-29T12:00:00+02:00', '31.12.1969'];
const addresses = ['10.1.2.3', '::1', '2001:DB8:0:0:0:0:0:1', '::ffff:1.2.3.4', '1.2.3', 'fe80::1%eth0'];
const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom(...odd, ...useful, ...addresses),
  fc.integer().map(String),
  fc.double().map(String),
  fc.ipV4(),
  fc.ipV6(),
);
const texts = fc.array(fc.option(text, { freq: 5 }), { maxLength: 60 });

function columnOf(type: Type, values: readonly Value[]): Column {
  const builder = createBuilder(type);
  for (const value of values) appendValue(builder, value);
  return builder.finish();
}

/** The same texts as columns come: alone, in the middle of another, in the kernel's memory, with codes. */
const forms: Record<string, (values: readonly (string | null)[]) => Column> = {
  plain: (values) => columnOf(string, values),
  'within another': (values) => {
    const { offsets, data, ...column } = columnOf(string, ['čá', ...values]);
    const { nullCount, validity } = columnOf(string, values);
    return { ...column, length: values.length, nullCount, validity, offsets: offsets!.subarray(1), data: data! };
  },
  'in the kernel': (values) => {
    const column = columnOf(string, values);
    const kernel = threadKernel();
    const block = kernel.allocate(column.data!.length + 1);
    kernel.bytes.set(column.data!, block);
    return { ...column, data: new Uint8Array(kernel.buffer, block, column.data!.length) };
  },
  coded: (values) => {
    const dictionary = new DistinctTexts();
    const codes = Int32Array.from(values, (value) => (value === null ? -1 : dictionary.codeOf(value)));
    return { ...columnOf(string, values), codes, dictionary };
  },
};

const valuesOf = (column: Column) => Array.from({ length: column.length }, (_, row) => readValue(column, row));

/** What the function answers value by value, which is what a row would hold. */
const byRow = (compute: (value: never) => unknown, values: readonly unknown[]) =>
  values.map((value) => compute(value as never));

/** The functions as a transform imports them. */
const functions = new Map(Object.entries<unknown>(api));

/** Calls on a text column: name, constants behind it, output type. */
const calls: [name: string, constants: unknown[], output: Type][] = [
  ['lower', [], string],
  ['upper', [], string],
  ['trim', [], string],
  ['hash', [], string],
  ['canonicalIp', [], string],
  ['ipVersion', [], { kind: 'int8' }],
  ['ipPrefix', [24], string],
  ['ipPrefix', [9, 17], string],
  ['parseInt64', [], { kind: 'int64' }],
  ['parseInteger', [], { kind: 'int' }],
  ['parseDouble', [], { kind: 'double' }],
  ['parseBool', [], { kind: 'bool' }],
  ['parseTimestamp', [], micros],
  ['parseTimestamp', ['%d.%m.%Y'], micros],
  ['matches', [/[a-z]\d|É/iu], { kind: 'bool' }],
  ['matches', [/i/gy], { kind: 'bool' }],
];

describe.each(calls)('%s on a column of texts (%j)', (name, constants, output) => {
  const builtin = columnBuiltins.get(name)!;
  const compute = (value: string | null) =>
    (functions.get(name) as (...args: unknown[]) => unknown)(value, ...constants);

  it.each(Object.keys(forms))('answers as the function does, %s', (form) => {
    const call = builtin.open(output);
    fc.assert(
      fc.property(texts, (values) => {
        const args: Argument[] = [forms[form]!(values), ...constants.map((constant) => ({ constant }))];
        const column = call.apply(args, values.length)!;
        expect(valuesOf(column)).toEqual(byRow(compute, values));
        expect(column.nullCount).toBe(valuesOf(column).filter((value) => value === null).length);
        expectEmptyNulls(column);
        expectTrueCodes(column);
      }),
      { numRuns: 60 },
    );
  });

  it('accepts that call and no other', () => {
    const types = [string, ...constants.map(() => undefined)];
    expect(builtin.accepts(types, output)).toBe(true);
    expect(builtin.accepts([...types, undefined, undefined], output)).toBe(false);
    expect(builtin.accepts([{ kind: 'int' }, ...types.slice(1)], output)).toBe(false);
    expect(builtin.accepts([undefined, ...types.slice(1)], output)).toBe(false);
    expect(builtin.accepts(types, { kind: 'uuid' })).toBe(false);
  });
});

/** A null slot of a column of bytes is an empty span. */
function expectEmptyNulls({ offsets, ...column }: Column): void {
  for (const [row, value] of valuesOf({ offsets, ...column }).entries()) {
    if (value === null && offsets) expect(offsets[row]).toBe(offsets[row + 1]);
  }
}

/** Codes, where there are any, say the same as the bytes, and equal texts have equal codes. */
function expectTrueCodes({ codes, dictionary, ...column }: Column): void {
  if (!codes || !dictionary) return;
  const seen = new Map<string, number>();
  for (const [row, value] of valuesOf(column).entries()) {
    if (value === null) continue;
    expect(dictionary.text(codes[row]!)).toBe(value);
    if (seen.has(value as string)) expect(codes[row]).toBe(seen.get(value as string));
    seen.set(value as string, codes[row]!);
  }
}

describe.each(Object.keys(datePartOf) as (keyof typeof datePartOf)[])('%s on a column of timestamps', (name) => {
  const builtin = columnBuiltins.get(name)!;
  const compute = functions.get(name) as (at: api.Timestamp | null) => number | null;
  const instants = fc.array(fc.option(fc.maxSafeInteger(), { freq: 5 }), { maxLength: 60 });
  const outputs: Type[] = [{ kind: 'int' }, { kind: 'int16' }, { kind: 'int32' }, { kind: 'double' }];

  it('answers as the function does, in every unit and output', () => {
    for (const output of outputs) {
      for (const unit of ['us', 'ms'] as const) {
        const call = builtin.open(output);
        const type: Type = { kind: 'timestamp', unit, utc: true };
        fc.assert(
          fc.property(instants, (values) => {
            const exact = values.map((at) => (at === null || unit === 'us' ? at : at - (at % 1000)));
            const column = call.apply([columnOf(type, exact)], values.length)!;
            expect(valuesOf(column)).toEqual(byRow(compute, exact));
          }),
          { numRuns: 40 },
        );
      }
    }
  });

  it('leaves timestamps that are not exact to the function', () => {
    const column = columnOf({ kind: 'timestamp', unit: 'us', utc: true }, [2 ** 53]);
    expect(builtin.open({ kind: 'int' }).apply([column], 1)).toBeUndefined();
  });

  it('accepts outputs that hold all its answers', () => {
    expect(builtin.accepts([micros], { kind: 'int8' })).toBe(name !== 'year' && name !== 'dayOfYear');
    expect(builtin.accepts([micros], { kind: 'int64' })).toBe(false);
    expect(builtin.accepts([{ kind: 'timestamp', unit: 'ns', utc: true }], { kind: 'int' })).toBe(false);
  });
});

describe('lookup on columns', () => {
  const lookup = columnBuiltins.get('lookup')!;

  it.each(Object.keys(forms))('answers as the function does, %s', (form) => {
    const call = lookup.open(string);
    fc.assert(
      fc.property(texts, fc.dictionary(text, fc.option(text)), (values, entries) => {
        const table = new Map(Object.entries(entries));
        const column = call.apply([{ constant: table }, forms[form]!(values)], values.length)!;
        expect(valuesOf(column)).toEqual(values.map((value) => api.lookup(table, value)));
        expectTrueCodes(column);
      }),
      { numRuns: 60 },
    );
  });

  it('sees what changed in the table between two batches', () => {
    const table = new Map([['a', 1]]);
    const call = lookup.open({ kind: 'int' });
    const column = forms.coded!(['a', 'b', null]);
    expect(valuesOf(call.apply([{ constant: table }, column], 3)!)).toEqual([1, null, null]);
    table.set('a', 2).set('b', 3);
    expect(valuesOf(call.apply([{ constant: table }, column], 3)!)).toEqual([2, 3, null]);
  });

  it('takes numbers, bigints and dates for keys', () => {
    const keys: [Type, Value][] = [
      [{ kind: 'int' }, 7],
      [{ kind: 'int64' }, 7n],
      [{ kind: 'date' }, '2024-02-29'],
    ];
    for (const [type, key] of keys) {
      const call = lookup.open(string);
      const args = [{ constant: new Map([[key, 'found']]) }, columnOf(type, [key, null])];
      expect(lookup.accepts([undefined, type], string)).toBe(true);
      expect(valuesOf(call.apply(args, 2)!)).toEqual(['found', null]);
    }
  });

  it.each<[string, unknown, Type]>([
    ['is not of the output type', 1.5, { kind: 'int' }],
    ['is beyond the output type', 300, { kind: 'int8' }],
    ['is half a surrogate pair', '\ud800', { kind: 'string' }],
    ['is an object', {}, { kind: 'string' }],
    ['has microseconds too many', 1001, { kind: 'timestamp', unit: 'ms', utc: true }],
  ])('leaves a value that %s to the function', (_, value, output) => {
    const call = lookup.open(output);
    expect(call.apply([{ constant: new Map([['a', value]]) }, columnOf(string, ['a'])], 1)).toBeUndefined();
  });

  it('leaves keys that are not exact, and tables that are no Map, to the function', () => {
    const call = lookup.open(string);
    const tooLarge = columnOf({ kind: 'int' }, [2 ** 60]);
    expect(call.apply([{ constant: new Map() }, tooLarge], 1)).toBeUndefined();
    expect(call.apply([{ constant: { get: () => 'x' } }, columnOf(string, ['a'])], 1)).toBeUndefined();
  });
});

describe('calls with constants that no function takes', () => {
  it.each<[string, unknown, Type]>([
    ['ipPrefix', 33, string],
    ['matches', 'a', { kind: 'bool' }],
    ['parseTimestamp', '%Q', micros],
  ])('are left to the function: %s', (name, constant, output) => {
    const call = columnBuiltins.get(name)!.open(output);
    expect(call.apply([columnOf(string, ['a']), { constant }], 1)).toBeUndefined();
  });
});

describe('columns of ASCII', () => {
  it('keep their offsets and lie in the kernel', () => {
    const column = columnOf(string, ['Some', null, 'Text']);
    const made = columnBuiltins.get('lower')!.open(string).apply([column], 3)!;
    expect(made.offsets!.buffer).toBe(column.offsets!.buffer);
    expect(made.data!.buffer).toBe(threadKernel().buffer);
  });

  it('are handed on as they are by trim where there is nothing to trim', () => {
    const column = columnOf(string, ['a b', '', null]);
    expect(columnBuiltins.get('trim')!.open(string).apply([column], 3)).toBe(column);
  });

  it.each(['lower', 'trim'])('forget answers before they fill the memory: %s', (name) => {
    const call = columnBuiltins.get(name)!.open(string);
    const sizes = Array.from({ length: 4 }, (_, batch) => {
      const values = Array.from({ length: 30_000 }, (_, i) => `${batch}-${i} `);
      return call.apply([forms.coded!(values)], values.length)!.dictionary!.size;
    });
    expect(sizes).toEqual([30_000, 60_000, 90_000, 30_000]);
  });

  it('call the function once for each entry of a dictionary, over all batches', () => {
    let texts = 0;
    const values = ['B', 'É', 'B', 'É', 'a'];
    const coded = forms.coded!(values);
    const text = (code: number) => {
      texts++;
      return coded.dictionary!.text(code);
    };
    const column = { ...coded, dictionary: { size: 3, text } };
    const call = columnBuiltins.get('lower')!.open(string);
    for (let batch = 0; batch < 3; batch++) {
      expect(valuesOf(call.apply([column], 5)!)).toEqual(['b', 'é', 'b', 'é', 'a']);
    }
    expect(texts).toBe(3);
  });
});
