import { describe, expect, it } from 'vitest';
import type { Schema } from '../../core/schema.ts';
import { parseSlot } from '../../core/schema-text.ts';
import { formatDdl } from './ddl.ts';
import { partitionColumns } from './partition-column.ts';
import { projectionOf } from './projection.ts';
import { DIALECTS, type Table } from './table.ts';

const fieldsOf = (fields: Record<string, string>): Schema['fields'] =>
  Object.entries(fields).map(([name, text]) => ({ name, ...parseSlot(text) }));

const clicks = fieldsOf({
  id: 'int64',
  event_time: 'timestamp',
  local_time: 'timestamp(us, local)?',
  country: 'string?',
  shard: 'uint8',
  price: 'decimal(10, 2)',
  session: 'uuid',
  extra: 'json?',
  tags: 'list<string?>',
  geo: 'struct<lat: double, lon: double>?',
  counts: 'map<string, int>',
  'odd `"name\'': 'bool',
});

const table = (more: Partial<Table> = {}): Table => ({
  name: 'lake.clicks',
  columns: clicks.filter((field) => field.name !== 'country' && field.name !== 'shard'),
  partitions: partitionColumns(['dt={event_time:%Y-%m-%d}', 'country={country}', 'shard={shard}'], clicks),
  location: "s3://lake/o'clock/",
  uuid: 'text',
  nanoseconds: 'keep',
  ...more,
});

describe.each(DIALECTS)('%s', (dialect) => {
  it('declares the table as the golden file has it', async () => {
    const { sql, notes } = formatDdl(dialect, table());
    await expect(`${notes.map((note) => `-- ${note}\n`).join('')}${sql}`).toMatchFileSnapshot(`golden/${dialect}.sql`);
  });

  it('declares a table without partitions', () => {
    const { sql } = formatDdl(dialect, table({ partitions: [] }));
    expect(sql).not.toMatch(/partitioned|projection|RECOVER|CALL|hive_types/i);
  });
});

describe('types an engine cannot read', () => {
  it.each([
    ['athena', 'time', 'clock: Athena has no type for a time of day'],
    ['athena', 'uint64', 'clock: Trino reads it as signed'],
    ['athena', 'list<timestamp(ns)>', 'clock[]: Athena reads timestamps up to microseconds'],
    ['spark', 'struct<a: time>', 'clock.a: Spark before 4.1'],
    ['trino', 'uint32', 'clock: Trino reads it as signed'],
  ] as const)('%s refuses %s, naming the column', (dialect, type, message) => {
    const [column, reason] = message.split(': ');
    const columns = fieldsOf({ clock: type });
    const refused = expect.objectContaining({
      code: 'E_SCHEMA',
      message: expect.stringMatching(new RegExp(`${column?.replace(/[[\]]/g, '\\$&')} is .*: ${reason}`)),
    });
    expect(() => formatDdl(dialect, table({ columns }))).toThrow(refused);
  });

  it('are read where the encoder cuts them', () => {
    const columns = fieldsOf({ at: 'timestamp(ns)' });
    expect(formatDdl('athena', table({ columns, nanoseconds: 'truncate' })).sql).toContain('`at` timestamp');
  });

  it('are struct fields that Athena cannot name', () => {
    const columns = fieldsOf({ s: 'struct<"a b": int>' });
    expect(() => formatDdl('athena', table({ columns }))).toThrow('got a b');
  });
});

describe('Athena partition projection', () => {
  const fields = fieldsOf({
    at: 'timestamp',
    day: 'date?',
    n: 'int',
    small: 'int8',
    flag: 'bool',
    s: 'string',
    geo: 'struct<flag: bool>?',
  });
  const table: [string, Record<string, string>][] = [
    [
      'dt={at:%Y-%m-%d}',
      { type: 'date', format: 'yyyy-MM-dd', range: 'NOW-5YEARS,NOW+1DAYS', interval: '1', 'interval.unit': 'DAYS' },
    ],
    [
      'dt={at:%Y%m%dT%H}',
      { type: 'date', format: "yyyyMMdd'T'HH", range: 'NOW-5YEARS,NOW+1DAYS', interval: '1', 'interval.unit': 'HOURS' },
    ],
    [
      'm={at:%Y-%m}',
      { type: 'date', format: 'yyyy-MM', range: 'NOW-5YEARS,NOW+1DAYS', interval: '1', 'interval.unit': 'MONTHS' },
    ],
    [
      'day={day}',
      { type: 'date', format: 'yyyy-MM-dd', range: 'NOW-5YEARS,NOW+1DAYS', interval: '1', 'interval.unit': 'DAYS' },
    ],
    ['hour={at:%H}', { type: 'integer', range: '0,23', digits: '2' }],
    ['w={at:%G-%V}', { type: 'injected' }],
    ['dm={at:%d-%m}', { type: 'injected' }],
    ['t={ at :%Y-%m-%dT%H:%M}', { type: 'injected' }],
    ['small={small}', { type: 'integer', range: '-128,127' }],
    ['n={n}', { type: 'injected' }],
    ['flag={flag}', { type: 'enum', values: 'false,true' }],
    ['f={geo.flag}', { type: 'enum', values: 'false,true' }],
    ['s={s}', { type: 'injected' }],
    ['two={s}-{n}', { type: 'injected' }],
  ];
  it.each(table)('of %s', (template, properties) => {
    const [column] = partitionColumns([template], fields);
    expect(projectionOf(column!, undefined).properties).toEqual(properties);
  });

  it('begins with the first day of the data, in the format of the folders', () => {
    const [column] = partitionColumns(['dt={at:%Y/%m/%d}'.replaceAll('/', '')], fields);
    expect(projectionOf(column!, '2024-03-01').properties.range).toBe('20240301,NOW+1DAYS');
  });

  it('tells of what it cannot reach', () => {
    const [day, text] = partitionColumns(['day={day}', 's={s}'], fields);
    expect(projectionOf(day!, undefined).note).toContain('__HIVE_DEFAULT_PARTITION__');
    expect(projectionOf(text!, undefined).note).toContain("every query must say s = '…'");
  });

  it('needs levels that are named', () => {
    expect(() => partitionColumns(['{at:%Y}'], fields)).toThrow('must read name={field}');
  });
});
