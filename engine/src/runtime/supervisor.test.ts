import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ParquetryError } from '../core/errors.ts';
import { silentLogger, silentMetrics } from '../core/telemetry.ts';
import { FakeLane } from './fake-lane.test-support.ts';
import { testClock } from './fakes.test-support.ts';
import { Supervisor } from './supervisor.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const turn = () => vi.advanceTimersByTimeAsync(0);

/** A supervisor over fake lanes, and a log of everything it tells. */
function setUp(startLane = (): FakeLane => new FakeLane()) {
  const lanes: FakeLane[] = [];
  const told: string[] = [];
  const supervisor: Supervisor = new Supervisor(
    {
      landing: {
        attach: (lane) => told.push(`attach ${lane}`),
        detach: (lane) => told.push(`detach ${lane}`),
        hear: (lane, { type }) => told.push(`${lane} ${type}`),
        deliveryId: (_lane, seq) => `m${seq}`,
      },
      clock: testClock,
      logger: silentLogger,
      metrics: silentMetrics,
      transformTimeoutMs: 5_000,
      startLane: (lane) => {
        lanes[lane] = startLane();
        return lanes[lane];
      },
    },
    {
      failed: ({ message }) => told.push(`failed: ${message}`),
      died: (lane, { message }, at) => told.push(`died ${lane} at ${at?.delivery}/${at?.record}: ${message}`),
      stuck: (lane, { delivery, record }) => told.push(`stuck ${lane} at ${delivery}/${record}`),
      broken: (lane, { message }, _at, held) => told.push(`broken ${lane}: ${message} of ${held}`),
      swollen: (lane, verdict) => told.push(`swollen ${lane}: ${verdict}`),
      cameThrough: (delivery) => told.push(`came through: ${delivery}`),
      exhausted: () => told.push('exhausted'),
      ready: () => undefined,
    },
  );
  const start = (count: number) => {
    supervisor.start(count);
    for (const lane of lanes) lane.say({ type: 'ready' });
    told.length = 0;
  };
  return { supervisor, lanes, told, start };
}

test('starts lanes up to a number, and never fewer or twice', () => {
  const { supervisor, told } = setUp();
  supervisor.start(2);
  supervisor.start(2);
  supervisor.start(1);
  expect(told).toEqual(['attach 0', 'attach 1']);
  expect(supervisor.lanes).toEqual([
    { lane: 0, state: 'starting' },
    { lane: 1, state: 'starting' },
  ]);
});

test('a drained lane is heard to its last word, then detached, and its thread ended', async () => {
  const { supervisor, lanes, told, start } = setUp();
  start(2);
  lanes[1]!.hold();
  told.length = 0;
  await supervisor.drain(1, 'test');
  expect(told).toEqual(['1 sealed', 'detach 1']);
  expect(lanes[1]!.terminated).toBe(true);
  expect(supervisor.lanes).toEqual([{ lane: 0, state: 'idle' }]);
});

test('a draining lane is told that nobody is in a hurry; a stop tells it again that somebody is', async () => {
  const { supervisor, lanes, start } = setUp();
  start(1);
  lanes[0]!.deaf = true;
  void supervisor.drain(0, 'test');
  void supervisor.stop();
  const [patient, hurried] = lanes[0]!.told.filter((message) => message.type === 'stop');
  expect(patient?.lastReceiveMs).toBeGreaterThan(20_000);
  expect(hurried).toEqual({ type: 'stop' });
});

test('a replacement gets a number of its own and does not wait for the old lane', async () => {
  const { supervisor, lanes, start } = setUp();
  start(2);
  lanes[0]!.deaf = true;
  const replaced = supervisor.replace(0, 'test');
  expect(supervisor.lanes.map(({ lane, state }) => `${lane} ${state}`)).toEqual(['0 ending', '1 idle', '2 starting']);
  expect(supervisor.size).toBe(2);
  lanes[0]!.say({ type: 'stopped' });
  await replaced;
  expect(supervisor.lanes.map(({ lane }) => lane)).toEqual([1, 2]);
});

