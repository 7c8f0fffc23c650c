import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ParquetryError } from './errors.ts';
import type { Slot, Type } from './schema.ts';
import { formatSlot, formatType, parseSlot, parseType, TYPE_NAMES } from './schema-text.ts';

const int: Type = { kind: 'int' };
const string: Type = { kind: 'string' };

describe('parseSlot', () => {
  const table: [string, ReturnType<typeof parseSlot>][] = [
    ['int', { type: int, optional: false }],
    ['int?', { type: int, optional: true }],
    [' int64 ? ', { type: { kind: 'int64' }, optional: true }],
    ['decimal(10,2)', { type: { kind: 'decimal', precision: 10, scale: 2 }, optional: false }],
    ['timestamp', { type: { kind: 'timestamp', unit: 'us', utc: true }, optional: false }],
    ['timestamp(ms)', { type: { kind: 'timestamp', unit: 'ms', utc: true }, optional: false }],
    ['timestamp(us, local)', { type: { kind: 'timestamp', unit: 'us', utc: false }, optional: false }],
    ['timestamp(ns, utc)', { type: { kind: 'timestamp', unit: 'ns', utc: true }, optional: false }],
    ['list<string?>', { type: { kind: 'list', element: { type: string, optional: true } }, optional: false }],
    ['struct<>', { type: { kind: 'struct', fields: [] }, optional: false }],
    [
      'map<string, int>?',
      { type: { kind: 'map', key: string, value: { type: int, optional: false } }, optional: true },
    ],
  ];
  it.each(table)('reads %s', (text, slot) => expect(parseSlot(text)).toEqual(slot));

  it('reads quoted names of struct fields, escapes included', () => {
    expect(parseType('struct<lat: double, "odd \\"name\\"": string?>')).toEqual({
      kind: 'struct',
      fields: [
        { name: 'lat', type: { kind: 'double' }, optional: false },
        { name: 'odd "name"', type: string, optional: true },
      ],
    });
  });

  const mistakes: [string, string, string | undefined][] = [
    ['', 'type "" must have a type at column 1, got the end', 'The types are int, int8'],
    ['strin', 'type "strin" must have a type at column 1, got "strin"', 'Did you mean "string"?'],
    ['list<boolean>', 'type "list<boolean>" must have a type at column 6, got "boolean"', 'Did you mean "bool"?'],
    ['constructor', 'must have a type at column 1, got "constructor"', 'The types are'],
    ['int??', 'must have the end at column 5, got "?"', undefined],
    ['decimal', 'must have "(" at column 8, got the end', 'decimal(precision, scale)'],
    ['decimal(39, 2)', 'must have a precision from 1 to 38 at column 9, got "39"', undefined],
    ['decimal(4, 5)', 'must have a scale from 0 to 4 at column 12, got "5"', undefined],
    ['timestamp(s)', 'must have ms or us or ns at column 11, got "s"', undefined],
    ['struct<a int>', 'must have ":" at column 10, got "int"', undefined],
    ['struct<a: int, a: int>', 'must have a name not used before in this struct at column 16, got "a"', undefined],
    ['struct<é: int>', 'must have a field name at column 8, got "é"', 'double quotes'],
    ['struct<"a: int>', 'must have a field name at column 8, got "\\""', 'closing " is missing'],
    ['map<string?, int>', 'must have "," at column 11, got "?"', 'never null'],
    ['list<int', 'must have ">" at column 9, got the end', undefined],
  ];
  it.each(mistakes)('refuses %j, saying where and what was expected', (text, message, hint) => {
    const error = thrownBy(() => parseSlot(text));
    expect(error.code).toBe('E_SCHEMA');
    expect(error.message).toContain(message);
    if (hint === undefined) expect(error.hint).toBeUndefined();
    else expect(error.hint).toContain(hint);
  });

  it('refuses endless nesting instead of exhausting the stack', () => {
    expect(thrownBy(() => parseSlot('list<'.repeat(100_000))).message).toContain('at most 64 levels of nesting');
  });

  it('fails only with E_SCHEMA, whatever the text', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z<>(),:?" 0-9\\]{0,40}$/), (text) => {
        try {
          parseSlot(text);
        } catch (error) {
          expect((error as ParquetryError).code).toBe('E_SCHEMA');
        }
      }),
    );
  });
});

describe('formatSlot', () => {
  it('writes what parseSlot reads back as the same slot', () => {
    fc.assert(fc.property(slotArbitrary(), (slot) => void expect(parseSlot(formatSlot(slot))).toEqual(slot)));
  });

  it('writes the shortest form', () => {
    const forms = [
      'timestamp',
      'timestamp(ms)',
      'timestamp(us, local)',
      'decimal(38, 0)',
      'struct<a: int?, "b c": bool>',
    ];
    for (const form of forms) expect(formatType(parseType(form))).toBe(form);
  });
});

function thrownBy(run: () => unknown): ParquetryError {
  try {
    run();
  } catch (error) {
    if (error instanceof ParquetryError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function slotArbitrary(): fc.Arbitrary<Slot> {
  const parametric = new Set(['decimal', 'timestamp', 'list', 'struct', 'map']);
  const plain = fc
    .constantFrom(...TYPE_NAMES.filter((name) => !parametric.has(name)))
    .map((kind) => ({ kind }) as Type);
  const decimal = fc
    .integer({ min: 1, max: 38 })
    .chain((precision) => fc.nat(precision).map((scale): Type => ({ kind: 'decimal', precision, scale })));
  const timestamp = fc
    .tuple(fc.constantFrom('ms', 'us', 'ns' as const), fc.boolean())
    .map(([unit, utc]): Type => ({ kind: 'timestamp', unit, utc }));
  const { slot } = fc.letrec<{ slot: Slot; type: Type }>((tie) => ({
    slot: fc.record({ type: tie('type'), optional: fc.boolean() }),
    type: fc.oneof(
      { maxDepth: 4 },
      plain,
      decimal,
      timestamp,
      tie('slot').map((element): Type => ({ kind: 'list', element })),
      fc
        .uniqueArray(fc.tuple(fc.string({ unit: 'grapheme' }), tie('slot')), {
          selector: ([name]) => name,
          maxLength: 3,
        })
        .map((named): Type => ({ kind: 'struct', fields: named.map(([name, slot]) => ({ name, ...slot })) })),
      fc.tuple(tie('type'), tie('slot')).map(([key, value]): Type => ({ kind: 'map', key, value })),
    ),
  }));
  return slot;
}
