import { ParquetryError } from '../../core/errors.ts';
import type { Field, Type } from '../../core/schema.ts';

/** A column that is not in the files but in their path. */
export interface PartitionColumn {
  /** Of the folder `name=value`. */
  readonly name: string;
  /** What the value is made of, where it is exactly one field and no text around it. */
  readonly source?: PartitionSource;
}

export interface PartitionSource {
  readonly type: Type;
  /** Null becomes a folder of its own: `__HIVE_DEFAULT_PARTITION__`. */
  readonly optional: boolean;
  /** strftime format of a date or timestamp; absent: the value's canonical text. */
  readonly format?: string;
}

const SEGMENT = /^([^={}/]+)=(.+)$/s;
const ONE_FIELD = /^\{([^{}:]+)(?::([^{}]+))?\}$/s;

/**
 * The columns that partition templates (`dt={event_time:%Y-%m-%d}`) give a table, one a path level. Throws E_CONFIG for a
 * level without a name: no engine finds a column there. The templates themselves were checked by the partitioner.
 */
export function partitionColumns(templates: readonly string[], fields: readonly Field[]): PartitionColumn[] {
  return templates
    .flatMap((template) => template.split(/\/(?![^{]*\})/))
    .map((segment) => {
      const [, name, value] = SEGMENT.exec(segment) ?? [];
      if (name !== undefined && value !== undefined) return { name, source: sourceOf(value, fields) };
      throw new ParquetryError('E_CONFIG', `a partition of a table must read name={field}, got ${segment}`, {
        hint: 'Query engines take partition columns from folders named name=value; name the level in partitionBy.',
      });
    });
}

function sourceOf(value: string, fields: readonly Field[]): PartitionSource | undefined {
  const [, path, format] = ONE_FIELD.exec(value) ?? [];
  if (path === undefined) return undefined;
  const found = findField(path.trim(), fields);
  return found && { ...found, format };
}

/** A field by its name, or by a dotted path into structs; optional if anything on the way is. */
function findField(path: string, fields: readonly Field[]): { type: Type; optional: boolean } | undefined {
  const whole = fields.find((field) => field.name === path);
  if (whole) return { type: whole.type, optional: whole.optional };
  for (const field of fields) {
    if (field.type.kind !== 'struct' || !path.startsWith(`${field.name}.`)) continue;
    const inner = findField(path.slice(field.name.length + 1), field.type.fields);
    if (inner) return { type: inner.type, optional: inner.optional || field.optional };
  }
  return undefined;
}
