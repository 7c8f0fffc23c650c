import { ParquetryError } from '../../core/errors.ts';
import type { Field, PlainKind, Type, TypeOf } from '../../core/schema.ts';
import { fieldPath } from '../../core/schema-compare.ts';
import { formatType } from '../../core/schema-text.ts';
import { PROFILES } from '../../encoders/parquet/profiles.ts';
import type { DialectName, Table } from './table.ts';

/** How an engine writes names and types. */
export interface Dialect {
  readonly name: DialectName;
  readonly title: string;
  readonly plain: Readonly<Record<PlainKind, string>>;
  timestamp(type: TypeOf<'timestamp'>): string;
  list(element: string): string;
  map(key: string, value: string): string;
  /** `fields` are names, as they are, with the text of their types. */
  struct(fields: readonly (readonly [string, string])[]): string;
  quote(name: string): string;
}

/** The column definitions of the fields. Throws E_SCHEMA for a type or a name that the engine cannot read. */
export function columnLines(fields: readonly Field[], dialect: Dialect, table: Table): string[] {
  return fields.map((field) => `  ${dialect.quote(field.name)} ${sqlType(field.type, field.name, dialect, table)}`);
}

/** The engine's text of a type; `path` is for messages. */
export function sqlType(type: Type, path: string, dialect: Dialect, table: Table): string {
  refuseUnreadable(type, path, dialect, table);
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision}, ${type.scale})`;
    case 'timestamp':
      return dialect.timestamp(type);
    case 'list':
      return dialect.list(sqlType(type.element.type, `${path}[]`, dialect, table));
    case 'map': {
      const key = sqlType(type.key, `${path} key`, dialect, table);
      return dialect.map(key, sqlType(type.value.type, `${path}{}`, dialect, table));
    }
    case 'struct':
      return dialect.struct(
        type.fields.map((field) => [field.name, sqlType(field.type, fieldPath(path, field.name), dialect, table)]),
      );
    case 'uuid':
      return table.uuid === 'text' ? dialect.plain.string : dialect.plain.uuid;
    default:
      return dialect.plain[type.kind];
  }
}

function refuseUnreadable(type: Type, path: string, dialect: Dialect, table: Table): void {
  const truncated = type.kind === 'timestamp' && type.unit === 'ns' && table.nanoseconds === 'truncate';
  const refusal = truncated ? undefined : PROFILES[dialect.name].refuse(type);
  if (!refusal) return;
  const message = `${dialect.title} must be able to read every column, but ${path} is ${formatType(type)}: ${refusal.reason}`;
  throw new ParquetryError('E_SCHEMA', message, { hint: refusal.hint });
}
