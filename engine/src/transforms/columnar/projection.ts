import type { Column, ColumnBatch } from '../../columns/column.ts';
import type { Field, Schema, Type } from '../../core/schema.ts';

/** The part of the input that code looks at, down to the fields of structs: of the rest no values are made. */
export interface Projection {
  readonly schema: Schema;
  /** The columns of that part; none is copied. */
  of(rows: ColumnBatch): ColumnBatch;
}

/** Fields by name; undefined where the whole value is wanted. */
interface Wanted extends Map<string, Wanted | undefined> {}

/** A field that is left, and where its column is among those it was taken from. */
interface Part {
  readonly field: Field;
  readonly index: number;
  /** Of a struct, if some of its fields are left out. */
  readonly parts?: readonly Part[];
  /** A list that is only asked for its length. */
  readonly isCounted?: boolean;
}

/** Stands in for the elements of a list that nobody looks at: objects without fields cost next to nothing. */
const NOTHING: Type = { kind: 'struct', fields: [] };

/** The projection to the fields with these paths, in the order of the schema. */
export function projectTo(paths: Iterable<readonly string[]>, input: Schema): Projection {
  const parts = partsOf(input.fields, wantedBy(paths));
  const fields = parts.map(({ field }) => field);
  return {
    schema: { ...input, fields },
    of: ({ length, columns }) => ({ fields, length, columns: pick(columns, parts) }),
  };
}

function wantedBy(paths: Iterable<readonly string[]>): Wanted {
  const root: Wanted = new Map();
  for (const path of paths) {
    let at: Wanted | undefined = root;
    for (const [depth, name] of path.entries()) {
      const isLast: boolean = depth === path.length - 1;
      if (isLast) at.set(name, undefined);
      else if (!at.has(name)) at.set(name, new Map());
      at = at.get(name);
      if (at === undefined) break; // all of it
    }
  }
  return root;
}

function partsOf(fields: readonly Field[], wanted: Wanted): Part[] {
  return fields.flatMap((field, index): Part[] => {
    if (!wanted.has(field.name)) return [];
    const inner = wanted.get(field.name);
    if (field.type.kind === 'list' && inner?.size === 1 && inner.has('length')) {
      const type: Type = { kind: 'list', element: { type: NOTHING, optional: false } };
      return [{ field: { ...field, type }, index, isCounted: true }];
    }
    if (inner === undefined || field.type.kind !== 'struct') return [{ field, index }];
    const parts = partsOf(field.type.fields, inner);
    const type = { ...field.type, fields: parts.map((part) => part.field) };
    return [{ field: { ...field, type }, index, parts }];
  });
}

function pick(columns: readonly Column[], parts: readonly Part[]): Column[] {
  return parts.map(({ field: { type }, index, parts: inner, isCounted }): Column => {
    const column = columns[index]!;
    const { length, nullCount, validity, offsets, children = [] } = column;
    const nulls = { nullCount, ...(validity && { validity }) };
    if (isCounted) {
      const elements = { type: NOTHING, length: children[0]!.length, nullCount: 0, children: [] };
      return { type, length, ...nulls, ...(offsets && { offsets }), children: [elements] };
    }
    return inner ? { type, length, ...nulls, children: pick(children, inner) } : column;
  });
}
