import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changesOf, type Plant, simulate, turnsOf } from './autoscaler.sim.test-support.ts';
import {
  decideLanes,
  type LaneLimits,
  type LoadSample,
  type ScalingDecision,
  type ScalingMemory,
  scalingBegin,
} from './autoscaler.ts';

const limits: LaneLimits = { min: 1, max: 8 };
const calm: LoadSample = {
  nowMs: 100_000,
  lanes: 2,
  cpu: 0.3,
  memory: 0.3,
  laneMemory: 0.05,
  busy: 0.6,
  behindMs: 0,
  moreReceivesHelp: false,
  isPaused: false,
};
const behind = { busy: 0.95, behindMs: 12_000 };
const quiet = { busy: 0.1, behindMs: 0 };
const quietFor = (ms: number, needed = 1) => ({ quiet: { sinceMs: 100_000 - ms, needed } });
const decide = (over: Partial<LoadSample>, memory: Partial<ScalingMemory> = {}): ScalingDecision =>
  decideLanes({ ...calm, ...over }, limits, { ...scalingBegin, changedAtMs: 0, ...memory });

type Rule = [name: string, over: Partial<LoadSample>, memory: Partial<ScalingMemory>, lanes: number, reason: string];

describe('a rule of the autoscaler', () => {
  test.each<Rule>([
    ['nothing to do: stays', {}, {}, 2, 'as many as needed'],
    ['busy and behind: doubles', behind, {}, 4, 'lanes are busy: 12 s behind'],
    ['busy, and nobody knows how far behind: doubles', { busy: 0.95, behindMs: undefined }, {}, 4, 'lanes are busy'],
    ['busy, and abreast: keeps up as it is', { busy: 0.95 }, {}, 2, 'as many as needed'],
    ['a little behind: passes by itself', { busy: 0.95, behindMs: 5_000 }, {}, 2, 'as many as needed'],
    [
      'behind with idle lanes, and more receives help: doubles',
      { busy: 0.1, behindMs: 9_000, moreReceivesHelp: true },
      {},
      4,
      'receives do not keep up: 9 s behind',
    ],
    ['behind with idle lanes, and they do not help: stays', { busy: 0.1, behindMs: 9_000 }, {}, 2, 'as many as needed'],
    [
      'a backlog before the first receive: doubles',
      { busy: 0, behindMs: Number.POSITIVE_INFINITY, moreReceivesHelp: true },
      {},
      4,
      'receives do not keep up: nothing was received yet',
    ],
    ['never beyond the most', { ...behind, lanes: 5 }, {}, 8, 'lanes are busy: 12 s behind'],
    ['at the most: stays', { ...behind, lanes: 8 }, {}, 8, 'no more lanes are allowed'],
    ['little CPU left: as many as it feeds', { ...behind, lanes: 4, cpu: 0.8 }, {}, 5, 'lanes are busy: 12 s behind'],
    ['no CPU left: stays', { ...behind, cpu: 0.97 }, {}, 2, 'there is no CPU for more lanes'],
    ['little memory left: as many as fit', { ...behind, lanes: 4, memory: 0.7 }, {}, 6, 'lanes are busy: 12 s behind'],
    ['no memory left: stays', { ...behind, memory: 0.78 }, {}, 2, 'there is no memory for more lanes'],
    ['sinks are slow: stays', { ...behind, isPaused: true }, {}, 2, 'sinks are slower than lanes'],
    ['memory full: one goes, whatever waits', { ...behind, memory: 0.95 }, {}, 1, 'memory is full'],
    ['memory full at the least: stays', { lanes: 1, memory: 0.95 }, {}, 1, 'as many as needed'],
    [
      'memory still full: the last one to go has its time',
      { memory: 0.95 },
      { changedAtMs: 91_000, shrunkAtMs: 91_000 },
      2,
      'the last change settles',
    ],
    [
      'memory was full a moment ago: no growth',
      behind,
      { fullUntilMs: 100_001 },
      2,
      'there is no memory for more lanes',
    ],
    ['a change settles first', behind, { changedAtMs: 96_001 }, 2, 'the last change settles'],
    [
      'a clock that was set back does not stop it',
      behind,
      { changedAtMs: 9_000_000 },
      4,
      'lanes are busy: 12 s behind',
    ],
    ['quiet for a minute: one goes', quiet, quietFor(60_000), 1, '1 did for 60 s'],
    ['quiet for less: stays', quiet, quietFor(59_000), 2, 'as many as needed'],
    ['quiet, of many: half of them go', { ...quiet, lanes: 8 }, quietFor(60_000, 2), 4, '2 did for 60 s'],
    [
      'quiet but for one moment: as many stay as that needed',
      { ...quiet, lanes: 8 },
      quietFor(60_000, 6),
      6,
      '6 did for 60 s',
    ],
    ['paused lanes are not quiet', { ...quiet, isPaused: true }, quietFor(60_000), 2, 'as many as needed'],
    ['a backlog never lowers', { ...quiet, behindMs: 1_001 }, quietFor(60_000), 2, 'as many as needed'],
    ['patience counts', quiet, { ...quietFor(60_000), patienceMs: 120_000 }, 2, 'as many as needed'],
    ['below the least: raised at once', { lanes: 0 }, { changedAtMs: 99_999 }, 1, 'fewer than the least'],
    ['above the most: lowered at once', { lanes: 9 }, { changedAtMs: 99_999 }, 8, 'more than the most'],
  ])('%s', (_rule, over, memory, lanes, reason) => {
    expect(decide(over, memory)).toMatchObject({ lanes, reason });
  });

  test('lanes wanted back soon after they went double the patience, once', () => {
    const shrunk = { shrunkAtMs: 100_000 - 59 * 60_000 };
    const regretted = decide(behind, shrunk).memory;
    expect(regretted).toMatchObject({ patienceMs: 120_000, shrunkAtMs: undefined });
    expect(decide({ ...behind, lanes: 4, nowMs: 110_000 }, regretted).memory.patienceMs).toBe(120_000);
  });

  test('lanes wanted back late halve it, down to a minute', () => {
    const shrunk = { shrunkAtMs: 100_000 - 61 * 60_000, patienceMs: 480_000 };
    expect(decide(behind, shrunk).memory.patienceMs).toBe(240_000);
    expect(decide(behind, { ...shrunk, patienceMs: 90_000 }).memory.patienceMs).toBe(60_000);
  });
});

