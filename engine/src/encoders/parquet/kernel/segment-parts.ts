import type { SealedColumn } from './seal.ts';

/** Shorter pages are copied together: writing each by itself would cost more. */
const SHORT_BYTES = 1 << 14;
/** At most so much is copied into one part, or a longer page; from here on glibc maps memory by itself, see `ENGINE_ENVIRONMENT`. */
const COPIED_BYTES = 1 << 20;
/** Below it, filling memory with zeros costs less than asking for it as it is. */
const SMALL_BYTES = 1 << 14;

/**
 * All pages in the order of the file, and the bloom filters behind them, in memory that may leave the thread: long pages where they
 * lie, if `isMovable`.
 */
export function segmentParts(columns: readonly SealedColumn[], isMovable: (page: Uint8Array) => boolean): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let copied: Uint8Array[] = [];
  let bytes = 0;
  const endCopied = () => {
    if (bytes > 0) parts.push(together(copied, bytes));
    copied = [];
    bytes = 0;
  };
  const add = (page: Uint8Array, stays: boolean) => {
    if (stays || bytes + page.length > COPIED_BYTES) endCopied();
    (stays ? parts : copied).push(page);
    if (!stays) bytes += page.length;
  };
  const addPage = (page: Uint8Array) => add(page, page.length >= SHORT_BYTES && isMovable(page));
  for (const { column } of columns) {
    if (column.dictionary) addPage(column.dictionary);
    for (const page of column.pages) addPage(page.bytes);
  }
  for (const { column } of columns) if (column.bloomFilter) add(column.bloomFilter, false);
  endCopied();
  return parts;
}

function together(pages: readonly Uint8Array[], bytes: number): Uint8Array {
  const all = bytes < SMALL_BYTES ? new Uint8Array(bytes) : new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer);
  let at = 0;
  for (const page of pages) {
    all.set(page, at);
    at += page.length;
  }
  return all;
}
