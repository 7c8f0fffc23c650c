import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Backlog } from '../core/source.ts';
import { type LogFields, silentLogger, silentMetrics } from '../core/telemetry.ts';
import type { LaneLimits } from './autoscaler.ts';
import { FakeLane } from './fake-lane.test-support.ts';
import { testClock } from './fakes.test-support.ts';
import type { HostLook } from './host.ts';
import { LaneScaler } from './lane-scaler.ts';
import { Supervisor } from './supervisor.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1_000);

/** A scaler over real supervision of fake lanes, on a machine of eight CPUs. */
function setUp(limits: LaneLimits = { min: 1, max: 8 }) {
  const lanes: FakeLane[] = [];
  const logged: [string, LogFields?][] = [];
  const logger = { ...silentLogger, info: (event: string, fields?: LogFields) => void logged.push([event, fields]) };
  const nothing = () => undefined;
  const supervisor: Supervisor = new Supervisor(
    {
      landing: { attach: nothing, detach: nothing, hear: nothing, deliveryId: nothing },
      clock: testClock,
      logger: silentLogger,
      metrics: silentMetrics,
      transformTimeoutMs: 5_000,
      startLane: (lane) => {
        lanes[lane] = new FakeLane();
        lanes[lane].busy = state.busy;
        queueMicrotask(() => lanes[lane]!.say({ type: 'ready' }));
        return lanes[lane];
      },
    },
    {
      failed: nothing,
      died: nothing,
      stuck: nothing,
      broken: nothing,
      swollen: nothing,
      cameThrough: nothing,
      exhausted: nothing,
      ready: nothing,
    },
  );
  const state = {
    busy: 0,
    cpuMs: 0,
    received: 0,
    backlog: { visible: 0, inFlight: 0, delayed: 0 } as Backlog | undefined,
    isPaused: false,
    isResting: false,
    host: { cpus: 8, memoryBytes: 8 * 2 ** 30, memoryUsedBytes: 2 ** 30 } as HostLook,
  };
  const scaler = new LaneScaler(
    {
      lanes: supervisor,
      limits: () => limits,
      source: { pollers: 4, locksGroups: false },
      logger,
      received: () => state.received,
      backlog: () => state.backlog,
      isPaused: () => state.isPaused,
      isResting: () => state.isResting,
    },
    { host: { cpuMs: () => state.cpuMs, look: async () => state.host }, clock: testClock, everyMs: 1_000 },
  );
  supervisor.start(limits.min);
  const watching = new AbortController();
  void scaler.watch(watching.signal);
  const setBusy = (busy: number) => {
    state.busy = busy;
    for (const lane of lanes) lane.busy = busy;
  };
  return { supervisor, scaler, state, lanes, logged, setBusy, stop: () => watching.abort() };
}

test('a load step brings all lanes within half a minute, quiet takes them away again, and each step says why', async () => {
  const { supervisor, state, logged, setBusy, stop } = setUp();
  await pass(2);
  setBusy(1);
  state.backlog = { visible: 100_000, inFlight: 0, delayed: 0 };
  for (let second = 0; second < 16; second++) {
    state.received += 1_000 * supervisor.size;
    await pass(1);
  }
  expect(supervisor.size).toBe(8);
  expect(logged.map(([event, fields]) => [event, fields?.from, fields?.to])).toEqual([
    ['lanes.scaled', 1, 2],
    ['lanes.scaled', 2, 4],
    ['lanes.scaled', 4, 8],
  ]);
  expect(logged[1]?.[1]).toMatchObject({
    reason: expect.stringMatching(/^lanes are busy: \d+ s behind$/),
    busyPercent: 100,
  });

  setBusy(0.05);
  state.backlog = { visible: 0, inFlight: 0, delayed: 0 };
  await pass(200);
  expect(supervisor.size).toBe(1);
  expect(logged.slice(3).map(([, fields]) => fields?.to)).toEqual([4, 2, 1]);
  stop();
});

test('a fixed number never changes, and still says when it is not enough', async () => {
  const { supervisor, scaler, state, logged, setBusy, stop } = setUp({ min: 2, max: 2 });
  setBusy(1);
  state.backlog = { visible: 1_000_000, inFlight: 0, delayed: 0 };
  await pass(15);
  expect(supervisor.size).toBe(2);
  expect(scaler.latest).toMatchObject({ wanted: 2, saturated: true, reason: 'no more lanes are allowed' });
  state.backlog = { visible: 0, inFlight: 0, delayed: 0 };
  await pass(1);
  expect(scaler.latest?.saturated).toBe(false);
  expect(logged.map(([event, fields]) => [event, fields?.saturated])).toEqual([
    ['lanes.saturated', true],
    ['lanes.saturated', false],
  ]);
  stop();
});

test('CPU is what the process used, of what it may use', async () => {
  const { scaler, state, stop } = setUp();
  state.host = { ...state.host, cpus: 0.5 };
  await pass(1);
  state.cpuMs += 250;
  await pass(1);
  expect(scaler.latest?.sample.cpu).toBeCloseTo(0.5);
  stop();
});

test('a number that limits change from without follows at once', async () => {
  const limits = { min: 1, max: 8 };
  const { supervisor, stop } = setUp(limits);
  limits.min = 3;
  await pass(1);
  expect(supervisor.size).toBe(3);
  limits.min = 1;
  limits.max = 1;
  await pass(1);
  expect(supervisor.size).toBe(1);
  stop();
});

test('rest says nothing of the load', async () => {
  const { supervisor, scaler, state, setBusy, stop } = setUp();
  setBusy(1);
  state.backlog = { visible: 100_000, inFlight: 0, delayed: 0 };
  state.isResting = true;
  await pass(60);
  expect(supervisor.size).toBe(1);
  expect(scaler.latest).toBeUndefined();
  stop();
});

describe('how far behind a run is', () => {
  test('is what waits over the rate of the last seconds', async () => {
    const { scaler, state, stop } = setUp();
    state.backlog = { visible: 500, inFlight: 0, delayed: 0 };
    for (let second = 0; second < 60; second++) {
      state.received += 100;
      await pass(1);
    }
    expect(scaler.latest?.sample.behindMs).toBeCloseTo(5_000, -1);
    stop();
  });

  test('is the age of what comes for the first time where the source does not count', async () => {
    const { scaler, state, stop } = setUp();
    state.backlog = undefined;
    const facts = { id: 'm', receipt: 'r', leasedFromMs: 0, sizeBytes: 1, receivedAtMs: 60_000 };
    scaler.received([
      { ...facts, seq: 1, receiveCount: 1, sentAtMs: 50_000 },
      { ...facts, seq: 2, receiveCount: 1, sentAtMs: 54_000 },
      { ...facts, seq: 3, receiveCount: 2, sentAtMs: 0 },
      { ...facts, seq: 4, receiveCount: 1 },
    ]);
    await pass(1);
    expect(scaler.latest?.sample.behindMs).toBe(8_000);
    await pass(1);
    expect(scaler.latest?.sample.behindMs).toBeUndefined();
    stop();
  });

  test('is no reason for more receives while those under way take all that waits', async () => {
    const { scaler, state, stop } = setUp();
    state.backlog = { visible: 40, inFlight: 0, delayed: 0 }; // one lane, four pollers, ten messages each
    await pass(1);
    expect(scaler.latest?.sample.moreReceivesHelp).toBe(false);
    state.backlog = { visible: 41, inFlight: 0, delayed: 0 };
    await pass(1);
    expect(scaler.latest?.sample.moreReceivesHelp).toBe(true);
    stop();
  });
});
