import { signal } from '@preact/signals';
import type {
  ParquetFilter,
  ParquetPage,
  ParquetScanProgress,
  ParquetSummary,
} from '../../../../engine/src/protocol/parquet.ts';
import type { Peer } from '../../../../engine/src/protocol/peer.ts';
import type { StudioMethods } from '../../../../engine/src/protocol/studio-methods.ts';
import { type ArrowRows, arrowRows } from '../../arrow/arrow-rows.ts';
import type { Cell, GridColumn, GridRange, GridSource } from '../../grid/source.ts';
import { isSilent } from '../../hooks/use-request.ts';
import { isFlag, isText, isTextOrNone, oneOf, shaped } from '../../hooks/use-view.ts';
import { operators } from './operators.ts';

/** What rows are shown, in which order. */
export interface RowsQuery {
  readonly filters: readonly ParquetFilter[];
  readonly sort?: { readonly column: string; readonly isDescending: boolean };
}

/** Whether what a page kept of itself is one; that its columns still are there, the engine says. */
export const isRowsQuery: (kept: unknown) => kept is RowsQuery = shaped<RowsQuery>({
  filters: (kept): kept is RowsQuery['filters'] => Array.isArray(kept) && kept.every(isFilter),
  sort: (kept): kept is RowsQuery['sort'] => kept === undefined || isSort(kept),
});

const isFilter = shaped<ParquetFilter>({ column: isText, op: oneOf(operators), value: isTextOrNone });
const isSort = shaped<NonNullable<RowsQuery['sort']>>({ column: isText, isDescending: isFlag });

/** How many rows there are to scroll through, as far as is known. */
export interface RowsCount {
  readonly total: number;
  readonly isExact: boolean;
  /** Where sorted rows end that can be scrolled to. */
  readonly reachable?: number;
}

const BLOCK_ROWS = 128;
const BLOCK_COLUMNS = 32;
/** What a column is like stands in its heading. */
const INSIGHT_CHARS = 17;
/** What a few screens hold; the others are asked for again. */
const MAX_BLOCKS = 96;

interface Block {
  readonly controller: AbortController;
  page?: ParquetPage;
  rows?: ArrowRows;
  /** Cells that the engine cut, and ones that have no value, by `row * columns + column`. */
  cut?: ReadonlySet<number>;
  refused?: ReadonlyMap<number, string>;
}

/** Rows of a file for a grid: blocks that are asked for when they are seen, and given up when they are not any more. */
export class RowsSource implements GridSource {
  readonly version = signal(0);
  readonly count = signal<RowsCount>({ total: 0, isExact: false });
  /** How far the search for a block is that is not there yet. */
  readonly progress = signal<ParquetScanProgress | undefined>(undefined);
  /** Why the newest block did not come. */
  readonly error = signal<unknown>(undefined);
  readonly columns: readonly GridColumn[];
  readonly #studio: Peer<StudioMethods>;
  readonly #summary: ParquetSummary;
  readonly #query: RowsQuery;
  readonly #blocks = new Map<string, Block>();

  constructor(studio: Peer<StudioMethods>, summary: ParquetSummary, query: RowsQuery) {
    this.#studio = studio;
    this.#summary = summary;
    this.#query = query;
    this.columns = summary.fields.map(
      ({ name, type }): GridColumn => ({
        name,
        type,
        isNumber: isNumber(type),
        minChars: INSIGHT_CHARS,
      }),
    );
  }

  /** While a filter has not seen all, one block more than what it found: who scrolls there has it go on. */
  get rowCount(): number {
    const { total, isExact, reachable } = this.count.value;
    return Math.min(reachable ?? Number.MAX_SAFE_INTEGER, isExact ? total : total + BLOCK_ROWS);
  }

  /** The first block, so that whoever draws the grid knows how wide its columns are. Rejects where it cannot be read. */
  async begin(): Promise<void> {
    await this.#fetch(0, 0);
    if (this.error.value !== undefined) throw this.error.value;
  }

