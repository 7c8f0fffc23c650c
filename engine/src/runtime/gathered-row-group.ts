import { type ColumnBuilder, createBuilder } from '../columns/builder.ts';
import type { ColumnBatch, Selection } from '../columns/column.ts';
import type { Encoder, RowGroupWriter, Segment } from '../columns/encoder.ts';
import type { Field } from '../core/schema.ts';

/**
 * What a byte of columns becomes at most, about: lines of JSON name every value. Too large a guess costs a file one more row group,
 * too small a guess its size.
 */
const FIRST_GUESS = 1.25;

/** For encoders that cannot write rows as they come: columns are gathered and encoded when the row group is sealed. */
export class GatheredRowGroup implements RowGroupWriter {
  readonly packedBytes = 0;
  readonly #encoder: Encoder;
  readonly #fields: readonly Field[];
  readonly #columns: readonly ColumnBuilder[];
  rows = 0;

  constructor(encoder: Encoder, fields: readonly Field[]) {
    this.#encoder = encoder;
    this.#fields = fields;
    this.#columns = fields.map((field) => createBuilder(field.type));
  }

  get encodedBytes(): number {
    return this.heldBytes * FIRST_GUESS;
  }

  get heldBytes(): number {
    let bytes = 0;
    for (const column of this.#columns) bytes += column.byteSize;
    return bytes;
  }

  append(batch: ColumnBatch, selection: Selection): void {
    this.#columns.forEach((builder, index) => {
      builder.appendSelection(batch.columns[index]!, selection);
    });
    this.rows += selection?.length ?? batch.length;
  }

  seal(): Segment {
    const columns = this.#columns.map((column) => column.finish());
    return this.#encoder.encode({ fields: this.#fields, length: this.rows, columns });
  }
}
