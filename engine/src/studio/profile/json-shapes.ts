import { isNull, textAt } from '../../columns/cells.ts';
import type { Column, ColumnBatch } from '../../columns/column.ts';
import type { JsonShape } from './profile-job.ts';

/** Values looked at in a column. */
const MAX_VALUES = 2_000;
const MAX_KEYS = 24;
/** Fewer values than these are no evidence. */
const MIN_VALUES = 20;

/** Columns of JSON whose values are all objects with the same few keys and scalar values: a struct could hold them. */
export function jsonShapes({ fields, columns }: ColumnBatch): JsonShape[] {
  return fields.flatMap(({ name, type }, i) => {
    const shape = type.kind === 'json' ? shapeOf(columns[i]!) : undefined;
    return shape === undefined ? [] : [{ column: name, type: shape }];
  });
}

interface Key {
  readonly types: Set<string>;
  count: number;
}

function shapeOf(column: Column): string | undefined {
  const keys = new Map<string, Key>();
  let values = 0;
  for (let row = 0; row < column.length && values < MAX_VALUES; row++) {
    if (isNull(column, row)) continue;
    const value = JSON.parse(textAt(column, row)) as unknown;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    values++;
    for (const [key, held] of Object.entries(value)) note(keys, key, held);
    if (keys.size > MAX_KEYS) return undefined;
  }
  const isTypical = [...keys.values()].every(({ types }) => types.size === 1 && !types.has('object'));
  if (values < MIN_VALUES || keys.size === 0 || !isTypical) return undefined;
  const members = Array.from(keys, ([key, { types, count }]) => {
    const [type] = types;
    return `${key}: ${type}${count < values ? '?' : ''}`;
  });
  return `{ ${members.join(', ')} }`;
}

function note(keys: Map<string, Key>, name: string, value: unknown): void {
  const key = keys.get(name) ?? { types: new Set(), count: 0 };
  keys.set(name, key);
  if (value === null) return;
  key.count++;
  key.types.add(typeName(value));
}

function typeName(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'double';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
