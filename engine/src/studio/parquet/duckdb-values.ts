import type * as DuckDb from '@duckdb/node-api';
import type { Value } from '../../columns/values.ts';
import type { Type } from '../../core/schema.ts';

/** How a column of a result becomes one of ours. */
export interface ResultColumn {
  readonly type: Type;
  /** Of a value that is not null. */
  value(from: DuckDb.DuckDBValue): NonNullable<Value>;
}

/** By a DuckDB type. What has no type of ours comes as the text that DuckDB writes; nested values as JSON. */
export function resultColumn(duckdb: typeof DuckDb, type: DuckDb.DuckDBType): ResultColumn {
  const { DuckDBTypeId: id } = duckdb;
  switch (type.typeId) {
    case id.BOOLEAN:
      return same({ kind: 'bool' });
    case id.TINYINT:
      return same({ kind: 'int8' });
    case id.SMALLINT:
      return same({ kind: 'int16' });
    case id.INTEGER:
      return same({ kind: 'int32' });
    case id.BIGINT:
      return same({ kind: 'int64' });
    case id.UTINYINT:
      return same({ kind: 'uint8' });
    case id.USMALLINT:
      return same({ kind: 'uint16' });
    case id.UINTEGER:
      return same({ kind: 'uint32' });
    case id.UBIGINT:
      return same({ kind: 'uint64' });
    case id.FLOAT:
      return same({ kind: 'float' });
    case id.DOUBLE:
      return same({ kind: 'double' });
    case id.VARCHAR:
      return same({ kind: 'string' });
    case id.UUID:
      return { type: { kind: 'uuid' }, value: String };
    case id.BLOB:
      return { type: { kind: 'binary' }, value: (from) => (from as DuckDb.DuckDBBlobValue).bytes };
    case id.DECIMAL: {
      const { width, scale } = type as DuckDb.DuckDBDecimalType;
      return { type: { kind: 'decimal', precision: width, scale }, value: String };
    }
    case id.TIMESTAMP:
      return micros(false);
    case id.TIMESTAMP_TZ:
      return micros(true);
    case id.TIMESTAMP_NS:
      return {
        type: { kind: 'timestamp', unit: 'ns', utc: false },
        value: (from) => (from as DuckDb.DuckDBTimestampNanosecondsValue).nanos,
      };
    case id.LIST:
    case id.ARRAY:
    case id.STRUCT:
    case id.MAP:
    case id.UNION:
      return { type: { kind: 'json' }, value: (from) => jsonOf(duckdb, from) };
    default:
      return { type: { kind: 'string' }, value: String };
  }
}

function same(type: Type): ResultColumn {
  return { type, value: (from) => from as NonNullable<Value> };
}

function micros(utc: boolean): ResultColumn {
  const value = (from: DuckDb.DuckDBValue) => (from as DuckDb.DuckDBTimestampValue).micros;
  return { type: { kind: 'timestamp', unit: 'us', utc }, value };
}

/** Compact JSON with all digits of numbers; what JSON has no form for as text. */
function jsonOf(duckdb: typeof DuckDb, value: DuckDb.DuckDBValue): string {
  const json = (from: DuckDb.DuckDBValue) => jsonOf(duckdb, from);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value))) return String(value);
  if (value instanceof duckdb.DuckDBListValue || value instanceof duckdb.DuckDBArrayValue) {
    return `[${value.items.map(json).join(',')}]`;
  }
  if (value instanceof duckdb.DuckDBStructValue) {
    return `{${Object.entries(value.entries)
      .map(([name, held]) => `${JSON.stringify(name)}:${json(held)}`)
      .join(',')}}`;
  }
  if (value instanceof duckdb.DuckDBMapValue) {
    return `{${value.entries.map(({ key, value: held }) => `${JSON.stringify(String(key))}:${json(held)}`).join(',')}}`;
  }
  if (value instanceof duckdb.DuckDBUnionValue) return json(value.value);
  if (value instanceof duckdb.DuckDBDecimalValue) return String(value);
  return JSON.stringify(String(value));
}
