import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBuilder } from '../columns/builder.ts';
import type { Column, ColumnBatch } from '../columns/column.ts';
import { batchFromRows } from '../columns/rows.ts';
import { readRow, type Value } from '../columns/values.ts';
import { t } from './api/t.ts';
import { createRowAppender, type RowAppender } from './appenders/row-appender.ts';
import { Coder } from './rows/coded.test-support.ts';
import { createRowReader } from './rows/row-reader.ts';

interface Row {
  a: unknown;
  b: unknown;
  c: unknown;
  id: unknown;
  big: unknown;
  doc: unknown;
  mark: unknown;
  sizes: unknown;
  tags: unknown;
  holes: unknown;
  geo: { city: unknown; parts: unknown } | null;
  [name: string]: unknown;
}

const place = t.struct({ city: t.string(), parts: t.list(t.date()).optional() });
const shape = {
  a: t.string(),
  b: t.string(),
  c: t.string().optional(),
  id: t.uuid(),
  price: t.decimal(6, 2).optional(),
  big: t.int64().optional(),
  doc: t.json().optional(),
  mark: t.json(),
  sizes: t.map(t.string(), t.double().optional()).optional(),
  tags: t.list(t.string()),
  holes: t.list(t.string().optional()).optional(),
  geo: place.optional(),
};
const input = t.row(shape);
/** All of the input, some of it at other places and with other nulls, and what is no text. */
const output = t.row({
  ...shape,
  geo: place.optional(),
  city: t.string().optional(),
  days: t.list(t.date()).optional(),
  renamed: t.string().optional(),
  c: t.string().optional(),
  strict: t.string(),
  n: t.int().optional(),
});

const json = (value: unknown) => JSON.stringify(value);
const text = fc.constantFrom('', 'x', 'Oslo', 'Zürich', '🙂', 'a text of some length, longer than a cut needs to be');
const day = fc.constantFrom('2024-02-29', '1970-01-01');
const records = fc.record({
  a: text,
  b: text,
  c: fc.option(text),
  id: fc.constantFrom('01234567-89ab-cdef-0123-456789abcdef', 'ffffffff-89ab-cdef-0123-456789abcdef'),
  price: fc.option(fc.constantFrom('1.50', '-0.01')),
  big: fc.option(fc.constantFrom(0n, -1n, 2n ** 63n - 1n)),
  doc: fc.option(fc.constantFrom<unknown>(7, 'x', { a: [1, { b: 'Zürich' }] }, [], [{ n: null }]).map(json)),
  mark: fc.constantFrom<unknown>(null, false, 1.5, 'ü"', { a: 1 }).map(json),
  sizes: fc.option(fc.dictionary(fc.constantFrom('a', '__proto__', '7', 'z'), fc.option(fc.constantFrom(0, -0, 1.5)))),
  tags: fc.array(text, { maxLength: 3 }),
  holes: fc.option(fc.array(fc.option(text), { maxLength: 3 })),
  geo: fc.option(fc.record({ city: text, parts: fc.option(fc.array(day, { maxLength: 2 })) })),
});

/** What is handed on if nothing is done. */
function same(r: Row): Row {
  return { ...r, city: r.geo?.city, days: r.geo?.parts, renamed: r.a, strict: r.b };
}

