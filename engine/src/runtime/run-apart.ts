import { type ColumnBuilder, createBuilder, finishBatch } from '../columns/builder.ts';
import type { RecordBatch } from '../columns/record-batch.ts';
import { sliceRecords } from '../columns/slice-records.ts';
import type {
  DeliveryContext,
  DroppedRecord,
  FailedRecord,
  TransformResult,
  TransformRunner,
} from '../columns/transform.ts';
import type { Poison, PoisonList } from './poison-list.ts';

/** Records that go through user code together, or around it. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly poison?: Poison;
}

/**
 * How the records of a chunk have to be taken apart, in their order: around those that are poison, and one by one where `alone`.
 * Undefined if they need not be.
 */
export function piecesOf(
  { delivery, ordinal, rows }: RecordBatch,
  deliveries: readonly Pick<DeliveryContext, 'id'>[],
  known: PoisonList,
  alone: boolean,
): Piece[] | undefined {
  const poisoned = deliveries.map(({ id }) => known.in(id));
  if (!alone && poisoned.every((records) => records === undefined)) return undefined;
  const pieces: Piece[] = [];
  let start = 0;
  for (let row = 0; row < rows.length; row++) {
    const poison = poisoned[delivery[row]!]?.get(ordinal[row]!);
    if (!poison && !alone) continue;
    if (row > start) pieces.push({ start, end: row });
    pieces.push({ start: row, end: row + 1, poison });
    start = row + 1;
  }
  if (rows.length > start) pieces.push({ start, end: rows.length });
  return pieces;
}

export interface ApartRun {
  readonly runner: TransformRunner;
  readonly pieces: readonly Piece[];
  /** Runs user code over one piece. */
  run(records: RecordBatch): Promise<TransformResult>;
}

/** Runs user code piece by piece; answers the result as of one run over all records. */
export async function runApart(records: RecordBatch, { runner, pieces, run }: ApartRun): Promise<TransformResult> {
  const joined = new JoinedResult(runner);
  for (const { start, end, poison } of pieces) {
    const piece = sliceRecords(records, start, end);
    joined.add(poison ? runner.refuse(piece, whyOf(poison)) : await run(piece), start);
  }
  return joined.finish();
}

function whyOf({ reason, message }: Poison): Omit<FailedRecord, 'row'> {
  return { reason, message };
}

/** Results of pieces, copied one behind the other: each is valid until the next run only. */
class JoinedResult {
  readonly #fields: TransformRunner['output'];
  readonly #columns: readonly ColumnBuilder[];
  readonly #origin: number[] = [];
  readonly #dropped: DroppedRecord[] = [];
  readonly #failed: FailedRecord[] = [];
  readonly #passedThrough: FailedRecord[] = [];
  readonly #undeclaredKeys = new Map<string, number>();

  constructor({ output }: TransformRunner) {
    this.#fields = output;
    this.#columns = output.map(({ type }) => createBuilder(type));
  }

  /** `firstRow`: row of the whole batch that the piece's row 0 is. */
  add(
    { output, origin, dropped, failed, passedThrough = [], undeclaredKeys }: TransformResult,
    firstRow: number,
  ): void {
    const moved = <Of extends { readonly row: number }>(each: Of) => ({ ...each, row: firstRow + each.row });
    this.#columns.forEach((column, i) => {
      column.appendSelection(output.columns[i]!, undefined);
    });
    for (const row of origin) this.#origin.push(firstRow + row);
    this.#dropped.push(...dropped.map(moved));
    this.#failed.push(...failed.map(moved));
    this.#passedThrough.push(...passedThrough.map(moved));
    for (const [key, count] of undeclaredKeys) {
      this.#undeclaredKeys.set(key, (this.#undeclaredKeys.get(key) ?? 0) + count);
    }
  }

  finish(): TransformResult {
    return {
      output: finishBatch(this.#fields, this.#columns, this.#origin.length),
      origin: Int32Array.from(this.#origin),
      dropped: this.#dropped,
      failed: this.#failed,
      passedThrough: this.#passedThrough,
      undeclaredKeys: this.#undeclaredKeys,
    };
  }
}
