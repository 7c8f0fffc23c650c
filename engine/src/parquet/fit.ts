import { createBuilder } from '../columns/builder.ts';
import type { Column, ColumnBatch } from '../columns/column.ts';
import { ParquetryError } from '../core/errors.ts';
import type { Field, Slot, Type } from '../core/schema.ts';
import { fieldPath } from '../core/schema-compare.ts';
import { formatSlot, formatType } from '../core/schema-text.ts';
import { scalarFit, toJson } from './fit-scalars.ts';
import { eachNull, forElements, type Refuse } from './refusals.ts';

/** Makes columns of one shape columns of another. */
export type BatchFit = (batch: ColumnBatch, refuse: Refuse) => Column[];

/** Makes one column another; `parent` is the struct it lies in, if any: what is null in that is missing nowhere. */
type ColumnFit = (column: Column, refuse: Refuse, parent?: Column) => Column;

/**
 * How the columns of a file become those of a schema: by name; optional ones that the file lacks are null. What does not fit
 * value by value is refused at its row, null where a value must be among it. Throws E_SCHEMA naming the column if a type can
 * never fit, or a required column is missing.
 */
export function compileFit(from: readonly Field[], to: readonly Field[]): BatchFit {
  const fits = fieldFits(from, to, '');
  return ({ columns, length }, refuse) => fits.map((fit) => fit(columns, length, refuse));
}

type FieldFit = (columns: readonly Column[], length: number, refuse: Refuse, parent?: Column) => Column;

function fieldFits(from: readonly Field[], to: readonly Field[], parentPath: string): FieldFit[] {
  return to.map((field): FieldFit => {
    const path = fieldPath(parentPath, field.name);
    const at = from.findIndex(({ name }) => name === field.name);
    if (at >= 0) {
      const fit = slotFit(from[at]!, field, path);
      return (columns, _, refuse, parent) => fit(columns[at]!, refuse, parent);
    }
    if (!field.optional) throw missing(path, field);
    return (_, length) => nullColumn(field.type, length);
  });
}

function slotFit(from: Slot, to: Slot, path: string): ColumnFit {
  const fit = typeFit(from.type, to.type, path);
  if (to.optional) return fit;
  const message = `${path} must be ${formatSlot(to)}, got null`;
  return (column, refuse, parent) => {
    if (column.nullCount > 0) {
      eachNull(column, (slot) => {
        if (!parent || isThere(parent, slot)) refuse(slot, message, path);
      });
    }
    return fit(column, refuse);
  };
}

function isThere({ validity }: Column, slot: number): boolean {
  return validity === undefined || ((validity[slot >> 3]! >> (slot & 7)) & 1) === 1;
}

function typeFit(from: Type, to: Type, path: string): ColumnFit {
  if (from.kind === 'struct' && to.kind === 'struct') {
    const fits = fieldFits(from.fields, to.fields, path);
    return (column, refuse) => ({
      ...column,
      type: to,
      children: fits.map((fit) => fit(column.children!, column.length, refuse, column)),
    });
  }
  if (from.kind === 'list' && to.kind === 'list') {
    const fit = slotFit(from.element, to.element, `${path}[]`);
    return (column, refuse) => ({
      ...column,
      type: to,
      children: [fit(column.children![0]!, inElements(column, refuse))],
    });
  }
  if (from.kind === 'map' && to.kind === 'map') return mapFit(from, to, path);
  if (to.kind === 'json' && ['struct', 'list', 'map'].includes(from.kind)) return (column) => toJson(column, to);
  const fit = scalarFit(from, to);
  if (!fit) throw misfit(from, to, path);
  return (column, refuse) =>
    fit(column, (slot, value) => refuse(slot, `${path} must be ${formatType(to)}, got ${String(value)}`, path));
}

function mapFit(from: Extract<Type, { kind: 'map' }>, to: Extract<Type, { kind: 'map' }>, path: string): ColumnFit {
  const keyFit = typeFit(from.key, to.key, `${path}{}`);
  const valueFit = slotFit(from.value, to.value, `${path}{}`);
  return (column, refuse) => {
    const inner = inElements(column, refuse);
    const [keys, values] = column.children as [Column, Column];
    return { ...column, type: to, children: [keyFit(keys, inner), valueFit(values, inner)] };
  };
}

function inElements({ offsets, length }: Column, refuse: Refuse): Refuse {
  return forElements(offsets!, length, refuse);
}

function nullColumn(type: Type, length: number): Column {
  const builder = createBuilder(type);
  for (let i = 0; i < length; i++) builder.appendNull();
  return builder.finish();
}

function missing(path: string, field: Field): ParquetryError {
  return new ParquetryError('E_SCHEMA', `column ${path} must be ${formatSlot(field)}, got a file without it`, {
    hint: 'Make the field optional in the input schema, or leave the file out.',
  });
}

function misfit(from: Type, to: Type, path: string): ParquetryError {
  return new ParquetryError(
    'E_SCHEMA',
    `column ${path} must be ${formatType(to)}, got ${formatType(from)} in the file`,
    {
      hint: `Make the field ${formatType(from)} in the input schema and convert it in the transform.`,
    },
  );
}