/** Things user code does to records, before or after their values were handed on. A fresh set for each run: some remember. */
function deeds(): readonly ((r: Row) => unknown)[] {
  const shared: unknown[] = [];
  const one: Record<string, unknown> = {};
  return [
    (r) => ({ ...same(r), a: r.b, b: r.a }),
    (r) => ({ ...same(r), a: [...String(r.a)].join(''), tags: [...(r.tags as string[])] }),
    (r) => ({ ...same(r), a: `${r.a}!`, strict: String(r.b).slice(0, 1) }),
    (r) => {
      (r.tags as unknown[]).push('more');
      return same(r);
    },
    (r) => {
      const { tags } = r;
      (tags as unknown[]).length = 0;
      return { ...same(r), tags };
    },
    (r) => {
      const row = same(r);
      (r.tags as unknown[]).reverse();
      if (r.geo) r.geo.city = 'moved';
      return row;
    },
    (r) => Object.freeze(same(Object.freeze(r))),
    (r) => Object.assign(one, same(r)),
    (r) => {
      shared.length = 0;
      shared.push(...(r.tags as unknown[]));
      return { ...same(r), tags: shared };
    },
    (r) => ({ ...same(r), c: undefined, holes: undefined, n: 1 }),
    (r) => ({ ...same(r), holes: Array.isArray(r.holes) ? r.holes.map((hole) => hole ?? undefined) : null }),
    (r) => ({ ...same(r), strict: r.c }), // null is no string
    (r) => ({ ...same(r), n: 'not a number' }), // the row breaks off in its last field
    (r) => ({ ...same(r), id: String(r.id).toUpperCase(), price: '1.5' }),
    (r) => ({ ...same(r), a: 'a\ud800' }),
    (r) => [same(r), { ...same(r), a: r.b }, same(r)],
    (r) => [same(r), { ...same(r), b: 1 }],
    () => [],
    (r) => ({ ...same(r), undeclared: 1 }),
    (r) => {
      (r.tags as unknown[]).splice(-1, 1, 'last');
      return same(r);
    },
    (r) => {
      if (r.geo) (r.geo as object as Row).more = 1;
      return same(r);
    },
    (r) => {
      if (r.geo) delete (r.geo as Partial<NonNullable<Row['geo']>>).parts;
      return { ...same(r), days: [] };
    },
    (r) => ({ ...same(r), geo: r.geo && { ...r.geo }, sizes: r.sizes && new Map(Object.entries(r.sizes)) }),
    (r) => {
      if (r.sizes) (r.sizes as Row).a = 0;
      return { ...same(r), big: r.big === 0n ? -1n : r.big };
    },
    (r) => ({ ...same(r), doc: typeof r.doc === 'object' ? structuredClone({ ...r.doc }) : r.doc }),
    (r) => {
      if (Array.isArray(r.doc)) r.doc.push('more');
      return same(r);
    },
    (r) => {
      const row = same(r);
      Object.freeze(r.mark);
      const { a } = (r.doc ?? {}) as { a?: unknown[] };
      a?.reverse();
      return row;
    },
    (r) => ({ ...same(r), doc: r.mark, mark: r.doc }),
    (r) => ({ ...same(r), doc: [r.doc, r.mark] }),
  ];
}

/** Batches of records, and what is done to each: mostly nothing, or the same to nearly all. */
const deed = fc.nat(100);
const cases = fc.oneof(fc.constant(null), deed).chain((usual) => {
  const done = fc.oneof({ weight: 20, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: deed });
  const batch = fc.array(fc.tuple(records, done), { minLength: 1, maxLength: 40 });
  return fc.array(batch, { minLength: 1, maxLength: 6 });
});
type Case = typeof cases extends fc.Arbitrary<infer Of> ? Of : never;

/** Whether nothing was done up to a batch, and so many rows came before its end that it had to pass. */
function isUntouched(batches: Case, batch: number): boolean {
  const seen = batches.slice(0, Math.max(1, batch)).flat().length;
  const records = batches.slice(0, batch + 1).flat();
  return seen >= 16 && records.every(([, deed]) => deed === null);
}

interface Outcome {
  readonly rows: readonly Column[];
  readonly origin: readonly number[];
  readonly refused: readonly string[];
  readonly undeclared: ReadonlyMap<string, number>;
}

describe('columns that pass', () => {
  it('are what appending every value makes of them, whatever user code does to its records', () => {
    // A `mark` may be the JSON null, which passes as nobody's; `n` has nothing in the input.
    const all = output.fields.map(({ name }) => name).filter((name) => name !== 'mark' && name !== 'n');
    fc.assert(
      fc.property(cases, fc.boolean(), (batches, coded) => {
        const coder = new Coder();
        const inputs = batches.map((batch) => {
          const rows = batchFromRows(input.fields, batch.map(([record]) => record) as Record<string, Value>[]);
          return coded ? coder.batch(rows) : rows;
        });
        const reader = createRowReader(input);
        const passing = createRowAppender(output, { input: reader.input });
        const outcome = runAll(batches, inputs, {
          reader,
          appender: passing,
          onBatch: (b) => {
            if (isUntouched(batches, b)) expect(passing.passing()).toEqual(expect.arrayContaining(all));
          },
        });
        const slow = runAll(batches, inputs, { reader: createRowReader(input), appender: createRowAppender(output) });
        expect(outcome).toEqual(slow);
      }),
      { numRuns: 250 },
    );
  });
});

interface Machine {
  readonly reader: ReturnType<typeof createRowReader>;
  readonly appender: RowAppender;
  readonly onBatch?: (b: number) => void;
}

function runAll(batches: Case, inputs: readonly ColumnBatch[], { reader, appender, onBatch }: Machine): Outcome[] {
  const todo = deeds();
  return batches.map((batch, b) => {
    const refused: string[] = [];
    appender.clear();
    reader.bind(inputs[b]!);
    batch.forEach(([, deed], row) => {
      const start = appender.length;
      const act = deed === null ? same : todo[deed % todo.length]!;
      const results = [act(reader.at(row) as Row)].flat() as object[];
      if (results.every((result) => appender.append(result, row))) return;
      refused.push(appender.misfit.message);
      appender.truncate(start);
    });
    onBatch?.(b);
    const { columns } = appender.finish();
    const undeclared = appender.undeclaredKeys.take();
    return { rows: columns.map(copyOf), origin: [...appender.origin()], refused, undeclared };
  });
}

