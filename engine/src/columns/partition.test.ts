import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDate } from '../core/calendar.ts';
import { ParquetryError } from '../core/errors.ts';
import type { Field, Type } from '../core/schema.ts';
import type { Column } from './column.ts';
import { compilePartitioner } from './partition.ts';
import { PickedColumn } from './picked-column.ts';
import { batchFromRows } from './rows.ts';
import type { Value } from './values.ts';

const time: Type = { kind: 'timestamp', unit: 'us', utc: true };
const fields: Field[] = [
  { name: 'event_time', type: time, optional: true },
  { name: 'country', type: { kind: 'string' }, optional: true },
  { name: 'year', type: { kind: 'int' }, optional: true },
  { name: 'active', type: { kind: 'bool' }, optional: true },
  { name: 'day', type: { kind: 'date' }, optional: true },
  {
    name: 'geo',
    type: { kind: 'struct', fields: [{ name: 'city', type: { kind: 'string' }, optional: true }] },
    optional: true,
  },
  { name: 'tags', type: { kind: 'list', element: { type: { kind: 'string' }, optional: true } }, optional: true },
];
const at = (iso: string) => Date.parse(iso) * 1000;
const pathsOf = (templates: string[], rows: { readonly [name: string]: Value | undefined }[], of: Field[] = fields) =>
  compilePartitioner(templates, of)
    .split(batchFromRows(of, rows))
    .map(({ path, selection }) => [path, selection && [...selection]]);

