import type { ParquetFilter } from '../../protocol/parquet.ts';
import { rowFilter } from './filters.ts';
import type { OpenedFile } from './opened-file.ts';
import { RowNumbers } from './row-numbers.ts';
import { type ScanStep, scan } from './scan.ts';

/** How far a scan is. */
export interface ScanProgress {
  readonly scannedRows: number;
  readonly matches: number;
}

export interface AdvanceOptions {
  readonly signal: AbortSignal;
  onProgress(progress: ScanProgress): void;
}

/** The rows that filters leave, found as far as somebody scrolled; goes on where it stopped. */
export class FilterScan {
  readonly matches = new RowNumbers();
  scannedRows = 0;
  isDone = false;
  readonly #rows: number;
  readonly #next: () => Promise<IteratorResult<ScanStep>>;
  readonly #take: (step: ScanStep) => void;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(file: OpenedFile, filters: readonly ParquetFilter[]) {
    const filter = rowFilter(file, filters);
    const steps = scan(file, { fields: filter.fields, where: () => filter.where });
    this.#rows = file.parquet.rows;
    this.#next = () => steps.next();
    this.#take = ({ firstRow, rows, columns, scanned }) => {
      const test = filter.test(columns);
      for (let slot = 0; slot < rows; slot++) if (test(slot)) this.matches.push(firstRow + slot);
      this.scannedRows = scanned;
    };
  }

  /** Goes on until there are so many matches, or to the end. One at a time; others wait for it. */
  async until(matches: number, options: AdvanceOptions): Promise<void> {
    const turn = this.#turn.then(() => this.#advance(matches, options));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #advance(matches: number, { signal, onProgress }: AdvanceOptions): Promise<void> {
    while (!this.isDone && this.matches.length < matches && !this.matches.isFull) {
      signal.throwIfAborted();
      const { done, value } = await this.#next();
      if (done) {
        this.isDone = true;
        this.scannedRows = this.#rows;
      } else this.#take(value);
      onProgress({ scannedRows: this.scannedRows, matches: this.matches.length });
    }
  }
}
