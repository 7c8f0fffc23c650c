import type { EmulatorClock } from './service.ts';
import { TimeHeap } from './time-heap.ts';

/** The longest delay a Node timer takes (2^31 - 1 ms); a longer one would fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

/** A clock that stands still until it is moved; due callbacks run inside the call that moves it, in order of time. */
export interface ManualClock extends EmulatorClock {
  /** Moves forward by `ms` >= 0. */
  advance(ms: number): void;
  /** Moves to `timeMs`, which must not be earlier than now. */
  set(timeMs: number): void;
}

/** The machine's clock. Its timers never keep the process alive. */
export function createRealClock(): EmulatorClock {
  return { now: Date.now, at: callAt };
}

function callAt(atMs: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = () => {
    const waitMs = atMs - Date.now();
    // setTimeout may fire up to a millisecond early, and never waits longer than MAX_TIMER_MS: look again then.
    timer = setTimeout(() => (Date.now() >= atMs ? callback() : arm()), Math.min(Math.max(waitMs, 0), MAX_TIMER_MS));
    timer.unref();
  };
  arm();
  return () => clearTimeout(timer);
}

/** A clock for tests, starting at `startMs`. */
export function createManualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let nowMs = startMs;
  const due = new TimeHeap<{ callback: (() => void) | undefined }>();

  const set = (timeMs: number) => {
    if (!(timeMs >= nowMs)) throw new RangeError(`a manual clock cannot go back: now ${nowMs}, got ${timeMs}`);
    while (due.earliestMs <= timeMs) {
      // Callbacks see their own time, so that what they schedule from it lands where it would on a real clock.
      nowMs = Math.max(nowMs, due.earliestMs);
      due.pop()?.callback?.();
    }
    nowMs = timeMs;
  };

  return {
    now: () => nowMs,
    at(atMs, callback) {
      const entry: { callback: (() => void) | undefined } = { callback };
      if (atMs <= nowMs) queueMicrotask(() => entry.callback?.());
      else due.push(atMs, entry);
      return () => {
        entry.callback = undefined;
      };
    },
    advance: (ms) => set(nowMs + ms),
    set,
  };
}

/** Whether a clock can be moved by hand. */
export function isManualClock(clock: EmulatorClock): clock is ManualClock {
  return 'advance' in clock;
}