describe('split', () => {
  it("looks at each entry of a source's dictionary once, also through a column that picks slots", () => {
    const looked: number[] = [];
    const texts = ['NO', 'DE', 'a/b'];
    const dictionary = { size: 3, text: (code: number) => texts[looked.push(code) && code]! };
    const of: Field[] = [{ name: 'country', type: { kind: 'string' }, optional: true }, fields[2]!];
    const rows = [null, 'DE', 'a/b', 'DE', 'NO'].map((country) => ({ country, year: 1 }));
    const batch = batchFromRows(of, rows);
    const codes = Int32Array.of(2, 1, 2, 1, 0); // that of a null means nothing
    const country = { ...batch.columns[0]!, codes, dictionary };
    const { split } = compilePartitioner(['country={country}'], of);
    const partsOf = (column: Column, length: number) =>
      split({ ...batch, length, columns: [column, batch.columns[1]!] }).map(({ path, selection }) => [
        path,
        [...selection!],
      ]);
    expect(partsOf(country, 5)).toEqual([
      ['country=__HIVE_DEFAULT_PARTITION__', [0]],
      ['country=DE', [1, 3]],
      ['country=a%2Fb', [2]],
      ['country=NO', [4]],
    ]);
    expect(looked).toEqual([1, 2, 0]);
    const picked = new PickedColumn(country.type, country, Int32Array.of(4, 1, 3));
    expect(partsOf(picked, 3)).toEqual([
      ['country=NO', [0]],
      ['country=DE', [1, 2]],
    ]);
    expect(looked).toEqual([1, 2, 0, 0, 1]);
  });

  it('gives the parts in first-seen order with ascending rows', () => {
    const rows = ['2024-03-02T00:00:00Z', '2024-03-01T23:59:59.999Z', '2024-03-02T12:00:00Z'].map((iso, i) => ({
      event_time: at(iso),
      country: i === 1 ? 'DE' : 'NO',
    }));
    expect(pathsOf(['dt={event_time:%Y-%m-%d}', 'country={country}'], rows)).toEqual([
      ['dt=2024-03-02/country=NO', [0, 2]],
      ['dt=2024-03-01/country=DE', [1]],
    ]);
  });

  it('joins what different values spell alike', () => {
    const rows = [{ country: 'tr', active: true }, { country: 'x' }, { country: 'tr', active: true }];
    expect(pathsOf(['{country}{country}'], rows).map(([path]) => path)).toEqual(['trtr', 'xx']);
    const two: Field[] = [
      { ...fields[1]!, name: 'a' },
      { ...fields[1]!, name: 'b' },
    ];
    expect(
      pathsOf(
        ['{a}{b}'],
        [
          { a: 'x', b: 'yz' },
          { a: 'q', b: 'q' },
          { a: 'xy', b: 'z' },
        ],
        two,
      ),
    ).toEqual([
      ['xyz', [0, 2]],
      ['qq', [1]],
    ]);
  });

  it('selects everything by undefined when there is one part', () => {
    expect(pathsOf(['{event_time:%Y}/{event_time:%m}'], [{ event_time: 0 }, { event_time: 1 }])).toEqual([
      ['1970/01', undefined],
    ]);
    expect(pathsOf([], [{}, {}])).toEqual([['', undefined]]);
    expect(pathsOf(['{country}'], [])).toEqual([]);
  });

  it('writes null, the empty string and members of null structs as Hive writes null', () => {
    const rows = [{ country: null }, { country: '', geo: null }, { country: 'x', geo: { city: 'Oslo' } }];
    const paths = pathsOf(['c={country}', 'city={geo.city}'], rows);
    const nothing = 'c=__HIVE_DEFAULT_PARTITION__/city=__HIVE_DEFAULT_PARTITION__';
    expect(paths).toEqual([
      [nothing, [0, 1]],
      ['c=x/city=Oslo', [2]],
    ]);
  });

  it('uses canonical texts of other scalars', () => {
    const rows = [{ year: 2024, active: true, day: '2024-02-29' }];
    expect(pathsOf(['{year}', 'a={active}', 'd={day}', '{day:%j}'], rows)).toEqual([
      ['2024/a=true/d=2024-02-29/060', undefined],
    ]);
  });

  it('places times exactly, in any unit, before the epoch and beyond 2^53', () => {
    const last = 253_402_300_799_999_999n; // 9999-12-31T23:59:59.999999Z in us
    const day = (type: Type, value: Value) =>
      pathsOf(['{t:%Y-%m-%d}'], [{ t: value }], [{ name: 't', type, optional: false }, fields[1]!])[0]![0];
    expect(day(time, last as never)).toBe('9999-12-31');
    expect(day(time, -1)).toBe('1969-12-31');
    expect(day({ kind: 'timestamp', unit: 'ns', utc: true }, -1n)).toBe('1969-12-31');
    expect(day({ kind: 'timestamp', unit: 'ns', utc: true }, 1_709_251_199_999_999_999n)).toBe('2024-02-29');
    expect(day({ kind: 'timestamp', unit: 'ms', utc: true }, at('2024-02-29T23:59:59.999Z'))).toBe('2024-02-29');
    expect(parseDate('9999-12-31')).toBe(2_932_896);
  });

  it('agrees with grouping rows by their path, whatever the values', () => {
    const row = fc.record({
      event_time: fc.option(fc.integer({ min: -1e12, max: 1e12 })),
      country: fc.option(fc.string({ maxLength: 3 })),
      active: fc.option(fc.boolean()),
      year: fc.option(fc.integer({ min: 0, max: 3 })),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
        const partitioner = compilePartitioner(['{event_time:%H}', 'c={country}{active}', 'y={year}'], fields);
        const expected = new Map<string, number[]>();
        for (const [i, single] of rows.entries()) {
          const [part] = partitioner.split(batchFromRows(fields, [single]));
          expected.set(part!.path, [...(expected.get(part!.path) ?? []), i]);
        }
        const parts = partitioner.split(batchFromRows(fields, rows));
        const all = rows.map((_, i) => i);
        expect(parts.map(({ path, selection }) => [path, selection ? [...selection] : all])).toEqual([...expected]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('escaping', () => {
  it('encodes what Hive encodes and nothing else', () => {
    const value = 'a "#%\'*/:=?\\{[]^\x7f\x01\n}~.-_ é';
    expect(pathsOf(['{country}'], [{ country: value }])[0]![0]).toBe(
      'a %22%23%25%27%2A%2F%3A%3D%3F%5C%7B%5B%5D%5E%7F%01%0A}~.-_ é',
    );
  });

  it('never leaves the prefix', () => {
    for (const [value, path] of [
      ['..', '%2E%2E'],
      ['.', '%2E'],
      ['/etc', '%2Fetc'],
      ['../x', '..%2Fx'],
    ]) {
      expect(pathsOf(['{country}'], [{ country: value! }])[0]![0]).toBe(path);
    }
    expect(pathsOf(['c={country}'], [{ country: '..' }])[0]![0]).toBe('c=..');
  });
});

describe('fileFields', () => {
  it('leave out the column that the path spells out, and no other', () => {
    const partitioner = compilePartitioner(['country={country}', '{year}'], fields);
    expect(partitioner.fileFields.map((field) => field.name)).toEqual(
      fields.map((f) => f.name).filter((n) => n !== 'country'),
    );
    const batch = batchFromRows(fields, [{ country: 'NO', year: 1 }]);
    const file = partitioner.fileBatch(batch);
    expect(file.columns).toHaveLength(file.fields.length);
    expect(file.columns[1]).toBe(batch.columns[2]);
  });
});

describe('compilePartitioner', () => {
  it.each([
    ['{nope}', /"\{nope\}".*got nope/],
    ['{geo.nope}', /got nope/],
    ['{tags}', /scalar/],
    ['{geo}', /scalar/],
    ['{event_time:%Q}', /%Q/],
    ['{event_time:%Y/%m}', /slash/],
    ['{event_time:}', /directive/],
    ['{country:%Y}', /date or a timestamp/],
    ['{day:%H}', /hours/],
    ['/{country}', /empty segments/],
    ['{country}/', /empty segments/],
    ['a//b', /empty segments/],
    ['', /empty segments/],
    ['../{country}', /prefix/],
    ['{country', /braces/],
    ['a:b', /escapes/],
    ['country={year}', /must not hide the field country/],
    ['Country={country}', /must not hide the field country/],
    ['year={event_time:%Y}', /must not hide the field year/],
  ])('refuses %s', (template, message) => {
    const attempt = () => compilePartitioner([template], fields);
    expect(attempt).toThrow(ParquetryError);
    expect(attempt).toThrow(message);
  });

  it('refuses to leave the file without columns', () => {
    expect(() => compilePartitioner(['country={country}'], [fields[1]!])).toThrow(/leave a field/);
  });
});
