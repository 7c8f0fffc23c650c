import type { Field, Type } from '../core/schema.ts';
import { BoolBuilder } from './builders/bool.ts';
import { BytesBuilder } from './builders/bytes.ts';
import { Bytes16Builder } from './builders/bytes16.ts';
import { FixedBuilder } from './builders/fixed.ts';
import { Int64Builder } from './builders/int64.ts';
import { ListBuilder, MapBuilder, StructBuilder } from './builders/nested.ts';
import type { ColumnBatch } from './column.ts';
import { layoutOf } from './layout.ts';

/** A builder of any type; which one a type gets follows from its layout. */
export type ColumnBuilder =
  | FixedBuilder
  | Int64Builder
  | BoolBuilder
  | BytesBuilder
  | Bytes16Builder
  | ListBuilder<ColumnBuilder>
  | StructBuilder<ColumnBuilder>
  | MapBuilder<ColumnBuilder, ColumnBuilder>;

/** An empty builder for columns of a type. Optionality is the caller's to check: every builder takes nulls. */
export function createBuilder(type: Type): ColumnBuilder {
  switch (type.kind) {
    case 'list':
      return new ListBuilder(type, createBuilder(type.element.type));
    case 'struct':
      return new StructBuilder(
        type,
        type.fields.map((field) => createBuilder(field.type)),
      );
    case 'map':
      return new MapBuilder(type, createBuilder(type.key), createBuilder(type.value.type));
  }
  switch (layoutOf(type)) {
    case 'int64':
      return new Int64Builder(type);
    case 'bool':
      return new BoolBuilder(type);
    case 'bytes':
      return new BytesBuilder(type);
    case 'bytes16':
      return new Bytes16Builder(type);
    default:
      return new FixedBuilder(type);
  }
}

/** The builders of a batch, finished. They have equal lengths; `length` is given because a batch may have no fields. */
export function finishBatch(
  fields: readonly Field[],
  builders: readonly ColumnBuilder[],
  length: number = builders[0]?.length ?? 0,
): ColumnBatch {
  return { fields, length, columns: builders.map((builder) => builder.finish()) };
}
