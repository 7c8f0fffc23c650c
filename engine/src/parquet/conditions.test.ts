import { describe, expect, test } from 'vitest';
import { toArrowIpc } from '../columns/arrow.ts';
import { batchFromRows } from '../columns/rows.ts';
import { readRow, type Value } from '../columns/values.ts';
import { parseSlot } from '../core/schema-text.ts';
import { boundOf, plainOf } from './bounds.ts';
import { type Condition, compareOrdered, orderedOf } from './condition.ts';
import { bytesSource, duckdbFile } from './files.test-support.ts';
import type { ByteSource } from './footer-reader.ts';
import { OFFSET_INDEX, PAGE_LOCATION, structsAt } from './metadata.ts';
import { openParquetFile } from './parquet-file.ts';
import { openParquet } from './reader.ts';
import type { SchemaNode } from './schema-tree.ts';
import { UNIT, union } from './stored-type.ts';
import type { ThriftStruct, ThriftValue } from './thrift.ts';
import { readStruct } from './thrift-reader.ts';
import { writeStruct } from './thrift-writer.ts';
import { parquetFromIpc } from './wasm.ts';

type Row = { readonly [name: string]: Value };

async function read(source: ByteSource, where: readonly Condition[] = []): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const { rows: batch } of (await openParquet(source)).batches({ where }))
    for (let row = 0; row < batch.length; row++) rows.push(readRow(batch, row));
  return rows;
}

/** What a type stores: an expression over `i`, a number below 20. Few values repeat, so that DuckDB writes bloom filters. */
const values: Readonly<Record<string, string>> = {
  int8: '(i - 25)::TINYINT',
  int16: '(i * 999 - 25000)::SMALLINT',
  int32: '(i * 85899345 - 2147483648)::INTEGER',
  int64: '(i::HUGEINT * 368934881474191032 - 9223372036854775808::HUGEINT)::BIGINT',
  uint8: '(i * 5)::UTINYINT',
  uint16: '(i * 1337)::USMALLINT',
  uint32: '(i * 87652393)::UINTEGER',
  uint64: '(i::HUGEINT * 376464164769582686)::UBIGINT',
  float: '((i - 25) / 3)::FLOAT',
  double: '(i - 25) / 3',
  'decimal in 32 bits': '((i - 25) / 4)::DECIMAL(9, 2)',
  'decimal in 64 bits': '((i - 25) / 4)::DECIMAL(18, 2)',
  'decimal in bytes': '((i - 25) / 4)::DECIMAL(38, 2)',
  date: `DATE '1969-12-20' + i::INTEGER`,
  'time in us': `'10:00:00.000001'::TIME + INTERVAL (i) SECOND`,
  'time in ns': `('10:00:' || lpad(i::VARCHAR, 2, '0') || '.000001')::TIME_NS`,
  'timestamp in ms': `(TIMESTAMP '1969-12-31 23:59:30.5' + INTERVAL (i) SECOND)::TIMESTAMP_MS`,
  'timestamp in us': `TIMESTAMP '1969-12-31 23:59:30.000001' + INTERVAL (i) SECOND`,
  'timestamp in ns': `(TIMESTAMP '2026-12-31 23:59:30.000001' + INTERVAL (i) SECOND)::TIMESTAMP_NS`,
  'timestamp in UTC': `TIMESTAMPTZ '1969-12-31 23:59:30Z' + INTERVAL (i) SECOND`,
  uuid: `('00000000-0000-4000-8000-' || lpad(i::VARCHAR, 12, '9'))::UUID`,
  string: `'ä' || i`,
  json: `('[' || i || ']')::JSON`,
  binary: `unhex(lpad(i::VARCHAR, 4, 'f'))`,
  bool: 'i % 2 = 0',
  interval: 'INTERVAL (i * 1000) DAY',
};

/** What tells values apart. Most are told by themselves: their text would take longer than reading them. */
const keyOf = (value: Value | undefined) =>
  value instanceof Uint8Array
    ? Buffer.from(value).toString('hex')
    : typeof value === 'object'
      ? JSON.stringify(value)
      : value;

test.each(Object.entries(values))('a condition on %s finds every row that meets it', async (_, value) => {
  const query = `SELECT ${value} AS v FROM (SELECT (range // 2048 * 10 + range % 10) AS i FROM range(4096))`;
  const source = bytesSource(await duckdbFile(query, 'ROW_GROUP_SIZE 2048'));
  const groups = Map.groupBy(await read(source), ({ v }) => keyOf(v));
  expect(groups.size).toBeGreaterThan(1);
  for (const [key, rows] of groups) {
    const v = rows[0]!.v!;
    const wanted: Condition[] = [
      ...(['=', '<=', '>='] as const).map((is): Condition => ({ column: 'v', is, value: v })),
      { column: 'v', is: 'in', values: [v] },
    ];
    for (const condition of wanted) {
      const found = (await read(source, [condition])).filter((row) => keyOf(row.v) === key);
      expect({ condition, found: found.length }).toEqual({ condition, found: rows.length });
    }
  }
});

