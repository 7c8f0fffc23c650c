import type { Column, ColumnBatch, Dictionary } from '../../../engine/src/columns/column.ts';
import type { RowGroupWriter } from '../../../engine/src/columns/encoder.ts';
import { PickedColumn } from '../../../engine/src/columns/picked-column.ts';
import { batchFromRows } from '../../../engine/src/columns/rows.ts';
import { readValue } from '../../../engine/src/columns/values.ts';
import type { Field } from '../../../engine/src/core/schema.ts';
import { threadKernel } from '../../../engine/src/kernel/kernel.ts';
import type { Row } from './matrix.ts';

/** Rows of each append; the last one takes what is left. */
const PIECES = [1, 7, 0, 130, 60];

/**
 * Appends rows as lanes do: in pieces, selected among others that are for another partition. Every other piece is in the
 * kernel's memory, as scanners leave it; strings have codes half of the time; two of three pieces are columns that a transform
 * handed on untouched.
 */
export function appendInPieces(group: RowGroupWriter, fields: readonly Field[], rows: readonly Row[]): void {
  const codes = new Codes();
  let from = 0;
  for (const [i, length] of [...PIECES, rows.length].entries()) {
    const piece = rows.slice(from, from + length);
    from += piece.length;
    const selection = Int32Array.from(piece, (_, row) => 2 * row + 1);
    const { batch, release } = i % 2 === 0 ? inKernel(amongOthers(fields, piece)) : kept(amongOthers(fields, piece));
    const coded = i % 4 < 2 ? { ...batch, columns: batch.columns.map((column) => codes.added(column)) } : batch;
    if (i % 3 === 0) group.append(coded, selection);
    else group.append(picked(coded, selection), undefined);
    release();
  }
}

/** Each row after one that is not selected: the one that comes last, so that nothing passes for it by chance. */
function amongOthers(fields: readonly Field[], rows: readonly Row[]): ColumnBatch {
  return batchFromRows(
    fields,
    rows.flatMap((row, i) => [rows[rows.length - 1 - i]!, row]),
  );
}

function picked({ fields, columns }: ColumnBatch, rows: Int32Array): ColumnBatch {
  return { fields, length: rows.length, columns: columns.map((column) => new PickedColumn(column.type, column, rows)) };
}

interface Held {
  readonly batch: ColumnBatch;
  release(): void;
}

function kept(batch: ColumnBatch): Held {
  return { batch, release: () => {} };
}

/** The batch with all its arrays in the memory of this thread's kernel; overwritten on release, for nothing may be read later. */
function inKernel(batch: ColumnBatch): Held {
  const kernel = threadKernel();
  const blocks: { at: number; bytes: number }[] = [];
  const moved = <Values extends NonNullable<Column['values' | 'data']>>(array: Values | undefined) => {
    if (!array) return undefined;
    const [at, bytes] = [kernel.allocate(array.byteLength), array.byteLength];
    blocks.push({ at, bytes });
    kernel.bytes.set(new Uint8Array(array.buffer, array.byteOffset, bytes), at);
    const View = array.constructor as new (...place: unknown[]) => Values;
    return new View(kernel.buffer, at, array.length);
  };
  const movedColumn = (column: Column): Column => ({
    ...column,
    validity: moved(column.validity),
    values: moved(column.values),
    offsets: moved(column.offsets),
    data: moved(column.data),
    children: column.children?.map(movedColumn),
  });
  const columns = batch.columns.map(movedColumn);
  const release = () => {
    for (const { at, bytes } of blocks) {
      kernel.bytes.fill(0xff, at, at + bytes);
      kernel.release(at);
    }
  };
  return { batch: { ...batch, columns }, release };
}

/** A dictionary of strings that grows over batches, as a scanner's. */
class Codes implements Dictionary {
  readonly #codes = new Map<string, number>();
  readonly #texts: string[] = [];

  get size(): number {
    return this.#texts.length;
  }

  text(code: number): string {
    return this.#texts[code]!;
  }

  /** The column with codes, if it is one of strings. */
  added(column: Column): Column {
    if (column.type.kind !== 'string') return column;
    const codes = Int32Array.from({ length: column.length }, (_, row) => {
      const text = readValue(column, row) as string | null;
      return text === null ? 0x7fffffff : this.#codeOf(text); // what stands for a null means nothing
    });
    return { ...column, codes, dictionary: this };
  }

  #codeOf(text: string): number {
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    this.#codes.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }
}
