import type { Field, Type } from '../../core/schema.ts';
import type { PartitionColumn } from './partition-column.ts';

/**
 * A partition column as a field: of its source's type if that is one of `kinds` and written canonically (`%Y-%m-%d` is how a
 * date is), else string. A format such as `%m` gives `03`, which as a number would no longer name the folder.
 */
export function partitionField(column: PartitionColumn, kinds: ReadonlySet<Type['kind']>): Field {
  const { source } = column;
  const type = source && canonicalType(source.type, source.format);
  const kept = type && kinds.has(type.kind) ? type : { kind: 'string' as const };
  return { name: column.name, type: kept, optional: source?.optional ?? true };
}

function canonicalType(type: Type, format: string | undefined): Type | undefined {
  if (format === undefined) return type;
  return format === '%Y-%m-%d' || format === '%F' ? { kind: 'date' } : undefined;
}