describe('what metadata says of values', () => {
  const annotated = (physical: SchemaNode['physical'], more: Partial<SchemaNode>): SchemaNode =>
    ({ name: 'v', physical, repetition: 'OPTIONAL', children: [], path: ['v'], ...more }) as SchemaNode;

  test.each(['ms', 'ns'] as const)(
    'is not asked about a time in %s, whose values lie there in another unit',
    (unit) => {
      const time: ThriftValue = { kind: 'struct', value: new Map([[2, union(UNIT[unit])]]) };
      const node = annotated(unit === 'ms' ? 'INT32' : 'INT64', { logical: new Map([[7, time]]) });
      const bytes = new Uint8Array(unit === 'ms' ? 4 : 8);
      expect(boundOf(node, { kind: 'time' }, bytes)).toBeUndefined();
      expect(plainOf(node, { kind: 'time' }, 36_000_000_001n)).toBeUndefined();
    },
  );

  test.each([
    ['an interval', annotated('FIXED_LEN_BYTE_ARRAY', { converted: 21, typeLength: 12 })],
    ['a geometry', annotated('BYTE_ARRAY', { logical: new Map([[17, union(0)]]) })],
  ])('is no bound of %s, which has no order', (_, node) => {
    expect(boundOf(node, { kind: 'binary' }, new Uint8Array(12))).toBeUndefined();
  });

  test.each([
    ['ms', 1_000_000n],
    ['us', 1_000n],
  ] as const)('in %s is less or greater than a moment between two of them, never equal', (unit, nanos) => {
    const type = { kind: 'timestamp', unit, utc: true } as const;
    for (let i = 0n; i < 500n; i++) {
      const below = 1_767_323_045_678_901n * (unit === 'us' ? 1n : 0n) + 1_767_323_045_678n + i;
      for (const beyond of [1n, nanos / 2n, nanos - 1n]) {
        const between = orderedOf(type, below * nanos + beyond, 'at');
        expect([compareOrdered(below, between), compareOrdered(below + 1n, between)]).toEqual([-1, 1]);
      }
    }
  });
});

describe('an offset index', () => {
  const rows = Array.from({ length: 2_000 }, (_, id) => ({ id, name: `name-${id}` }));
  const fields = Object.entries({ id: 'int32', name: 'string' }).map(([name, type]) => ({ name, ...parseSlot(type) }));
  const file = () =>
    parquetFromIpc(toArrowIpc(batchFromRows(fields, rows)), (wasm) =>
      new wasm.WriterPropertiesBuilder()
        .setDictionaryEnabled(false)
        .setDataPageSizeLimit(1_000)
        .setWriteBatchSize(64)
        .build(),
    );

  /** The file, with the index of its first column changed as it is read. */
  async function changed(change: (locations: ThriftStruct[]) => void): Promise<ByteSource> {
    const source = bytesSource(file());
    const { start, end } = (await openParquetFile(source)).rowGroups[0]!.chunks[0]!.offsetIndex!;
    const index = readStruct(new Uint8Array(await source.slice(start, end))).value;
    change(structsAt(index, OFFSET_INDEX.pages, 'page_locations'));
    const bytes = writeStruct(index).slice().buffer;
    return {
      byteLength: source.byteLength,
      slice: async (from, to) => (from === start && to === end ? bytes : source.slice(from, to)),
    };
  }
  const setFirstRow = (location: ThriftStruct, row: number) =>
    (location as Map<number, ThriftValue>).set(PAGE_LOCATION.firstRow, { kind: 'i64', value: BigInt(row) });

  const changes: Record<string, (locations: ThriftStruct[]) => void> = {
    'is as it was written': () => {},
    'starts at row 100': ([first]) => setFirstRow(first!, 100),
    'starts before the first row': ([first]) => setFirstRow(first!, -64),
    'says row 0 of all pages': (locations) => {
      for (const location of locations) setFirstRow(location, 0);
    },
    'says the same row of two pages': ([, second, third]) => {
      setFirstRow(second!, 64);
      setFirstRow(third!, 64);
    },
    'goes back': ([, second]) => setFirstRow(second!, 1_500),
    'ends beyond the rows': (locations) => setFirstRow(locations.at(-1)!, 900_000),
  };

  test.each(Object.keys(changes))('that %s loses no row of a condition', async (what) => {
    const source = await changed(changes[what]!);
    expect(await read(source)).toHaveLength(rows.length);
    for (const [is, value] of [
      ['>=', 0],
      ['<', 50],
      ['=', 64],
      ['=', 1_999],
    ] as const) {
      const found = new Set((await read(source, [{ column: 'id', is, value }])).map(({ id }) => id));
      const wanted = rows.filter(({ id }) => (is === '>=' ? id >= value : is === '<' ? id < value : id === value));
      expect(wanted.filter(({ id }) => !found.has(id))).toEqual([]);
      // An index that holds together is made use of.
      if (what === 'is as it was written' && is === '=') expect(found.size).toBeLessThan(rows.length / 4);
    }
  });
});
