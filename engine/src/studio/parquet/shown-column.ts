import { type ColumnBuilder, createBuilder } from '../../columns/builder.ts';
import { BytesBuilder } from '../../columns/builders/bytes.ts';
import { isNull } from '../../columns/cells.ts';
import type { Column } from '../../columns/column.ts';
import { PickedColumn } from '../../columns/picked-column.ts';
import { isScalar } from '../../columns/scalar-text.ts';
import type { Type } from '../../core/schema.ts';
import { jsonStart } from './cell-text.ts';

/** Longer texts are cut: a screen of cells must not weigh what a screen of documents does. */
const MAX_CELL_BYTES = 4 * 1024;

/** Gathers what a screen shows of a column: scalars exact, nested cells as JSON text, all of them cut to `MAX_CELL_BYTES`. */
export class ShownColumn {
  readonly #builder: ColumnBuilder;
  readonly #isNested: boolean;
  /** Slots whose text was cut, as they were appended. */
  readonly cut: number[] = [];

  constructor(type: Type) {
    this.#isNested = !isScalar(type);
    this.#builder = createBuilder(this.#isNested ? { kind: 'json' } : type);
  }

  /** Copies cells, so that the column may go. */
  append(column: Column, rows: Int32Array): void {
    const builder = this.#builder;
    if (this.#isNested) for (const row of rows) this.#appendJson(column, row);
    else if (builder instanceof BytesBuilder) for (const row of rows) this.#appendBytes(builder, column, row);
    else builder.appendSelection(column, rows);
  }

  appendNulls(count: number): void {
    for (let i = 0; i < count; i++) this.#builder.appendNull();
  }

  /** The cells in another order: slot i is what was appended as `order[i]`. */
  finish(order?: Int32Array): Column {
    const column = this.#builder.finish();
    return order ? new PickedColumn(column.type, column, order) : column;
  }

  #appendJson(column: Column, row: number): void {
    const builder = this.#builder as BytesBuilder;
    if (isNull(column, row)) {
      builder.appendNull();
      return;
    }
    const { text, isCut } = jsonStart(column, row, MAX_CELL_BYTES);
    if (isCut) this.cut.push(builder.length);
    builder.appendText(text.toWellFormed());
  }

  #appendBytes(builder: BytesBuilder, column: Column, row: number): void {
    const data = column.data!;
    const [start, end] = [column.offsets![row]!, column.offsets![row + 1]!];
    const limit = start + MAX_CELL_BYTES;
    if (isNull(column, row)) builder.appendNull();
    else if (end <= limit) builder.appendSpan(data, start, end);
    else {
      this.cut.push(builder.length);
      builder.appendSpan(data, start, column.type.kind === 'binary' ? limit : charStart(data, limit));
    }
  }
}

/** The last place at or before `at` where no UTF-8 character is cut in two. */
function charStart(data: Uint8Array, at: number): number {
  let start = at;
  while (start > at - 4 && (data[start]! & 0xc0) === 0x80) start--;
  return start;
}
