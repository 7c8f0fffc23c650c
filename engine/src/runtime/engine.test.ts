import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ParquetryError } from '../core/errors.ts';
import type { Source } from '../core/source.ts';
import { silentMetrics } from '../core/telemetry.ts';
import { Engine, type RunPlan, type RunSummary } from './engine.ts';
import { FakeLane } from './fake-lane.test-support.ts';
import { landingParts, testClock } from './fakes.test-support.ts';
import type { Host } from './host.ts';
import type { LandingParts } from './landing-parts.ts';

const GRACE_MS = 10_000;
const idleHost: Host = {
  cpuMs: () => 0,
  look: async () => ({ cpus: 4, memoryBytes: 2 ** 33, memoryUsedBytes: 2 ** 30 }),
};

type Overrides = Partial<Omit<RunPlan, 'landing'>> & { readonly landing?: Partial<LandingParts> };

function setUp({ landing, ...over }: Overrides = {}, lanes = 1) {
  const fakes = landingParts({ clock: testClock, ...landing });
  const handles = Array.from({ length: lanes }, () => new FakeLane());
  const source = { replay: 'unordered' } as Source;
  const engine = new Engine({
    source,
    landing: fakes.parts,
    lanes: { min: lanes, max: lanes, start: lanes },
    scaling: { host: idleHost, clock: testClock, everyMs: 1_000 },
    startLane: (lane) => handles[lane]!,
    drain: false,
    shutdown: 'auto',
    graceMs: GRACE_MS,
    transformTimeoutMs: 5_000,
    isolation: { policy: 'dead-letter', comesAgain: false, comesAgainWithinMs: 0 },
    stormPauseMs: 60_000,
    backlogEveryMs: 100,
    ...over,
  });
  return { engine, handles, lane: handles[0]!, ...fakes };
}