describe('saturated', () => {
  const full = { ...behind, lanes: 8 };
  test('is a run that wanted more for ten seconds and could not have it', () => {
    const first = decide(full);
    expect(first.saturated).toBe(false);
    expect(decide({ ...full, nowMs: 109_999 }, first.memory).saturated).toBe(false);
    expect(decide({ ...full, nowMs: 110_000 }, first.memory).saturated).toBe(true);
  });

  test('ends as soon as no more are wanted', () => {
    const { memory } = decide(full);
    const ended = decide({ ...calm, lanes: 8, nowMs: 110_000 }, memory);
    expect(ended.saturated).toBe(false);
    expect(decide({ ...full, nowMs: 115_000 }, ended.memory).saturated).toBe(false);
  });

  test('is also a run that has lost a lane to full memory while work waits', () => {
    const short = { shortSinceMs: 80_000, fullUntilMs: 160_000 };
    expect(decide({ ...behind, memory: 0.85 }, short).saturated).toBe(true);
  });
});

const bounds = fc
  .record({ min: fc.integer({ min: 1, max: 4 }), more: fc.integer({ min: 0, max: 60 }) })
  .map(({ min, more }): LaneLimits => ({ min, max: min + more }));
/** Evenly spread, unlike fc.double, most of whose numbers are next to nothing. */
const between = (min: number, max: number) =>
  fc.integer({ min: 0, max: 1_000 }).map((step) => min + ((max - min) * step) / 1_000);
const load = between(0, 20);
/** Samples are a second apart, more or less: the machine is loaded. */
const jitter = fc.array(between(0.9, 1.3), { minLength: 10, maxLength: 10 });
const share = fc.double({ min: 0, max: 1.5, noNaN: true });

test('the most lanes are there within 30 s of a load that needs them, whatever holds a single lane back', () => {
  const needy = fc.constantFrom<Partial<Plant>>({}, { receivesALane: 0.4 });
  fc.assert(
    fc.property(bounds, jitter, needy, (limits, steps, plant) => {
      const run = simulate([...Array(60).fill(0), ...Array(60).fill(200)], { limits, steps, ...plant });
      const begin = run[60]!.atMs;
      const whole = run.find(({ lanes, atMs }) => atMs >= begin && lanes === limits.max);
      expect(whole && whole.atMs - begin).toBeLessThanOrEqual(30_000);
    }),
  );
});

