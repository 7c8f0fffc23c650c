import type { ThreadActivity } from './lane-handle.ts';

/** What a lane uses of the machine. What cannot be measured is absent. */
export interface LaneUsage {
  readonly lane: number;
  /** Share of time since the last question that its thread was busy. */
  readonly busy?: number;
  readonly heapUsedBytes?: number;
  readonly externalBytes?: number;
}

/** Measures how busy lanes are from one question to the next. Each asker has one of its own. */
export class BusyMeter {
  #last = new Map<number, ThreadActivity>();

  /** The share of time since the last question, by lane; of a lane that is new, since its start. */
  read(lanes: readonly (ThreadActivity & { readonly lane: number })[]): Map<number, number> {
    const last = this.#last;
    this.#last = new Map(lanes.map((activity) => [activity.lane, activity]));
    return new Map(lanes.map((now) => [now.lane, busyShare(now, last.get(now.lane))]));
  }
}

function busyShare(now: ThreadActivity, { activeMs, idleMs }: ThreadActivity = { activeMs: 0, idleMs: 0 }): number {
  const activeSinceMs = now.activeMs - activeMs;
  const elapsedMs = activeSinceMs + now.idleMs - idleMs;
  return elapsedMs > 0 ? activeSinceMs / elapsedMs : 0;
}
