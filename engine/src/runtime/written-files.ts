import type { WrittenFile } from './landing-parts.ts';

/** A run may write files for months: only this many are remembered one by one. */
export const REMEMBERED_FILES = 1_000;

/** What a run has written in all. */
export interface Written {
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
}

/** What has been written from one look to a later one. */
export function writtenSince(before: Written, now: Written): Written {
  return { files: now.files - before.files, rows: now.rows - before.rows, bytes: now.bytes - before.bytes };
}

export function sumWritten(parts: readonly Written[]): Written {
  const sum = { files: 0, rows: 0, bytes: 0 };
  for (const { files, rows, bytes } of parts) {
    sum.files += files;
    sum.rows += rows;
    sum.bytes += bytes;
  }
  return sum;
}

/** The files of a run: totals, and the latest of them. */
export class WrittenFiles {
  #latest: WrittenFile[] = [];
  #totals: Written = { files: 0, rows: 0, bytes: 0 };

  add(file: WrittenFile): void {
    const { files, rows, bytes } = this.#totals;
    this.#totals = { files: files + 1, rows: rows + file.rows, bytes: bytes + file.sizeBytes };
    this.#latest.push(file);
    if (this.#latest.length >= 2 * REMEMBERED_FILES) this.#latest = this.#latest.slice(-REMEMBERED_FILES);
  }

  get totals(): Written {
    return this.#totals;
  }

  /** The latest 1,000, in the order in which they became durable. */
  latest(): readonly WrittenFile[] {
    return this.#latest.slice(-REMEMBERED_FILES);
  }
}
