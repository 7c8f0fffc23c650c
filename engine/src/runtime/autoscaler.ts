/** What a run looks like at one moment. Shares count from 0; 1 is everything there is. */
export interface LoadSample {
  /** Milliseconds on any clock. */
  readonly nowMs: number;
  /** Lanes that receive. */
  readonly lanes: number;
  /** CPU that the process used since the last sample, as a share of what it may use. */
  readonly cpu: number;
  /** Memory in use, as a share of what may be used. */
  readonly memory: number;
  /** What another lane takes of it. */
  readonly laneMemory: number;
  /** Mean share of time that lanes were busy since the last sample. */
  readonly busy: number;
  /** How long it takes to work off what waits at the source, at the present rate; undefined where nobody knows. */
  readonly behindMs?: number;
  /** More waits than one round of receives takes, and the source would hand it out. */
  readonly moreReceivesHelp: boolean;
  /** Lanes stand still because sinks are slower than they are. */
  readonly isPaused: boolean;
}

export interface LaneLimits {
  readonly min: number;
  readonly max: number;
}

/** What the autoscaler remembers from one decision to the next. Plain data. */
export interface ScalingMemory {
  readonly changedAtMs: number;
  /** Since when more lanes are wanted and cannot be had. */
  readonly shortSinceMs?: number;
  /** Since when fewer lanes would do, and the most that would have been needed meanwhile. */
  readonly quiet?: { readonly sinceMs: number; readonly needed: number };
  /** How long fewer lanes must do before some go. */
  readonly patienceMs: number;
  /** When lanes last went; undefined once some came back. */
  readonly shrunkAtMs?: number;
  /** Until when there are no more lanes, because memory was full. */
  readonly fullUntilMs?: number;
}

export interface ScalingDecision {
  readonly lanes: number;
  /** Why, in a few words, for the log. */
  readonly reason: string;
  /** More is to be done than this process can do: others should help. */
  readonly saturated: boolean;
  readonly memory: ScalingMemory;
}

/** Lanes busier than this do not keep up for long. */
const BUSY = 0.8;
/** Fewer lanes must not be busier than this: well below `BUSY`, or the next sample would want them back. */
const CALM = 0.55;
/** Further behind than this is a backlog; what is closer passes by itself. */
const BEHIND_MS = 5_000;
/** Closer than this there is none: lanes may go. */
const ABREAST_MS = 1_000;
/** Beyond this share of CPU another lane only takes from the others. */
const CPU_FULL = 0.92;
/** More lanes must leave memory below the first mark; at the second one goes. */
const MEMORY_ROOM = 0.8;
const MEMORY_FULL = 0.9;
/** A lane needs a second or two to start and to show what it changes. */
const SETTLE_MS = 4_000;
/** What a lane held is free when it has sealed it and is gone. */
const FULL_SETTLE_MS = 10_000;
/** A pause between two bursts is no reason to go. */
const PATIENCE_MS = 60_000;
const MAX_PATIENCE_MS = 3_600_000;
/** Lanes wanted back within this were given up too early: patience doubles. Wanted back later, it halves. */
const REGRET_MS = 3_600_000;
/** A moment without room is no reason to start another process. */
const SATURATED_MS = 10_000;

/** Where a run begins. */
export const scalingBegin: ScalingMemory = { changedAtMs: Number.NEGATIVE_INFINITY, patienceMs: PATIENCE_MS };

/**
 * How many lanes there should be. Pure; to be asked every second or so. The first rule that holds decides:
 *
 *   outside the limits                     into them
 *   a change less than 4 s ago             as it is
 *   memory is full                         one fewer every 10 s, whatever waits: the alternative is to be killed
 *   behind the source by more than 5 s     twice as many, or what CPU and memory have room for;
 *                                          none more while sinks are slower than lanes
 *   fewer did for a minute                 as few, but not fewer than half
 *
 * A backlog never lowers the number. Lanes that are wanted back soon after they went make the next minute longer, up to an hour:
 * whatever a sample does not show (pollers that wait for the network, bursts), the number comes to rest.
 */