describe('kill', () => {
  test('ends a lane that hears nothing, detaches it, and only then starts another one', async () => {
    const { supervisor, lanes, told, start } = setUp();
    start(2);
    lanes[0]!.deaf = true;
    const killed = supervisor.kill(0, 'test');
    expect(supervisor.size).toBe(2); // nobody is to start one for it meanwhile
    await killed;
    expect(told).toEqual(['detach 0', 'attach 2']);
  });

  test('of a draining lane starts none: it was to go', async () => {
    const { supervisor, lanes, start } = setUp();
    start(2);
    lanes[0]!.deaf = true;
    void supervisor.drain(0, 'test');
    await supervisor.kill(0, 'test');
    expect(supervisor.lanes.map(({ lane }) => lane)).toEqual([1]);
  });

  test('while the run stops starts none', async () => {
    const { supervisor, lanes, start } = setUp();
    start(1);
    lanes[0]!.deaf = true;
    const stopped = supervisor.stop();
    await supervisor.kill(0, 'test');
    await stopped;
    expect(supervisor.lanes).toEqual([]);
  });

  test('of a lane that is gone already does nothing', async () => {
    const { supervisor, told, start } = setUp();
    start(1);
    await supervisor.kill(7, 'test');
    await supervisor.drain(7, 'test');
    expect(told).toEqual([]);
  });
});

test('a lane that dies is told of with the place it was at, before the landing forgets it', async () => {
  const { supervisor, lanes, told, start } = setUp();
  start(2);
  lanes[1]!.pulse.enter([2, 3]);
  lanes[1]!.pulse.at(1, 7);
  lanes[1]!.die(new ParquetryError('E_LANE', 'out of memory'));
  await turn();
  expect(told).toEqual(['died 1 at m3/7: out of memory', 'detach 1']);
  supervisor.start(2);
  expect(supervisor.lanes.map(({ lane }) => lane)).toEqual([0, 2]);
});

test('what a lane says after it is gone is not heard', async () => {
  const { lanes, told, start } = setUp();
  start(1);
  lanes[0]!.die(undefined);
  await turn();
  told.length = 0;
  lanes[0]!.receive();
  expect(told).toEqual([]);
});

test('a lane is stuck when neither chunk nor record moves for the time limit, and is told of once', async () => {
  const { supervisor, lanes, told, start } = setUp();
  start(1);
  const watching = new AbortController();
  void supervisor.watch(watching.signal);
  lanes[0]!.pulse.enter([4]);
  for (let record = 0; record < 4; record++) {
    lanes[0]!.pulse.at(0, record);
    await vi.advanceTimersByTimeAsync(4_000);
  }
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(told).toEqual(['stuck 0 at m4/3']);
  watching.abort();
});

test('the source has ended when it has for every lane that receives', async () => {
  const { supervisor, lanes, told, start } = setUp();
  start(3);
  lanes[0]!.say({ type: 'exhausted' });
  lanes[1]!.say({ type: 'exhausted' });
  expect(told).toEqual([]);
  void supervisor.drain(2, 'test');
  expect(told).toContain('exhausted');
});

test('a lane that cannot be started fails the run, and leaves the others be', () => {
  let starts = 0;
  const { supervisor, told } = setUp(() => {
    if (++starts > 1) throw new Error('no threads');
    return new FakeLane();
  });
  supervisor.start(4);
  expect(told).toEqual(['attach 0', 'failed: no threads']);
  expect(supervisor.size).toBe(1);
});

test('a lane that broke is told of with the deliveries whose row group broke it', async () => {
  const { lanes, told, start } = setUp();
  start(1);
  const error = { code: 'E_INTERNAL', message: 'trapped', retryable: false } as const;
  lanes[0]!.say({ type: 'broken', error, held: [1, 2] });
  lanes[0]!.say({ type: 'came-through', delivery: 'm7' });
  expect(told).toEqual(['broken 0: trapped of m1,m2', 'came through: m7']);
});

test('a lane that fills up is told of once, and once more when it is over its limit', async () => {
  const { supervisor, lanes, told, start } = setUp();
  start(1);
  let usedBytes = 100;
  const heap = async () => ({ usedBytes, externalBytes: 0, limitBytes: 1_000, budgetBytes: 0 });
  Object.assign(lanes[0]!, { heap });
  const watching = new AbortController();
  void supervisor.watch(watching.signal);
  await vi.advanceTimersByTimeAsync(1_000);
  usedBytes = 800;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(told).toEqual(['swollen 0: recycle']);
  usedBytes = 1_100;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual(['swollen 0: recycle', 'swollen 0: kill']);
  watching.abort();
});