/** Machines on which a number of lanes is not simply CPU: they wait for receives, for memory, for sinks. */
const plants = fc.record({
  cores: fc.integer({ min: 1, max: 16 }),
  receivesALane: fc.constantFrom(Number.POSITIVE_INFINITY, 0.9, 0.3),
  memoryALane: fc.constantFrom(0.01, 0.1, 0.3),
  sinks: fc.constantFrom(Number.POSITIVE_INFINITY, 4),
});

const HOUR = 3_600;

/** Fewer lanes are tried, and were too few, after one minute, two, four, …: so often at most. */
function expectRest(run: readonly { lanes: number }[]): void {
  const lanes = run.map((moment) => moment.lanes);
  expect(turnsOf(lanes)).toBeLessThanOrEqual(20);
  expect(turnsOf(lanes.slice(-HOUR))).toBeLessThanOrEqual(4);
}

test('under any steady load, after any history, the number of lanes comes to rest', () => {
  const history = fc.array(load, { maxLength: 120 });
  fc.assert(
    fc.property(bounds, plants, history, load, jitter, (limits, plant, before, steady, steps) => {
      // A backlog of the past is worked off first.
      const run = simulate([...before, ...Array(4 * HOUR).fill(steady)], { limits, steps, ...plant });
      expectRest(run.slice(before.length));
    }),
    { numRuns: 50 },
  );
});

test('also where lanes are idle because they wait for receives, and every number of them looks too large', () => {
  const receivesALane = between(0.05, 0.5);
  const needed = between(1, 15);
  fc.assert(
    fc.property(receivesALane, needed, jitter, (receivesALane, lanes, steps) => {
      const loads = Array(4 * HOUR).fill(lanes * receivesALane);
      expectRest(simulate(loads, { limits: { min: 1, max: 16 }, steps, receivesALane }));
    }),
    // Seven lanes are so nearly enough that it takes more than an hour to see that they are not.
    { numRuns: 25, examples: [[0.27545, 7.006, Array(10).fill(0.9)]] },
  );
});

test('where lanes are held back by CPU alone, it comes to rest without one try too many', () => {
  fc.assert(
    fc.property(bounds, load, fc.integer({ min: 1, max: 16 }), jitter, (limits, steady, cores, steps) => {
      const lanes = simulate(Array(HOUR).fill(steady), { limits, steps, cores }).map((moment) => moment.lanes);
      expect(turnsOf(lanes)).toBeLessThanOrEqual(1);
    }),
    { numRuns: 100 },
  );
});

test('under a load that jumps every second the number changes a few times an hour, not a few times a minute', () => {
  fc.assert(
    fc.property(fc.array(load, { minLength: HOUR, maxLength: HOUR }), jitter, (loads, steps) => {
      const run = simulate(loads, { limits: { min: 1, max: 16 }, steps, cores: 16 });
      const lanes = run.map((moment) => moment.lanes);
      expect(changesOf(lanes).length).toBeLessThanOrEqual(16);
    }),
    { numRuns: 10 },
  );
});

test('check 7: stays within its bounds whatever the sample says, and a backlog never lowers the number', () => {
  const samples: fc.Arbitrary<LoadSample> = fc.record({
    nowMs: fc.nat(),
    lanes: fc.nat(20),
    cpu: share,
    memory: share,
    laneMemory: fc.double({ min: 0.001, max: 1, noNaN: true }),
    busy: share,
    behindMs: fc.option(fc.double({ min: 0, noNaN: true }), { nil: undefined }),
    moreReceivesHelp: fc.boolean(),
    isPaused: fc.boolean(),
  });
  const memories: fc.Arbitrary<ScalingMemory> = fc.record({
    changedAtMs: fc.nat(),
    shortSinceMs: fc.option(fc.nat(), { nil: undefined }),
    quiet: fc.option(fc.record({ sinceMs: fc.nat(), needed: fc.nat(20) }), { nil: undefined }),
    patienceMs: fc.nat(),
    shrunkAtMs: fc.option(fc.nat(), { nil: undefined }),
    fullUntilMs: fc.option(fc.nat(), { nil: undefined }),
  });
  fc.assert(
    fc.property(samples, bounds, memories, (sample, limits, memory) => {
      const { lanes } = decideLanes(sample, limits, memory);
      expect(lanes >= limits.min && lanes <= limits.max).toBe(true);
      const isKept = sample.lanes >= limits.min && sample.lanes <= limits.max;
      if (isKept && sample.behindMs && sample.behindMs > 1_000 && sample.memory < 0.9) {
        expect(lanes).toBeGreaterThanOrEqual(sample.lanes);
      }
    }),
    { numRuns: 1_000 },
  );
});
