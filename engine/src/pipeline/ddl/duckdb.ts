import type { Type } from '../../core/schema.ts';
import { partitionField } from './partition-type.ts';
import { type Ddl, doubleQuoted, quoteName, sqlString, type Table } from './table.ts';

/** DuckDB's types of partition columns; anything else is read as text. */
const PATH_TYPES: ReadonlyMap<Type['kind'], string> = new Map([
  ['int', 'BIGINT'],
  ['int8', 'TINYINT'],
  ['int16', 'SMALLINT'],
  ['int32', 'INTEGER'],
  ['int64', 'BIGINT'],
  ['uint8', 'UTINYINT'],
  ['uint16', 'USMALLINT'],
  ['uint32', 'UINTEGER'],
  ['uint64', 'UBIGINT'],
  ['bool', 'BOOLEAN'],
  ['date', 'DATE'],
  ['uuid', 'UUID'],
] as const);
const KINDS = new Set(PATH_TYPES.keys());

/**
 * CREATE VIEW over the files, wherever they lie: types come from the files, those of partition columns from the templates.
 * Files of an older output contract join by name.
 */
export function duckdbDdl(table: Table): Ddl {
  const options = ['union_by_name = true', `hive_partitioning = ${table.partitions.length > 0}`];
  if (table.partitions.length > 0) options.push(`hive_types = {${table.partitions.map(hiveType).join(', ')}}`);
  const glob = sqlString(`${table.location}**/*.parquet`);
  const sql = [
    `CREATE OR REPLACE VIEW ${quoteName(table.name, doubleQuoted)} AS`,
    `SELECT * FROM read_parquet(${[glob, ...options].join(', ')});`,
  ];
  const notes = ['The view can be made once there is a file: DuckDB looks at one for the columns.'];
  if (table.location.startsWith('s3:')) {
    notes.push('For S3 once a session: CREATE SECRET (TYPE s3, PROVIDER credential_chain);');
  }
  return { sql: `${sql.join('\n')}\n`, notes };
}

function hiveType(column: Table['partitions'][number]): string {
  const { type } = partitionField(column, KINDS);
  return `${sqlString(column.name)}: ${PATH_TYPES.get(type.kind) ?? 'VARCHAR'}`;
}