/** Starts a run and lets its lanes become ready; the summary is there once the run is over. */
async function start(setup: ReturnType<typeof setUp>) {
  const run: { summary?: RunSummary; ended: Promise<RunSummary> } = { ended: setup.engine.run() };
  void run.ended.then((summary) => {
    run.summary = summary;
  });
  await pass(0);
  for (const lane of setup.handles) lane.say({ type: 'ready' });
  return run;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('a run that drains', () => {
  test('writes what is held once nothing else waits, and ends after three empty looks', async () => {
    const setup = setUp({ drain: true });
    const run = await start(setup);
    setup.lane.hold();
    await pass(1_000);
    expect(run.summary).toMatchObject({ reason: 'drained', error: undefined });
    expect(run.summary?.ledger).toMatchObject({ closed: true, messages: { received: 1, acked: 1 } });
  });

  test.each([
    ['delayed', { visible: 0, inFlight: 0, delayed: 1 }],
    ['in flight at another consumer', { visible: 0, inFlight: 1, delayed: 0 }],
  ])('does not end while a message is %s', async (_what, waiting) => {
    const setup = setUp({ drain: true });
    setup.settler.waiting = waiting;
    const run = await start(setup);
    await pass(60_000);
    expect(run.summary).toBeUndefined();
    setup.settler.waiting = { visible: 0, inFlight: 0, delayed: 0 };
    await pass(1_000);
    expect(run.summary).toMatchObject({ reason: 'drained' });
  });

  test('does not end while a lane is still starting', async () => {
    const setup = setUp({ drain: true }, 2);
    const ended = setup.engine.run();
    await pass(0);
    setup.handles[0]!.say({ type: 'ready' });
    await pass(5_000);
    expect(setup.engine.snapshot().ending).toBeUndefined();
    setup.handles[1]!.say({ type: 'ready' });
    await pass(1_000);
    expect(await ended).toMatchObject({ reason: 'drained' });
  });
});

describe('a source whose held deliveries lock their groups', () => {
  test('gets them settled as soon as nothing more comes, not when their file is of age', async () => {
    const setup = setUp({ source: { replay: 'unordered', locksGroups: true } as Source });
    setup.settler.waiting = { visible: 5, inFlight: 1, delayed: 0 };
    await start(setup);
    setup.lane.hold();
    await pass(500);
    expect(setup.settler.acked).toEqual(['r1']);
  });

  test('has files filled while deliveries still come', async () => {
    const setup = setUp({ source: { replay: 'unordered', locksGroups: true } as Source });
    setup.settler.waiting = { visible: 5, inFlight: 1, delayed: 0 };
    await start(setup);
    for (let i = 0; i < 9; i++) {
      setup.lane.hold();
      await pass(100);
    }
    expect(setup.settler.acked).toEqual([]);
  });
});

describe('stop', () => {
  test('seals, writes, acks and answers without an error', async () => {
    const setup = setUp({}, 2);
    const run = await start(setup);
    for (const lane of setup.handles) lane.hold();
    setup.engine.stop();
    await pass(100);
    expect(run.summary).toMatchObject({ reason: 'stopped', error: undefined, files: [{ rows: 2 }] });
    expect(setup.settler.acked).toHaveLength(2);
  });

  test('while a drain waits for a lane that does not come back ends within the grace', async () => {
    const setup = setUp({ drain: true });
    const run = await start(setup);
    setup.lane.hold();
    setup.lane.deaf = true;
    await pass(200);
    expect(setup.lane.heard).toContain('seal');
    setup.engine.stop();
    await pass(GRACE_MS);
    expect(run.summary).toMatchObject({ error: { code: 'E_UNAVAILABLE' }, ledger: { closed: true } });
    expect(setup.lane.terminated).toBe(true);
    expect(setup.settler).toMatchObject({ acked: [], nacked: ['r1'] });
  });

  test('while the backlog is never answered ends all the same', async () => {
    const setup = setUp();
    setup.settler.backlog = () => new Promise(() => undefined);
    const run = await start(setup);
    setup.lane.hold();
    setup.engine.stop();
    await pass(100);
    expect(run.summary).toMatchObject({ reason: 'stopped', error: undefined });
  });

  test('does not fail for a look at the backlog that it cuts off', async () => {
    const setup = setUp();
    const cut = Promise.withResolvers<never>();
    setup.settler.backlog = () => cut.promise;
    setup.settler.close = async () => cut.reject(new ParquetryError('E_CANCELLED', 'cut off'));
    const run = await start(setup);
    setup.engine.stop();
    await pass(100);
    expect(run.summary).toMatchObject({ reason: 'stopped', error: undefined });
  });

  test('while a lane is starting waits for it to say that it has stopped', async () => {
    const setup = setUp();
    setup.lane.deaf = true;
    const ended = setup.engine.run();
    await pass(0);
    setup.engine.stop();
    await pass(1_000);
    expect(setup.lane.heard).toEqual(['stop']);
    setup.lane.say({ type: 'ready' });
    setup.lane.say({ type: 'stopped' });
    await pass(100);
    expect(await ended).toMatchObject({ reason: 'stopped', error: undefined });
  });

  test('during the pause after a storm ends at once', async () => {
    const setup = setUp();
    const run = await start(setup);
    const outcome = { found: 10, rows: 0, dropped: { misfit: 10 }, deadLettered: { misfit: 10 } };
    setup.lane.receive();
    const deliveries = [{ seq: 1, placements: 0, outcome }];
    setup.lane.say({ type: 'processed', deliveries, deadLetters: [], unknownKeys: [] });
    expect(setup.lane.heard).toEqual(['pause']);
    setup.engine.stop();
    await pass(100);
    expect(run.summary?.reason).toBe('stopped');
  });
});

describe('the grace', () => {
  test.each([
    [
      'a sink that heeds no signal',
      (setup: ReturnType<typeof setUp>, never: Promise<void>) => (setup.sink.gate = never),
    ],
    [
      'a source that does not answer acks',
      (setup: ReturnType<typeof setUp>, never: Promise<void>) => (setup.settler.gate = never),
    ],
  ])('bounds %s, and what stayed open is in the ledger', async (_what, hang) => {
    const setup = setUp();
    const run = await start(setup);
    setup.lane.hold();
    hang(setup, new Promise(() => undefined));
    setup.engine.stop();
    await pass(GRACE_MS);
    expect(run.summary).toMatchObject({ reason: 'failed', error: { code: 'E_UNAVAILABLE' } });
    const { messages, closed } = run.summary!.ledger;
    expect(closed).toBe(true);
    expect(messages.acked).toBe(0);
    expect(messages.inFlight + messages.returned + messages.leaseLost).toBe(1);
  });
});

describe('a failure', () => {
  test('of one lane lets the others seal, finishes uploads, and gives back what died', async () => {
    const setup = setUp({}, 2);
    const run = await start(setup);
    const gate = Promise.withResolvers<void>();
    setup.sink.gate = gate.promise;
    setup.handles[0]!.hold();
    setup.handles[0]!.seal();
    await pass(1_200); // of age: its file is being written
    setup.handles[1]!.hold();
    setup.handles[1]!.die(new ParquetryError('E_LANE', 'lane 1 died'));
    await pass(100);
    gate.resolve();
    await pass(100);
    expect(run.summary).toMatchObject({ reason: 'failed', error: { code: 'E_LANE' } });
    expect(run.summary?.ledger).toMatchObject({ closed: true, messages: { received: 2, acked: 1, returned: 1 } });
  });

  test('in hearing a lane ends the run in order, not the process', async () => {
    const broken = { ...silentMetrics, count: () => fail(new Error('no room')) };
    const setup = setUp({ landing: { metrics: broken } });
    const run = await start(setup);
    setup.lane.receive();
    await pass(100);
    expect(run.summary).toMatchObject({ reason: 'failed', error: { code: 'E_INTERNAL', message: 'no room' } });
  });

  test('to start a lane stops those that run', async () => {
    const first = new FakeLane();
    const setup = setUp({
      lanes: { min: 2, max: 2, start: 2 },
      startLane: (lane) => (lane === 0 ? first : fail(new Error('no threads'))),
    });
    const run = await start(setup);
    await pass(100);
    expect(run.summary).toMatchObject({ reason: 'failed', error: { message: 'no threads' } });
    expect(first).toMatchObject({ heard: ['stop'], terminated: true });
  });

  test('to come back from user code is told with the delivery', async () => {
    const setup = setUp();
    const run = await start(setup);
    setup.lane.receive();
    setup.lane.deaf = true;
    setup.lane.pulse.enter([1]);
    setup.lane.pulse.at(0, 0);
    await pass(6_000);
    expect(run.summary).toMatchObject({ reason: 'failed', error: { code: 'E_LANE' } });
    expect(run.summary?.error?.message).toContain('m1');
    expect(setup.settler.nacked).toEqual(['r1']);
  });

  test('to ask for the backlog that cannot pass ends the run', async () => {
    const setup = setUp();
    setup.settler.backlog = () => fail(new ParquetryError('E_ACCESS', 'denied'));
    const run = await start(setup);
    await pass(100);
    expect(run.summary).toMatchObject({ reason: 'failed', error: { code: 'E_ACCESS' } });
  });
});

test('a source that ends in every lane ends the run', async () => {
  const setup = setUp({}, 2);
  const run = await start(setup);
  setup.handles[0]!.say({ type: 'exhausted' });
  await pass(100);
  expect(run.summary).toBeUndefined();
  setup.handles[1]!.say({ type: 'exhausted' });
  await pass(100);
  expect(run.summary).toMatchObject({ reason: 'ended', error: undefined });
});

test('leaves no timer behind', async () => {
  const setup = setUp();
  await start(setup);
  setup.lane.hold();
  setup.engine.stop();
  await pass(100);
  expect(vi.getTimerCount()).toBe(0);
});

function fail(error: Error): never {
  throw error;
}
