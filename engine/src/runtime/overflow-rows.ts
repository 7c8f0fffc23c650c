import { type ColumnBuilder, createBuilder, finishBatch } from '../columns/builder.ts';
import type { Column, ColumnBatch } from '../columns/column.ts';
import type { Field } from '../core/schema.ts';

/** The rows of a batch for one partition. */
export interface OverflowPart {
  readonly partition: string;
  /** Numbers of the rows, ascending. */
  readonly rows: Int32Array;
  /** The deliveries of these rows, ascending. */
  readonly owners: Uint32Array;
}

/** All rows of one partition. */
export interface PartitionRows {
  readonly partition: string;
  /** Valid until the next is asked for. */
  readonly batch: ColumnBatch;
  readonly deliveries: readonly number[];
  readonly firstRowAtMs: number;
}

/** Columns of rows that came one after the other. */
interface Piece {
  readonly columns: readonly ColumnBuilder[];
  /** Number of its first row. */
  firstRow: number;
}

interface FinishedPiece {
  readonly columns: readonly Column[];
  readonly firstRow: number;
}

interface Share {
  readonly firstRowAtMs: number;
  readonly rows: number[];
  readonly deliveries: number[];
}

/** Memory of a partition beside its rows, and of a row beside its columns. */
const PARTITION_BYTES = 512;
const ROW_BYTES = 8;
/** Columns of this size are followed by new ones: growing further would copy them, and leave as much behind. */
const PIECE_BYTES = 2 << 20;

/**
 * Rows of the partitions that are too many for a row group each, as plain columns in the order in which they came. They are
 * sorted into their partitions when they are taken out, so that a partition costs no open pages and dictionaries meanwhile, and
 * none of its rows lands in another one's folder. The memory of the columns is used again: as garbage it would be resident, and
 * cut up what is allocated beside it.
 */
export class OverflowRows {
  readonly #fields: readonly Field[];
  /** The first `#used` have rows. */
  readonly #pieces: Piece[] = [];
  #used = 0;
  #shares = new Map<string, Share>();
  #rows = 0;
  /** What the pieces were filled with at most. */
  #keptBytes = 0;

  constructor(fields: readonly Field[]) {
    this.#fields = fields;
  }

  get partitions(): ReadonlyMap<string, { readonly deliveries: readonly number[] }> {
    return this.#shares;
  }

  /** Memory of the rows that wait. */
  get usedBytes(): number {
    if (this.#rows === 0) return 0;
    return this.#columnBytes + this.#shares.size * PARTITION_BYTES + this.#rows * ROW_BYTES;
  }

  /** The same, or what is kept for the next ones if that is more. */
  get heldBytes(): number {
    return Math.max(this.usedBytes, this.#keptBytes);
  }

  /** Adds rows of a batch; answers the deliveries that have their first row of a partition here, once for each partition. */
  add(batch: ColumnBatch, parts: readonly OverflowPart[], nowMs: number): number[] {
    const selection = joined(parts);
    this.#piece().columns.forEach((builder, i) => {
      builder.appendSelection(batch.columns[i]!, selection);
    });
    return parts.flatMap((part) => this.#note(part, nowMs));
  }

  /** Everything, partition by partition; nothing is left. No rows may be added meanwhile. */
  *take(): Generator<PartitionRows> {
    this.#keptBytes = Math.max(this.#keptBytes, this.#columnBytes);
    const pieces = this.#pieces.slice(0, this.#used);
    const shares = this.#shares;
    this.#shares = new Map();
    this.#rows = 0;
    this.#used = 0;
    const finished = pieces.map(({ columns, firstRow }) => ({
      columns: columns.map((each) => each.finish()),
      firstRow,
    }));
    // Gathered one after the other in the same memory, so that nobody needs a second copy of everything.
    const gathered = this.#createColumns();
    for (const [partition, { rows, deliveries, firstRowAtMs }] of shares) {
      for (const builder of gathered) builder.clear();
      gather(finished, rows, gathered);
      yield { partition, batch: finishBatch(this.#fields, gathered, rows.length), deliveries, firstRowAtMs };
    }
    for (const { columns } of pieces) for (const column of columns) column.clear();
  }

  /** Takes the next rows. */
  #piece(): Piece {
    const last = this.#pieces[this.#used - 1];
    if (last && sizeOf(last.columns) < PIECE_BYTES) return last;
    const next = this.#pieces[this.#used] ?? { columns: this.#createColumns(), firstRow: 0 };
    next.firstRow = this.#rows;
    this.#pieces[this.#used++] = next;
    return next;
  }

  get #columnBytes(): number {
    let bytes = 0;
    for (let i = 0; i < this.#used; i++) bytes += sizeOf(this.#pieces[i]!.columns);
    return bytes;
  }

  #createColumns(): ColumnBuilder[] {
    return this.#fields.map((field) => createBuilder(field.type));
  }

  #note({ partition, owners }: OverflowPart, nowMs: number): number[] {
    const share = this.#shares.get(partition) ?? { firstRowAtMs: nowMs, rows: [], deliveries: [] };
    this.#shares.set(partition, share);
    const added: number[] = [];
    let last = share.deliveries.at(-1);
    for (const owner of owners) {
      share.rows.push(this.#rows++);
      if (owner === last) continue;
      last = owner;
      share.deliveries.push(owner);
      added.push(owner);
    }
    return added;
  }
}

/** Appends rows, whose numbers ascend, to builders. */
function gather(pieces: readonly FinishedPiece[], rows: readonly number[], into: readonly ColumnBuilder[]): void {
  let start = 0;
  pieces.forEach(({ columns, firstRow }, i) => {
    const endRow = pieces[i + 1]?.firstRow ?? Number.POSITIVE_INFINITY;
    let end = start;
    while (end < rows.length && rows[end]! < endRow) end++;
    if (end === start) return;
    const selection = Int32Array.from(rows.slice(start, end), (row) => row - firstRow);
    into.forEach((builder, column) => {
      builder.appendSelection(columns[column]!, selection);
    });
    start = end;
  });
}

function sizeOf(columns: readonly ColumnBuilder[]): number {
  return columns.reduce((sum, { byteSize }) => sum + byteSize, 0);
}

function joined(parts: readonly OverflowPart[]): Int32Array {
  const all = new Int32Array(parts.reduce((sum, { rows }) => sum + rows.length, 0));
  let at = 0;
  for (const { rows } of parts) {
    all.set(rows, at);
    at += rows.length;
  }
  return all;
}
