import { ParquetryError } from '../core/errors.ts';
import type { ByteRange } from './column-chunk.ts';
import type { ByteSource } from './footer-reader.ts';

/** Bytes that are wanted, and where they are to be put: as many. */
export interface RangeRead {
  readonly range: ByteRange;
  readonly target: Uint8Array;
}

/** Bytes between two ranges that are rather read than asked for twice. */
const MAX_GAP_BYTES = 64 * 1024;
const MAX_READ_BYTES = 16 << 20;

/** Reads each range, with as few requests as their places allow. Throws E_INTEGRITY if some bytes are missing. */
export async function readRanges(source: ByteSource, reads: readonly RangeRead[]): Promise<void> {
  const order = reads.filter(({ target }) => target.length > 0).sort((a, b) => a.range.start - b.range.start);
  if (source.read) {
    for (const { range, target } of order) await source.read(target, range.start);
    return;
  }
  for (const group of grouped(order)) {
    const { start } = group[0]!.range;
    const end = Math.max(...group.map(({ range }) => range.end));
    const bytes = new Uint8Array(await source.slice(start, end));
    if (bytes.length !== end - start) throw cutShort(end - start, bytes.length);
    for (const { range, target } of group) target.set(bytes.subarray(range.start - start, range.end - start));
  }
}

/** Neighbours that one request brings. */
function grouped(order: readonly RangeRead[]): RangeRead[][] {
  const groups: RangeRead[][] = [];
  let end = 0;
  for (const read of order) {
    const { range } = read;
    const group = groups.at(-1);
    const fits = group && range.start <= end + MAX_GAP_BYTES && range.end - group[0]!.range.start <= MAX_READ_BYTES;
    if (fits) group.push(read);
    else groups.push([read]);
    end = fits ? Math.max(end, range.end) : range.end;
  }
  return groups;
}

/** What a source throws that cannot give what it was asked for. */
export function cutShort(wanted: number, got: number): ParquetryError {
  return new ParquetryError('E_INTEGRITY', `the source must give ${wanted} bytes, got ${got}`, {
    hint: 'The file became shorter while it was read.',
  });
}
