// Where each row came from.

import { allocate, release } from './heap';
import { scan } from './json-layout';

const FIRST_ROWS: i32 = 256;
/** As for columns: what one outlier needed is given back after so many takes. */
const MAX_IDLE_TAKES: i32 = 8;

/** Makes room for `needed` rows in all, at least doubled; false if there is no memory. */
export function reserveRows(needed: i32): bool {
  if (needed <= scan.rowCapacity) return true;
  const capacity = max(max(needed, scan.rowCapacity * 2), FIRST_ROWS);
  // One block for the four arrays: a scan has all of them or none.
  const block: usize = allocate(capacity << 4);
  if (!block) {
    scan.isExhausted = 1;
    return false;
  }
  const bytes = capacity << 2;
  const used = scan.rowCapacity << 2; // JavaScript may have written beyond `rows`
  const old = scan.deliveries;
  if (old) {
    memory.copy(block, scan.deliveries, used);
    memory.copy(block + bytes, scan.ordinals, used);
    memory.copy(block + 2 * bytes, scan.starts, used);
    memory.copy(block + 3 * bytes, scan.ends, used);
    release(<u32>old);
  }
  scan.deliveries = block;
  scan.ordinals = block + bytes;
  scan.starts = block + 2 * bytes;
  scan.ends = block + 3 * bytes;
  scan.rowCapacity = capacity;
  return true;
}

/** Empties the index. Memory is kept, but for what has long been too much. */
export function resetRows(): void {
  const isIdle = scan.rowCapacity > FIRST_ROWS && scan.rows < scan.rowCapacity >> 3;
  scan.rows = 0;
  scan.idleTakes = isIdle ? scan.idleTakes + 1 : 0;
  if (scan.idleTakes < MAX_IDLE_TAKES) return;
  release(<u32>scan.deliveries);
  scan.deliveries = scan.ordinals = scan.starts = scan.ends = 0;
  scan.rowCapacity = scan.idleTakes = 0;
}
