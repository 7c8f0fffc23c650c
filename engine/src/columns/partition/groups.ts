import type { Selection } from '../column.ts';
import type { CodedValues } from './codes.ts';

/** Rows that agree in all their codes. */
export interface Group {
  /** First of its rows. */
  readonly row: number;
  readonly selection: Selection;
}

/** Groups the rows of a batch by their codes, in the order in which rows bring them. One group selects all rows. */
export function groupRows(coded: readonly CodedValues[], length: number): Group[] {
  if (length === 0) return [];
  const [first, ...others] = coded;
  if (first === undefined) return [{ row: 0, selection: undefined }];
  let { codes } = first;
  let count = first.texts.length;
  for (const { codes: next, texts } of others) {
    if (texts.length === 1) continue;
    [codes, count] = combine(codes, next, texts.length);
  }
  return count === 1 ? [{ row: 0, selection: undefined }] : bucket(codes, count);
}

/** Codes of pairs of codes, numbered in order of appearance. */
function combine(left: Int32Array, right: Int32Array, rightCount: number): [Int32Array, number] {
  const known = new Map<number, number>();
  const codes = new Int32Array(left.length);
  let lastPair = -1;
  let lastCode = -1;
  for (let row = 0; row < left.length; row++) {
    const pair = left[row]! * rightCount + right[row]!;
    if (pair !== lastPair) {
      lastPair = pair;
      lastCode = known.get(pair) ?? known.size;
      if (lastCode === known.size) known.set(pair, lastCode);
    }
    codes[row] = lastCode;
  }
  return [codes, known.size];
}

/** A counting sort: the selections are parts of one array. */
function bucket(codes: Int32Array, count: number): Group[] {
  const ends = new Int32Array(count);
  for (let row = 0; row < codes.length; row++) ends[codes[row]!]!++;
  let total = 0;
  for (let code = 0; code < count; code++) {
    const rows = ends[code]!;
    ends[code] = total;
    total += rows;
  }
  const starts = ends.slice();
  const rows = new Int32Array(codes.length);
  for (let row = 0; row < codes.length; row++) rows[ends[codes[row]!]!++] = row;
  return Array.from(starts, (start, code) => ({ row: rows[start]!, selection: rows.subarray(start, ends[code]) }));
}
