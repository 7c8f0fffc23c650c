import type { ColumnBatch } from '../../columns/column.ts';
import { cellToJson } from '../../columns/ndjson-text.ts';
import type { BadRecord } from '../../columns/record-batch.ts';
import type { Refuse } from '../../parquet/refusals.ts';

/** What a body tells of a bad record; where it lies the scanner knows. */
export type RefusedRecord = Pick<BadRecord, 'ordinal' | 'message' | 'field' | 'original'>;

const utf8 = new TextEncoder();

/** The records of a body that do not fit, each with the first reason why. */
export class RefusedRecords {
  readonly #why = new Map<number, { readonly message: string; readonly field: string }>();
  /** Columns whose value a record has in no form of ours. */
  readonly #unreadable = new Map<number, Set<string>>();

  readonly refuse: Refuse = (ordinal, message, field) => {
    if (!this.#why.has(ordinal)) this.#why.set(ordinal, { message, field });
  };

  /** For values of a column that cannot even be told: they are null in the record's text. */
  unreadableIn(column: string): Refuse {
    return (ordinal, message, field) => {
      this.refuse(ordinal, message, field);
      const columns = this.#unreadable.get(ordinal) ?? new Set();
      this.#unreadable.set(ordinal, columns.add(column));
    };
  }

  has(ordinal: number): boolean {
    return this.#why.has(ordinal);
  }

  get size(): number {
    return this.#why.size;
  }

  /** In order, with the text of each as it is in `batch`. */
  list(batch: ColumnBatch): RefusedRecord[] {
    return [...this.#why]
      .sort(([a], [b]) => a - b)
      .map(([ordinal, why]) => ({ ordinal, ...why, original: utf8.encode(this.#textOf(batch, ordinal)) }));
  }

  #textOf({ fields, columns }: ColumnBatch, ordinal: number): string {
    const lost = this.#unreadable.get(ordinal);
    const parts = fields.map(({ name }, i) => {
      const text = lost?.has(name) ? 'null' : cellToJson(columns[i]!, ordinal);
      return `${JSON.stringify(name)}:${text}`;
    });
    return `{${parts.join()}}`;
  }
}