  /** What is under way is asked for no more; what is there stays, for it is shown until something else is. */
  end(): void {
    for (const { controller } of this.#blocks.values()) controller.abort();
  }

  /** A total that became known elsewhere. */
  counted(total: number): void {
    this.count.value = { ...this.count.value, total, isExact: true };
    this.version.value++;
  }

  load({ firstRow, endRow, firstColumn, endColumn }: GridRange): void {
    const seen = new Set<string>();
    for (let row = block(firstRow, BLOCK_ROWS); row * BLOCK_ROWS < endRow; row++) {
      for (let column = block(firstColumn, BLOCK_COLUMNS); column * BLOCK_COLUMNS < endColumn; column++) {
        seen.add(`${row}:${column}`);
        if (!this.#blocks.has(`${row}:${column}`)) void this.#fetch(row, column);
      }
    }
    for (const [key, { controller, page }] of this.#blocks) {
      const isIdle = page === undefined ? !seen.has(key) : this.#blocks.size > MAX_BLOCKS && !seen.has(key);
      if (!isIdle) continue;
      controller.abort();
      this.#blocks.delete(key);
    }
  }

  cell(row: number, column: number): Cell | undefined {
    const [held, at, within] = this.#place(row, column);
    if (held?.rows === undefined || at >= held.rows.length) return undefined;
    const key = at * BLOCK_COLUMNS + within;
    const why = held.refused?.get(key);
    if (why !== undefined) return { kind: 'null', text: 'no value', title: why, state: 'removed' };
    const cell = held.rows.cell(at, within);
    return held.cut?.has(key) ? { ...cell, isCut: true } : cell;
  }

  /** Numbers of the file: a filter and a sort do not change which row one is. */
  rowLabel(row: number): string {
    const number = this.rowNumber(row);
    return number === undefined ? '' : (number + 1).toLocaleString('en');
  }

  fullText(row: number, column: number): string | Promise<string> {
    const [held, at, within] = this.#place(row, column);
    const number = this.rowNumber(row);
    if (held?.rows === undefined || number === undefined) return '';
    if (!held.cut?.has(at * BLOCK_COLUMNS + within)) return held.rows.text(at, within);
    const asked = { handle: this.#summary.handle, row: number, column: this.columns[column]!.name };
    return this.#studio
      .request('parquet.cell', asked)
      .then(({ text, isCut }) => (isCut ? `${text}\n… and more: only the first 16 MiB are shown.` : text));
  }

  rowNumber(row: number): number | undefined {
    const at = row % BLOCK_ROWS;
    const prefix = `${block(row, BLOCK_ROWS)}:`;
    for (const [key, { page }] of this.#blocks) {
      if (page !== undefined && key.startsWith(prefix)) return page.rowNumbers[at];
    }
    return undefined;
  }

  #place(row: number, column: number): [held: Block | undefined, row: number, column: number] {
    const held = this.#blocks.get(`${block(row, BLOCK_ROWS)}:${block(column, BLOCK_COLUMNS)}`);
    return [held, row % BLOCK_ROWS, column % BLOCK_COLUMNS];
  }

  async #fetch(row: number, column: number): Promise<void> {
    const key = `${row}:${column}`;
    const held: Block = { controller: new AbortController() };
    this.#blocks.set(key, held);
    const names = this.columns.slice(column * BLOCK_COLUMNS, (column + 1) * BLOCK_COLUMNS).map(({ name }) => name);
    const asked = { start: row * BLOCK_ROWS, count: BLOCK_ROWS, columns: names, ...this.#query };
    try {
      const { signal: aborted } = held.controller;
      const page = await this.#studio.request(
        'parquet.rows',
        { handle: this.#summary.handle, ...asked },
        { signal: aborted, onSnapshot: (progress) => (this.progress.value = progress) },
      );
      held.page = page;
      held.rows = arrowRows(page.rows);
      held.cut = new Set(page.cut.map(([at, within]) => at * BLOCK_COLUMNS + within));
      held.refused = new Map(page.refused.map((cell) => [cell.row * BLOCK_COLUMNS + cell.column, cell.message]));
      const known = this.count.value;
      if (!known.isExact || page.isTotalExact) {
        this.count.value = { total: page.total, isExact: page.isTotalExact, reachable: page.reachable };
      }
      this.error.value = undefined;
      this.version.value++;
    } catch (error) {
      if (this.#blocks.get(key) === held) this.#blocks.delete(key);
      if (isSilent(error)) return;
      this.error.value = error;
      this.version.value++;
    }
  }
}

function block(index: number, size: number): number {
  return Math.floor(index / size);
}

function isNumber(type: string): boolean {
  return /^(u?int\d*|float|double|decimal)\b/.test(type);
}
