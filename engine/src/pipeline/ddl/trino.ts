import type { Type } from '../../core/schema.ts';
import { columnLines, type Dialect } from './dialect.ts';
import { partitionField } from './partition-type.ts';
import { type Ddl, doubleQuoted, quoteName, sqlString, type Table } from './table.ts';

const dialect: Dialect = {
  name: 'trino',
  title: 'Trino',
  plain: {
    int: 'bigint',
    int8: 'tinyint',
    int16: 'smallint',
    int32: 'integer',
    int64: 'bigint',
    uint8: 'smallint',
    uint16: 'integer',
    uint32: 'bigint', // this and the next are refused before they are looked up
    uint64: 'decimal(20, 0)',
    float: 'real',
    double: 'double',
    string: 'varchar',
    binary: 'varbinary',
    bool: 'boolean',
    date: 'date',
    time: 'bigint', // the Hive connector has no time: microseconds since midnight
    uuid: 'varbinary', // nor uuid
    json: 'varchar',
  },
  timestamp: () => 'timestamp', // in the precision that hive.timestamp-precision sets
  list: (element) => `array(${element})`,
  map: (key, value) => `map(${key}, ${value})`,
  struct: (fields) => `row(${fields.map(([name, type]) => `${doubleQuoted(name)} ${type}`).join(', ')})`,
  quote: doubleQuoted,
};

const SAFE_AS_PATH: ReadonlySet<Type['kind']> = new Set(['int', 'int32', 'int64', 'date'] as const);

/** CREATE TABLE of the Hive connector over the files, and the call that registers partitions. */
export function trinoDdl(table: Table): Ddl {
  const partitions = table.partitions.map((column) => partitionField(column, SAFE_AS_PATH));
  const properties = ["  format = 'PARQUET'", `  external_location = ${sqlString(table.location)}`];
  if (partitions.length > 0) {
    properties.push(`  partitioned_by = ARRAY[${partitions.map((column) => sqlString(column.name)).join(', ')}]`);
  }
  const lines = [
    `CREATE TABLE IF NOT EXISTS ${quoteName(table.name, doubleQuoted)} (`,
    columnLines([...table.columns, ...partitions], dialect, table).join(',\n'),
    ')',
    'WITH (',
    properties.join(',\n'),
    ');',
  ];
  const notes = precisionNote(table);
  if (partitions.length === 0) return { sql: `${lines.join('\n')}\n`, notes };
  const sync = syncCall(table.name);
  notes.push(`New partitions show after ${sync.slice(0, -1)}; run it whenever one begins.`);
  return { sql: `${[...lines, sync].join('\n')}\n`, notes };
}

function syncCall(name: string): string {
  const parts = name.split('.');
  const [table = '', schema = 'default', catalog] = parts.reverse();
  const prefix = catalog === undefined ? '' : `${doubleQuoted(catalog)}.`;
  return `CALL ${prefix}system.sync_partition_metadata(${sqlString(schema)}, ${sqlString(table)}, 'FULL');`;
}

function precisionNote(table: Table): string[] {
  if (!table.columns.some((field) => field.type.kind === 'timestamp')) return [];
  return ['Timestamps show milliseconds unless hive.timestamp-precision (or the session property) says MICROSECONDS.'];
}
