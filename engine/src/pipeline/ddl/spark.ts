import type { Field, Type } from '../../core/schema.ts';
import { columnLines, type Dialect } from './dialect.ts';
import { partitionField } from './partition-type.ts';
import { backticked, type Ddl, hiveString, quoteName, type Table } from './table.ts';

const dialect: Dialect = {
  name: 'spark',
  title: 'Spark',
  plain: {
    int: 'BIGINT',
    int8: 'TINYINT',
    int16: 'SMALLINT',
    int32: 'INT',
    int64: 'BIGINT',
    uint8: 'SMALLINT',
    uint16: 'INT',
    uint32: 'BIGINT',
    uint64: 'DECIMAL(20, 0)',
    float: 'FLOAT',
    double: 'DOUBLE',
    string: 'STRING',
    binary: 'BINARY',
    bool: 'BOOLEAN',
    date: 'DATE',
    time: 'STRING', // refused before it is looked up
    uuid: 'BINARY',
    json: 'STRING',
  },
  timestamp: ({ utc }) => (utc ? 'TIMESTAMP' : 'TIMESTAMP_NTZ'),
  list: (element) => `ARRAY<${element}>`,
  map: (key, value) => `MAP<${key}, ${value}>`,
  struct: (fields) => `STRUCT<${fields.map(([name, type]) => `${backticked(name)}: ${type}`).join(', ')}>`,
  quote: backticked,
};

/** CREATE TABLE … USING PARQUET over the files, and the statement that registers partitions. */
export function sparkDdl(table: Table): Ddl {
  const name = quoteName(table.name, backticked);
  const partitions = table.partitions.map((column): Field => partitionField(column, SAFE_AS_PATH));
  const lines = [
    `CREATE TABLE IF NOT EXISTS ${name} (`,
    columnLines([...table.columns, ...partitions], dialect, table).join(',\n'),
    ')',
    'USING PARQUET',
  ];
  if (partitions.length > 0) {
    lines.push(`PARTITIONED BY (${partitions.map((column) => backticked(column.name)).join(', ')})`);
  }
  lines.push(`LOCATION ${hiveString(table.location)};`);
  if (partitions.length === 0) return { sql: `${lines.join('\n')}\n`, notes: [] };
  const recover = `ALTER TABLE ${name} RECOVER PARTITIONS;`;
  return {
    sql: `${[...lines, recover].join('\n')}\n`,
    notes: [`New partitions show after ${recover.slice(0, -1)}; run it whenever one begins.`],
  };
}

/** Types whose canonical text Spark reads back as the same value from a path. */
const SAFE_AS_PATH: ReadonlySet<Type['kind']> = new Set([
  'int',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'bool',
  'date',
] as const);
