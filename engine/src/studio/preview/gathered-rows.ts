import { toArrowIpc } from '../../columns/arrow.ts';
import { createBuilder, finishBatch } from '../../columns/builder.ts';
import type { ColumnBatch } from '../../columns/column.ts';
import type { Field } from '../../core/schema.ts';
import { formatSlot } from '../../core/schema-text.ts';
import type { Rows } from '../../protocol/rows.ts';

/** Rows of several batches as one; they are copied, so what they come from may be used again. */
export class GatheredRows {
  readonly #fields: readonly Field[];
  readonly #builders: ReturnType<typeof createBuilder>[];
  #length = 0;

  constructor(fields: readonly Field[]) {
    this.#fields = fields;
    this.#builders = fields.map(({ type }) => createBuilder(type));
  }

  get length(): number {
    return this.#length;
  }

  add({ columns, length }: ColumnBatch): void {
    this.#builders.forEach((builder, i) => {
      builder.appendSelection(columns[i]!, undefined);
    });
    this.#length += length;
  }

  /** To be called once, at the end. */
  finish(): Rows {
    return toRows(finishBatch(this.#fields, this.#builders, this.#length));
  }
}

/** A batch on its way to a screen. */
export function toRows(batch: ColumnBatch): Rows {
  const fields = batch.fields.map((field) => ({ name: field.name, type: formatSlot(field) }));
  return { fields, length: batch.length, arrow: toArrowIpc(batch) };
}
