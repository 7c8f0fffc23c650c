import { getHeapStatistics } from 'node:v8';

/** What comes together in this time is the most that a light load leaves lying about. */
const EVERY_MS = 20_000;
/** Of a thread's time, at most; a large heap, of look-up tables say, is collected less often. */
const TIME_SHARE = 0.005;
/** Less is not worth a pause: a thread that waits is left in peace. */
const WORTH_BYTES = 4 << 20;

/** A heap that can be told to collect. */
export interface Collectable {
  /** Collects all garbage, and comes back when that is done. */
  collect(): void;
  /** Bytes in use, garbage among them; with the buffers outside of the heap that objects of it hold. */
  heldBytes(): number;
  /** Milliseconds that the thread has worked. */
  workedMs(): number;
}

/**
 * Collects the garbage of a heap every 20 s, if some has come together: at the cost of at most 0.5 % of the thread's time. By itself V8
 * waits until a heap has grown by tens of MB, and knows little of the buffers that its garbage holds. Under a light load that takes
 * many minutes, and memory creeps up all the while; malloc keeps much of it even then. Keeps no process alive. Returns what ends it.
 *
 * Default: the heap of the calling thread, if Node was started with `--expose-gc`, as `cli/guard.ts` does; otherwise nothing is done.
 */
export function collectGarbage(heap: Collectable | undefined = ownHeap()): () => void {
  if (!heap) return () => undefined;
  let leftBytes = 0;
  let timer = setTimeout(look, EVERY_MS).unref();
  return () => clearTimeout(timer);

  function look(): void {
    timer = setTimeout(look, heap!.heldBytes() - leftBytes < WORTH_BYTES ? EVERY_MS : pauseAfterCollecting()).unref();
  }

  function pauseAfterCollecting(): number {
    const startMs = heap!.workedMs();
    heap!.collect();
    const tookMs = heap!.workedMs() - startMs;
    leftBytes = heap!.heldBytes();
    return Math.max(EVERY_MS, tookMs / TIME_SHARE);
  }
}

function ownHeap(): Collectable | undefined {
  const { gc } = globalThis;
  return (
    gc && {
      collect: () => gc(),
      heldBytes: () => {
        const { used_heap_size: used, external_memory: external } = getHeapStatistics();
        return used + external;
      },
      workedMs,
    }
  );
}

/** On a machine that is busy with others, a collection takes longer than it costs. Node before 23.9 knows no better. */
function workedMs(): number {
  if (!process.threadCpuUsage) return performance.now();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
