/** A page takes no more than four snapshots a second. */
const EVERY_MS = 250;

/** Hands snapshots on, but not those that come too soon after one: a later one says the same, and more. */
export function paced<Snapshot>(show: (snapshot: Snapshot) => void): (snapshot: Snapshot) => void {
  let shownAtMs = Number.NEGATIVE_INFINITY;
  return (snapshot) => {
    const nowMs = performance.now();
    if (nowMs - shownAtMs < EVERY_MS) return;
    shownAtMs = nowMs;
    show(snapshot);
  };
}