/** A column in one form, whichever it came in. */
function copyOf(column: Column): Column {
  const builder = createBuilder(column.type);
  builder.appendSelection(column, undefined);
  return structuredClone(builder.finish());
}

describe('passing', () => {
  const people = t.row({ name: t.string(), town: t.string(), note: t.string().optional(), tags: t.list(t.string()) });
  const rows = Array.from({ length: 40 }, (_, i) => ({
    name: `name ${i}`,
    town: `town ${i % 3}`,
    note: i % 2 ? 'odd' : null,
    tags: ['t', `${i}`],
  }));

  function passingOf(
    map: (row: Record<string, unknown>, i: number) => object,
    shape: Parameters<typeof createRowAppender>[0] = people,
    batches = 1,
  ): string[] {
    const reader = createRowReader(people);
    const appender = createRowAppender(shape, { input: reader.input });
    for (let batch = 0; batch < batches; batch++) {
      appender.clear();
      reader.bind(batchFromRows(people.fields, rows));
      rows.forEach((_, i) => {
        if (!appender.append(map(reader.at(i) as Record<string, unknown>, i), i))
          throw new Error(appender.misfit.message);
      });
    }
    return appender.passing();
  }

  it('is found out by value, under whatever name', () => {
    const shape = t.row({
      who: t.string(),
      where: t.string(),
      note: t.string().optional(),
      labels: t.list(t.string()),
    });
    const map = (r: Record<string, unknown>) => ({
      who: r.name,
      where: r.town,
      note: r.note ?? undefined,
      labels: r.tags,
    });
    expect(passingOf(map, shape)).toEqual(['who', 'where', 'note', 'labels']);
  });

  it('copies nothing: the columns are those of the input, picked', () => {
    const reader = createRowReader(people);
    const appender = createRowAppender(people, { input: reader.input });
    const batch = batchFromRows(people.fields, rows);
    reader.bind(batch);
    for (const i of rows.keys()) if (i % 4 > 0) appender.append(reader.at(i), i);
    const { columns } = appender.finish();
    expect(columns.map(({ picked }) => picked?.column)).toEqual(batch.columns);
    expect([...(columns[0]?.picked?.rows ?? [])].slice(0, 4)).toEqual([1, 2, 3, 5]);
  });

  it('ends at the first other value, for this batch', () => {
    expect(passingOf((r, i) => ({ ...r, town: i === 39 ? 'elsewhere' : r.town }))).toEqual(['name', 'note', 'tags']);
  });

  it('is tried no more where it ends in every batch', () => {
    const map = (r: Record<string, unknown>, i: number) => ({ ...r, town: i === 39 ? 'elsewhere' : r.town });
    expect(passingOf((r, i) => (i < 39 ? map(r, i) : map(r, 0)), people, 2)).toContain('town');
    let calls = 0;
    const lateReturn = (r: Record<string, unknown>, i: number) => (calls++ < 160 ? map(r, i) : r);
    expect(passingOf(lateReturn, people, 5)).not.toContain('town');
  });

  it('takes nothing from a record that is not the one read last', () => {
    const reader = createRowReader(people);
    const appender = createRowAppender(people, { input: reader.input });
    reader.bind(batchFromRows(people.fields, rows));
    for (const i of rows.keys()) appender.append(reader.at(i), i);
    expect(appender.passing()).toHaveLength(4);
    appender.clear();
    const ahead = rows.map((_, i) => reader.at(i));
    for (const i of rows.keys()) appender.append({ ...ahead[i], ...rows.at(-1) }, i);
    expect(appender.passing()).toEqual([]);
    expect(readRow(appender.finish(), 0).name).toBe('name 39');
  });

  it('takes no text of a row before for that of a struct that is null', () => {
    const input = t.row({ geo: t.struct({ city: t.string(), parts: t.list(t.string()) }).optional() });
    const output = t.row({ city: t.string().optional(), parts: t.list(t.string()).optional() });
    const oslo = { city: 'Oslo', parts: ['a'] };
    const reader = createRowReader(input);
    const appender = createRowAppender(output, { input: reader.input });
    reader.bind(batchFromRows(input.fields, [...Array.from({ length: 20 }, () => ({ geo: oslo })), { geo: null }]));
    for (let i = 0; i <= 20; i++) {
      reader.at(i);
      appender.append(oslo, i);
      expect(appender.passing()).toHaveLength(i >= 15 && i < 20 ? 2 : 0);
    }
    expect(readRow(appender.finish(), 20)).toEqual(oslo);
  });
});