export function decideLanes(sample: LoadSample, limits: LaneLimits, before: ScalingMemory): ScalingDecision {
  const { lanes, nowMs } = sample;
  const wanted = wantsMore(sample);
  const most = wanted === undefined ? undefined : mostLanes(sample, limits, before);
  const short = wanted !== undefined && most !== undefined && most.lanes <= lanes;
  const shortSinceMs = short ? (before.shortSinceMs ?? nowMs) : undefined;
  const quiet = wanted === undefined ? quietness(sample, limits, before) : undefined;
  const memory: ScalingMemory = { ...before, shortSinceMs, quiet };
  const saturated = shortSinceMs !== undefined && nowMs - shortSinceMs >= SATURATED_MS;
  const stay = (reason: string): ScalingDecision => ({ lanes, reason, saturated, memory });
  const grow = (to: number, reason: string): ScalingDecision => {
    const grown = { ...memory, changedAtMs: nowMs, patienceMs: patienceAfter(before, nowMs), shrunkAtMs: undefined };
    return { lanes: to, reason, saturated, memory: grown };
  };
  const shrink = (to: number, reason: string, fullUntilMs?: number): ScalingDecision => {
    const shrunk = { ...memory, changedAtMs: nowMs, shrunkAtMs: nowMs, quiet: undefined, fullUntilMs };
    return { lanes: to, reason, saturated, memory: shrunk };
  };

  // Not a wish come back: a lane died, or the limits are others.
  if (lanes < limits.min) return { ...stay('fewer than the least'), lanes: limits.min };
  if (lanes > limits.max) return { ...stay('more than the most'), lanes: limits.max };
  if (isWithin(SETTLE_MS, before.changedAtMs, nowMs)) return stay('the last change settles');
  if (sample.memory >= MEMORY_FULL && lanes > limits.min) {
    if (isWithin(FULL_SETTLE_MS, before.shrunkAtMs, nowMs)) return stay('the last change settles');
    return shrink(lanes - 1, 'memory is full', nowMs + before.patienceMs);
  }
  if (wanted !== undefined && most !== undefined) return short ? stay(most.because) : grow(most.lanes, wanted);
  if (quiet && nowMs - quiet.sinceMs >= before.patienceMs) {
    return shrink(
      Math.max(quiet.needed, Math.ceil(lanes / 2)),
      `${quiet.needed} did for ${seconds(before.patienceMs)}`,
    );
  }
  return stay('as many as needed');
}

/** Why there should be more lanes; undefined if there should not. */
function wantsMore({ busy, behindMs, moreReceivesHelp }: LoadSample): string | undefined {
  if (behindMs === undefined) return busy >= BUSY ? 'lanes are busy' : undefined;
  if (behindMs <= BEHIND_MS) return undefined;
  const behind = Number.isFinite(behindMs) ? `${seconds(behindMs)} behind` : 'nothing was received yet';
  if (busy >= BUSY) return `lanes are busy: ${behind}`;
  return moreReceivesHelp ? `receives do not keep up: ${behind}` : undefined;
}

/** How many lanes there may be now, and what keeps them from being more. */
function mostLanes(
  { lanes, cpu, memory, laneMemory, isPaused, nowMs }: LoadSample,
  { max }: LaneLimits,
  { fullUntilMs = Number.NEGATIVE_INFINITY }: ScalingMemory,
): { lanes: number; because: string } {
  if (lanes >= max) return { lanes, because: 'no more lanes are allowed' };
  if (isPaused) return { lanes, because: 'sinks are slower than lanes' };
  if (cpu >= CPU_FULL) return { lanes, because: 'there is no CPU for more lanes' };
  const room = nowMs < fullUntilMs ? 0 : Math.floor((MEMORY_ROOM - memory) / laneMemory);
  if (room < 1) return { lanes, because: 'there is no memory for more lanes' };
  // As if all CPU that is used were the lanes' doing: rather a step too short than lanes that only take from each other.
  const byCpu = Math.ceil(lanes / Math.max(cpu, 0.01));
  return { lanes: Math.min(lanes * 2, max, byCpu, lanes + room), because: '' };
}

/** Since when fewer would do; undefined if they would not. */
function quietness(
  { lanes, busy, behindMs = 0, isPaused, nowMs }: LoadSample,
  { min }: LaneLimits,
  { quiet }: ScalingMemory,
): ScalingMemory['quiet'] {
  const now = Math.max(min, Math.ceil((busy * lanes) / CALM));
  const needed = Math.max(now, quiet?.needed ?? min);
  if (needed >= lanes || behindMs > ABREAST_MS || isPaused) return undefined;
  return { sinceMs: quiet?.sinceMs ?? nowMs, needed };
}

/**
 * Lanes come back: those that went were missed soon, or they did no good for long. It shortens step by step as it grew: a load for
 * which the lanes that stayed were a little too few is behind only after hours, and nothing was learned anew by then.
 */
function patienceAfter({ patienceMs, shrunkAtMs }: ScalingMemory, nowMs: number): number {
  if (shrunkAtMs === undefined) return patienceMs;
  const wasSoon = isWithin(REGRET_MS, shrunkAtMs, nowMs);
  return wasSoon ? Math.min(MAX_PATIENCE_MS, patienceMs * 2) : Math.max(PATIENCE_MS, patienceMs / 2);
}

/** Less than that long ago; a clock that was set back knows nothing of it. */
function isWithin(ms: number, sinceMs: number | undefined, nowMs: number): boolean {
  return sinceMs !== undefined && nowMs >= sinceMs && nowMs - sinceMs < ms;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}
