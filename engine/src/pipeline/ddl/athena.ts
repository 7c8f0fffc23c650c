import { ParquetryError } from '../../core/errors.ts';
import { columnLines, type Dialect } from './dialect.ts';
import { type Projection, projectionOf } from './projection.ts';
import { backticked, type Ddl, hiveString, quoteName, type Table } from './table.ts';

const dialect: Dialect = {
  name: 'athena',
  title: 'Athena',
  plain: {
    int: 'bigint',
    int8: 'tinyint',
    int16: 'smallint',
    int32: 'int',
    int64: 'bigint',
    uint8: 'smallint',
    uint16: 'int',
    uint32: 'bigint', // this and the next are refused before they are looked up
    uint64: 'decimal(20, 0)',
    float: 'float',
    double: 'double',
    string: 'string',
    binary: 'binary',
    bool: 'boolean',
    date: 'date',
    time: 'string', // refused, too
    uuid: 'binary',
    json: 'string',
  },
  timestamp: () => 'timestamp',
  list: (element) => `array<${element}>`,
  map: (key, value) => `map<${key},${value}>`,
  struct: (fields) => `struct<${fields.map(([name, type]) => `${plainName(name)}:${type}`).join(',')}>`,
  quote: backticked,
};

/** CREATE EXTERNAL TABLE with partition projection: new partitions are seen at once, nothing has to be registered. */
export function athenaDdl(table: Table): Ddl {
  const partitions = table.partitions.map((column) => ({ name: column.name, ...projectionOf(column, table.since) }));
  const lines = [
    `CREATE EXTERNAL TABLE IF NOT EXISTS ${quoteName(table.name, backticked)} (`,
    columnLines(table.columns, dialect, table).join(',\n'),
    ')',
  ];
  if (partitions.length > 0) {
    lines.push('PARTITIONED BY (', partitions.map(partitionLine).join(',\n'), ')');
  }
  lines.push('STORED AS PARQUET', `LOCATION ${hiveString(table.location)}`);
  if (partitions.length > 0) lines.push('TBLPROPERTIES (', properties(partitions, table.location).join(',\n'), ')');
  return { sql: `${lines.join('\n')};\n`, notes: partitions.flatMap(({ note }) => note ?? []) };
}

function partitionLine({ name, columnType }: { name: string } & Projection): string {
  return `  ${backticked(name)} ${columnType}`;
}

function properties(partitions: readonly ({ name: string } & Projection)[], location: string): string[] {
  const template = partitions.map(({ name }) => `${name}=\${${name}}/`).join('');
  const pairs = [
    ['projection.enabled', 'true'],
    ...partitions.flatMap((column) =>
      Object.entries(column.properties).map(([key, value]) => [`projection.${column.name}.${key}`, value]),
    ),
    ['storage.location.template', `${location}${template}`],
  ];
  return pairs.map(([key, value]) => `  ${hiveString(key!)} = ${hiveString(value!)}`);
}

/** Hive's type texts have no quoting. */
function plainName(name: string): string {
  if (/^[A-Za-z0-9_]+$/.test(name)) return name;
  throw new ParquetryError(
    'E_SCHEMA',
    `a struct field in Athena must be named with letters, digits and _, got ${name}`,
    {
      hint: 'Rename it in the output of the transform.',
    },
  );
}
