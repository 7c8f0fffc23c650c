import type { CopiedColumn } from './copied-column.ts';
import type { OutputRows } from './output-rows.ts';

/** Rows that are compared field by field before columns pass. Few: a wrong guess costs a little, a late one as well. */
const ROWS_TO_OBSERVE = 16;

/** Finds out, from the first rows of a run, which output columns are columns of the input. */
export class CopyFinder {
  private readonly columns: readonly CopiedColumn[];
  private readonly rows: OutputRows;
  private left = ROWS_TO_OBSERVE;
  private inThisBatch = 0;

  constructor(columns: readonly CopiedColumn[], rows: OutputRows) {
    this.columns = columns;
    this.rows = rows;
  }

  get isDone(): boolean {
    return this.left === 0 || this.columns.length === 0;
  }

  beginBatch(): void {
    this.inThisBatch = 0;
  }

  /** Takes a row that was appended and counted, made from the input row whose values are kept. */
  observe(row: object): void {
    for (const column of this.columns) column.observe(plainValue(row, column.field.name));
    this.inThisBatch++;
    if (--this.left > 0) return;
    const sawAll = this.inThisBatch === this.rows.length;
    for (const column of this.columns) column.decide(sawAll);
  }
}

/** The value of a data property: a getter of the user's is called once a row, and that was done. */
function plainValue(row: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(row, name)?.value;
}
