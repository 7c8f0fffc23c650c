import type { ColumnBatch, Selection } from '../../../columns/column.ts';
import type { Segment } from '../../../columns/encoder.ts';
import type { ColumnWriter } from './column-writer.ts';
import type { EncodePlan } from './encode-plan.ts';
import type { PageStore } from './page-store.ts';
import type { RowOrder } from './row-order.ts';
import { sealColumns } from './seal.ts';
import { segmentParts } from './segment-parts.ts';

/** The column writers of one row group after the other. */
export class WriterSet {
  readonly columns: readonly ColumnWriter[];
  readonly order: RowOrder | undefined;
  readonly #plan: EncodePlan;
  /** Where the columns keep their finished pages. */
  readonly #store: PageStore;

  constructor(plan: EncodePlan, store: PageStore, columns: readonly ColumnWriter[], order: RowOrder | undefined) {
    this.#plan = plan;
    this.#store = store;
    this.columns = columns;
    this.order = order;
  }

  append(batch: ColumnBatch, selection: Selection): void {
    this.#plan.appender.append(batch, selection, this);
  }

  /** Seals the row group and goes back to where it was taken from. */
  seal(rows: number): Segment {
    const { chunks, buffers } = this.#plan;
    const sealed = this.columns.map((writer, i) => {
      const { facts, compare, statistics } = chunks[i]!; // spreading them takes as long as their metadata
      return { column: writer.finish(), facts, compare, statistics };
    });
    const sorting = this.order?.finish() ? this.order.columns : [];
    const parts = segmentParts(sealed, (page) => this.#store.isMovable(page));
    const segment = rows === 0 ? emptySegment() : sealColumns({ columns: sealed, rows, sorting }, parts, buffers);
    for (const column of this.columns) column.clear();
    this.#store.release(parts);
    this.#plan.giveBack(this);
    return segment;
  }

  release(): void {
    this.#store.release();
    for (const column of this.columns) column.release();
    this.order?.release();
  }
}

const emptySegment = (): Segment => ({ parts: [], rows: 0, meta: new Uint8Array(0) });
