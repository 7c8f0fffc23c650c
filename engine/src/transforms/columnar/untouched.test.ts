import { describe, expect, it } from 'vitest';
import type { Column, ColumnBatch } from '../../columns/column.ts';
import { PickedColumn } from '../../columns/picked-column.ts';
import type { RecordBatch } from '../../columns/record-batch.ts';
import type { Schema } from '../../core/schema.ts';
import { t } from '../api/t.ts';
import { compileTransform } from '../compile.ts';
import { createTransformRunner } from '../runner.ts';
import { batchOf, createProject, deliveryOf, rowsOf } from '../testing.ts';

const input: Schema = t.row({
  order: t.int64(),
  customer: t.string(),
  note: t.string().optional(),
  weight: t.double(),
  lines: t.list(t.struct({ sku: t.string(), count: t.int32() })),
  address: t.struct({ city: t.string(), zip: t.string().optional() }),
});

const orders = Array.from({ length: 9 }, (_, i) => ({
  order: BigInt(i),
  customer: `customer ${i}`,
  note: i % 2 === 0 ? null : `note ${i}`,
  weight: i / 2,
  lines: [{ sku: `s${i}`, count: i }],
  address: { city: `city ${i}`, zip: null },
}));

/** A column that tells when somebody looks at its values. */
function watched(column: Column, seen: () => void): Column {
  const { type, length, nullCount, validity } = column;
  const look = <Key extends 'values' | 'offsets' | 'data'>(key: Key): Column[Key] => {
    seen();
    return column[key];
  };
  return {
    type,
    length,
    nullCount,
    ...(validity && { validity }),
    get values() {
      return look('values');
    },
    get offsets() {
      return look('offsets');
    },
    get data() {
      return look('data');
    },
    ...(column.children && { children: column.children.map((child) => watched(child, seen)) }),
  };
}

/** A batch of orders, and how often the columns of each field were looked at. */
function watchedBatch(): { records: RecordBatch; looks: Map<string, number> } {
  const looks = new Map<string, number>();
  const records = batchOf(input, orders);
  const columns = records.rows.columns.map((column, i) => {
    const { name } = input.fields[i]!;
    return watched(column, () => looks.set(name, (looks.get(name) ?? 0) + 1));
  });
  const rows: ColumnBatch = { ...records.rows, columns };
  return { records: { ...records, rows }, looks };
}

async function run(output: string, map: string) {
  await using files = await createProject({
    'transform.ts': `import { defineTransform, drop, t } from 'parquetry';
      export default defineTransform({ output: t.row(${output}), map: ${map} });`,
  });
  const compiled = await compileTransform(files.path('transform.ts'));
  const runner = await createTransformRunner(compiled, input, { pipeline: 'p', folder: '/' });
  const { records, looks } = watchedBatch();
  const result = await runner.run(records, [deliveryOf()]);
  return { ...result, looks, records };
}

const LINES = 't.list(t.struct({ sku: t.string(), count: t.int32() }))';

describe('no value of an untouched column is built', () => {
  it.each([
    [
      'a spread with a computed field',
      `{ order: t.int64(), customer: t.string(), lines: ${LINES}, heavy: t.bool() }`,
      '(r) => ({ ...r, heavy: r.weight > 2 })',
      ['weight'],
    ],
    [
      'a rest after a filter',
      `{ order: t.int64(), note: t.string().optional(), lines: ${LINES} }`,
      '({ customer, ...order }) => (customer.endsWith("3") ? drop("three") : { ...order })',
      ['customer'],
    ],
    [
      'renames and a field of a struct',
      '{ id: t.int64(), town: t.string(), who: t.string(), big: t.double() }',
      '(r) => { const { address: { city }, customer: who } = r; return { id: r.order, town: city, who, big: r.weight * 2 }; }',
      ['weight'],
    ],
    ['copies alone', '{ id: t.int64(), note: t.string().optional() }', '(r) => ({ id: r.order, note: r.note })', []],
  ])('%s', async (_, output, map, touched) => {
    const {
      looks,
      output: { columns },
      origin,
    } = await run(output, map);
    expect([...looks.keys()]).toEqual(touched);
    expect(columns.length).toBeGreaterThan(touched.length);
    expect(origin.length).toBeGreaterThan(7);
  });

  it('and the column itself is the output where every record is one row', async () => {
    const { output, records } = await run(
      '{ note: t.string().optional(), n: t.int32() }',
      '(r) => ({ note: r.note, n: 1 })',
    );
    expect(output.columns[0]).toBe(records.rows.columns[2]);
  });

  it('and rows are picked from it where not', async () => {
    const { output } = await run(
      '{ customer: t.string() }',
      '(r) => r.weight < 1 ? drop("light") : { customer: r.customer }',
    );
    expect(output.columns[0]).toBeInstanceOf(PickedColumn);
    expect(rowsOf(output)[0]).toEqual({ customer: 'customer 2' });
  });
});

describe('a value that costs its record when it is handed on', () => {
  it.each([
    [
      'null where a value is required',
      { note: t.string().optional() },
      [{ note: 'a' }, { note: null }],
      '{ note: t.string() }',
    ],
    [
      'a timestamp that no number holds',
      { at: t.timestamp() },
      [{ at: 0 }, { at: 2 ** 53 + 2 }],
      '{ at: t.timestamp() }',
    ],
  ])('fails it as it fails without columns: %s', async (_, fields, rows, output) => {
    const [name] = Object.keys(fields);
    await using files = await createProject({
      'transform.ts': `import { defineTransform, t } from 'parquetry';
        let calls = 0;
        export default defineTransform({ output: t.row({ ...${output}, n: t.int() }), map: (r) => ({ ${name}: r.${name}, n: calls++ }) });`,
    });
    const schema: Schema = t.row(fields);
    const compiled = await compileTransform(files.path('transform.ts'));
    const results = [false, true].map(async (plain) => {
      const runner = await createTransformRunner(compiled, schema, { pipeline: 'p', folder: '/', plain });
      const batch = batchOf(schema, rows);
      if (name === 'at') (batch.rows.columns[0]?.values as BigInt64Array)[1]! += 1n;
      const { output: made, origin, failed } = await runner.run(batch, [deliveryOf()]);
      return { rows: rowsOf(made), origin: [...origin], failed };
    });
    const [columnar, plain] = await Promise.all(results);
    expect(plain?.failed).toHaveLength(1);
    expect(columnar).toEqual(plain);
  });
});
