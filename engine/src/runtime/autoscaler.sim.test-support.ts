import { decideLanes, type LaneLimits, type ScalingMemory, scalingBegin } from './autoscaler.ts';

/** A machine, a source and sinks. A unit of load is what keeps one lane busy. */
export interface Plant {
  readonly limits: LaneLimits;
  /** Lanes that the machine's CPU feeds. Default: 256. */
  readonly cores?: number;
  /** What the pollers of a lane bring at most, in units of load: below 1, lanes wait for them. Default: anything. */
  readonly receivesALane?: number;
  /** Share of the memory that a lane takes, besides the 0.1 of everything else. Default: 0.001. */
  readonly memoryALane?: number;
  /** What sinks take at most, in units of load. Default: anything. */
  readonly sinks?: number;
  /** Seconds from one sample to the next, repeated. */
  readonly steps: readonly number[];
}

export interface Moment {
  readonly atMs: number;
  readonly lanes: number;
}

/** Messages in a unit of load and second. */
const A_UNIT = 100;
/** A new lane compiles its transform first. */
const START_MS = 1_500;

/** Runs the autoscaler over loads, one a sample; what cannot be worked off becomes a backlog. Answers the lanes after each sample. */
export function simulate(loads: readonly number[], plant: Plant): Moment[] {
  const { limits, cores = 256, receivesALane = Number.POSITIVE_INFINITY, memoryALane = 0.001, steps } = plant;
  const { sinks = Number.POSITIVE_INFINITY } = plant;
  let nowMs = 0;
  let lanes = limits.min;
  let memory: ScalingMemory = scalingBegin;
  let backlog = 0;
  let rate = 0;
  let startedAtMs = Number.NEGATIVE_INFINITY;
  let before = lanes;
  return loads.map((load, i) => {
    const seconds = steps[i % steps.length]!;
    nowMs += seconds * 1_000;
    const ready = nowMs - startedAtMs < START_MS ? Math.min(before, lanes) : lanes;
    const byCpu = Math.min(ready, cores);
    const able = Math.min(byCpu, ready * receivesALane, sinks);
    const wanted = load + backlog / A_UNIT / seconds;
    const done = Math.min(able, wanted);
    backlog = Math.max(0, backlog + (load - done) * A_UNIT * seconds);
    rate += (done * A_UNIT - rate) * Math.min(1, seconds / 5);
    const isPaused = done === sinks && done < Math.min(byCpu, ready * receivesALane);
    const decision = decideLanes(
      {
        nowMs,
        lanes,
        cpu: Math.min(1, done / cores),
        memory: 0.1 + memoryALane * lanes,
        laneMemory: memoryALane,
        // Lanes that share a CPU look busy to themselves.
        busy: Math.min(1, done / byCpu),
        behindMs: backlog < 1 ? 0 : (backlog / rate) * 1_000,
        moreReceivesHelp: backlog > lanes * 40,
        isPaused,
      },
      limits,
      memory,
    );
    memory = decision.memory;
    if (decision.lanes !== lanes) {
      before = lanes;
      startedAtMs = nowMs;
    }
    lanes = decision.lanes;
    return { atMs: nowMs, lanes };
  });
}

/** Each new number of lanes. */
export function changesOf(lanes: readonly number[]): number[] {
  return lanes.filter((count, i) => i > 0 && count !== lanes[i - 1]);
}

/** How often the number goes down after it went up, or up after it went down. */
export function turnsOf(lanes: readonly number[]): number {
  const steps = lanes.slice(1).map((count, i) => Math.sign(count - lanes[i]!));
  const directions = steps.filter((step) => step !== 0);
  return directions.filter((direction, i) => i > 0 && direction !== directions[i - 1]).length;
}
