import { type ColumnBuilder, createBuilder } from '../columns/builder.ts';
import type { ColumnBatch, Selection } from '../columns/column.ts';
import type { Encoder, RowGroupWriter, Segment } from '../columns/encoder.ts';
import type { Field } from '../core/schema.ts';

/** How many bytes encoders make of a byte of columns, learned from what was sealed. */
export interface SizeRatio {
  value: number;
}

/** Weight of the newest measurement in the learned ratio. */
const LEARNING = 0.5;

/** For encoders that cannot write rows as they come: columns are gathered and encoded when the row group is sealed. */
export class GatheredRowGroup implements RowGroupWriter {
  readonly #encoder: Encoder;
  readonly #fields: readonly Field[];
  readonly #columns: readonly ColumnBuilder[];
  readonly #ratio: SizeRatio;
  rows = 0;

  /** `ratio` is shared by the row groups of an encoder, and improved by each of them. */
  constructor(encoder: Encoder, fields: readonly Field[], ratio: SizeRatio) {
    this.#encoder = encoder;
    this.#fields = fields;
    this.#columns = fields.map((field) => createBuilder(field.type));
    this.#ratio = ratio;
  }

  get encodedBytes(): number {
    return this.heldBytes * this.#ratio.value;
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
    const { heldBytes } = this;
    const columns = this.#columns.map((column) => column.finish());
    const segment = this.#encoder.encode({ fields: this.#fields, length: this.rows, columns });
    if (heldBytes > 0) this.#ratio.value += LEARNING * (segment.bytes.byteLength / heldBytes - this.#ratio.value);
    return segment;
  }
}
