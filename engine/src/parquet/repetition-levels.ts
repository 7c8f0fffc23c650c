import { ParquetryError } from '../core/errors.ts';

/** How the rows of a page lie: how many start in it, and whether its first value starts one. */
export interface PageRows {
  readonly rows: number;
  readonly startsRow: boolean;
}

/**
 * Counts the rows that start in a page of repeated values, from its repetition levels: a row starts where the level is 0.
 *
 *   levels = u32 length { run }   run = varint(count << 1) value | varint(groups << 1 | 1) groups × 8 values, bit-packed
 */
export function rowsOfPage(
  page: Uint8Array,
  { values, maxRepetition }: { values: number; maxRepetition: number },
): PageRows {
  if (page.length < 4) throw broken('a length of its levels', page.length);
  const length = new DataView(page.buffer, page.byteOffset, 4).getUint32(0, true);
  const levels = page.subarray(4, 4 + length);
  const width = 32 - Math.clz32(maxRepetition);
  let [rows, seen, at] = [0, 0, 0];
  let startsRow = true;
  while (seen < values) {
    const { value: head, next } = varint(levels, at);
    const isPacked = (head & 1) === 1;
    const count = Math.min(values - seen, isPacked ? (head >>> 1) * 8 : head >>> 1);
    if (count === 0) throw broken('runs that are not empty', 0);
    const zeros = isPacked ? packedZeros(levels.subarray(next), count, width) : runZeros(levels[next], count);
    if (seen === 0) startsRow = zeros.first;
    rows += zeros.count;
    seen += count;
    at = next + (isPacked ? (head >>> 1) * width : (width + 7) >> 3);
  }
  return { rows, startsRow };
}

interface Zeros {
  readonly count: number;
  /** Whether the first value is one. */
  readonly first: boolean;
}

function runZeros(level: number | undefined, count: number): Zeros {
  return { count: level === 0 ? count : 0, first: level === 0 };
}

function packedZeros(bytes: Uint8Array, count: number, width: number): Zeros {
  let zeros = 0;
  let first = false;
  for (let i = 0; i < count; i++) {
    let level = 0;
    for (let bit = i * width; bit < (i + 1) * width; bit++) level |= (bytes[bit >> 3]! >> (bit & 7)) & 1;
    if (level !== 0) continue;
    zeros++;
    if (i === 0) first = true;
  }
  return { count: zeros, first };
}

function varint(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let shift = 0; shift < 32; shift += 7) {
    const byte = bytes[at++];
    if (byte === undefined) break;
    value |= (byte & 127) << shift;
    if (byte < 128) return { value: value >>> 0, next: at };
  }
  throw broken('whole runs', at);
}

function broken(wanted: string, got: number): ParquetryError {
  return new ParquetryError('E_INTEGRITY', `the levels of a Parquet page must have ${wanted}, got ${got}`, {
    hint: 'The file is damaged.',
  });
}
