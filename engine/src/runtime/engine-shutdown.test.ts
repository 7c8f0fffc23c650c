import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Source } from '../core/source.ts';
import { Engine, type RunPlan, type RunSummary } from './engine.ts';
import { FakeLane } from './fake-lane.test-support.ts';
import { landingParts, testClock } from './fakes.test-support.ts';
import type { Host } from './host.ts';

const GRACE_MS = 10_000;
const MAX_RECEIVES = 3;
const idleHost: Host = {
  cpuMs: () => 0,
  look: async () => ({ cpus: 4, memoryBytes: 2 ** 33, memoryUsedBytes: 2 ** 30 }),
};

/** A run with one lane on a queue that gives a message up after three receives; `ended` once it is over. */
async function start(over: Partial<RunPlan> = {}) {
  const fakes = landingParts({ clock: testClock });
  fakes.settler.waiting = { visible: 0, inFlight: 0, delayed: 0, maxReceives: MAX_RECEIVES };
  const lane = new FakeLane();
  const engine = new Engine({
    source: { replay: 'unordered' } as Source,
    landing: fakes.parts,
    lanes: { min: 1, max: 1, start: 1 },
    scaling: { host: idleHost, clock: testClock, everyMs: 1_000 },
    startLane: () => lane,
    drain: false,
    shutdown: 'return',
    graceMs: GRACE_MS,
    transformTimeoutMs: 5_000,
    isolation: { policy: 'dead-letter', comesAgain: true, comesAgainWithinMs: 0 },
    stormPauseMs: 60_000,
    backlogEveryMs: 100,
    ...over,
  });
  const run: { summary?: RunSummary } = {};
  void engine.run().then((summary) => {
    run.summary = summary;
  });
  await pass(0);
  lane.say({ type: 'ready' });
  return { ...fakes, engine, lane, run };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('stop, with shutdown.mode return', () => {
  test('gives back at once what is sealed but not being written', async () => {
    const { engine, lane, settler, sink, run } = await start();
    lane.hold();
    engine.stop();
    await pass(100);
    expect(settler).toMatchObject({ acked: [], nacked: ['r1'], nackDelaysMs: [0] });
    expect(sink.files).toEqual([]);
    expect(run.summary).toMatchObject({
      reason: 'stopped',
      error: undefined,
      ledger: { closed: true, messages: { returned: 1 } },
      shutdown: { mode: 'return', returned: 1, left: 0, written: { files: 0 } },
    });
  });

  test('lets a write that is under way come to its end', async () => {
    const { engine, lane, settler, sink, run } = await start();
    const gate = Promise.withResolvers<void>();
    sink.gate = gate.promise;
    lane.hold();
    await pass(1_500); // its file is of age
    engine.stop();
    await pass(1_000);
    expect(run.summary).toBeUndefined();
    gate.resolve();
    await pass(100);
    expect(settler).toMatchObject({ acked: ['r1'], nacked: [] });
    expect(run.summary).toMatchObject({ error: undefined, shutdown: { returned: 0, written: { files: 1 } } });
  });

  test('writes the file of a delivery that another return could bring to the dead-letter queue', async () => {
    const { engine, lane, settler, run } = await start();
    lane.hold(MAX_RECEIVES - 1);
    lane.hold();
    engine.stop();
    await pass(100);
    expect(settler).toMatchObject({ acked: ['r1', 'r2'], nacked: [] });
    expect(run.summary?.shutdown).toMatchObject({ returned: 0, left: 0, written: { files: 1, rows: 2 } });
  });

  test('has lanes leave out what they have not processed and may go back', async () => {
    const { engine, lane } = await start();
    await pass(100); // the backlog is known
    lane.deaf = true;
    engine.stop();
    expect(lane.told).toContainEqual({ type: 'stop', returnUpTo: 1 });
  });

  test('flushes a source that hands out the same again anyway', async () => {
    const { engine, lane, settler } = await start({ source: { replay: 'ordered' } as Source });
    lane.hold();
    engine.stop();
    await pass(100);
    expect(settler).toMatchObject({ acked: ['r1'], nacked: [] });
  });
});

test.each(['auto', 'flush', 'return'] as const)(
  'a write that outlasts the grace is given up with shutdown.mode %s; what was received too often is left to its lease',
  async (shutdown) => {
    const { engine, lane, settler, sink, run } = await start({ shutdown });
    sink.gate = new Promise(() => undefined);
    lane.hold(MAX_RECEIVES - 1);
    lane.hold();
    await pass(1_500);
    engine.stop();
    await pass(GRACE_MS);
    expect(settler).toMatchObject({ acked: [], nacked: ['r2'] });
    expect(run.summary).toMatchObject({
      reason: 'failed',
      error: { code: 'E_UNAVAILABLE' },
      ledger: { closed: true, messages: { returned: 1, inFlight: 1 } },
      shutdown: { returned: 1, left: 1 },
    });
  },
);

test('where the system leaves less time than the grace, that is the grace', async () => {
  const { engine, lane, settler, sink, run } = await start({ shutdown: 'flush' });
  sink.gate = new Promise(() => undefined);
  lane.hold();
  await pass(1_500);
  engine.stop(GRACE_MS / 4);
  await pass(GRACE_MS / 4);
  expect(settler.nacked).toEqual(['r1']);
  expect(run.summary).toMatchObject({
    reason: 'failed',
    error: { message: expect.stringContaining(`${GRACE_MS / 4} ms`) },
  });
});

describe('stop, with shutdown.mode auto', () => {
  test('writes what fits into the grace by what writes took so far, and gives back the rest', async () => {
    const { engine, lane, settler, sink, run } = await start({ shutdown: 'auto' });
    const slowly = async () => void (await testClock.sleep(GRACE_MS));
    Object.defineProperty(sink, 'gate', { get: slowly });
    lane.hold();
    await pass(1_500 + GRACE_MS); // one write has shown how long it takes
    expect(settler.acked).toEqual(['r1']);
    lane.hold();
    engine.stop();
    await pass(100);
    expect(settler.nacked).toEqual(['r2']);
    expect(run.summary).toMatchObject({ reason: 'stopped', error: undefined, shutdown: { mode: 'auto', returned: 1 } });
  });

  test('has lanes leave out what they have not processed when half of the time is over', async () => {
    const { engine, lane } = await start({ shutdown: 'auto' });
    await pass(100);
    lane.deaf = true;
    engine.stop();
    await pass(3_000);
    expect(lane.told.at(-1)).toEqual({ type: 'stop' });
    await pass(1_000);
    expect(lane.told.at(-1)).toEqual({ type: 'stop', returnUpTo: 1 });
  });
});

describe('an engine that another has taken over from', () => {
  test('writes and settles everything, without a limit of time', async () => {
    const { engine, lane, settler, sink, run } = await start();
    const gate = Promise.withResolvers<void>();
    sink.gate = gate.promise;
    lane.hold();
    engine.retire();
    await pass(10 * GRACE_MS);
    expect(run.summary).toBeUndefined();
    gate.resolve();
    await pass(100);
    expect(settler).toMatchObject({ acked: ['r1'], nacked: [] });
    expect(run.summary).toMatchObject({ reason: 'replaced', error: undefined, shutdown: undefined });
  });

  test('has the grace to end when the run is asked to stop', async () => {
    const { engine, lane, settler, sink, run } = await start();
    sink.gate = new Promise(() => undefined);
    lane.hold();
    engine.retire();
    await pass(60_000);
    engine.stop();
    await pass(GRACE_MS);
    expect(settler.nacked).toEqual(['r1']);
    expect(run.summary).toMatchObject({ ledger: { closed: true }, shutdown: { returned: 1 } });
  });
});

describe('a run whose source ends', () => {
  test('writes what it holds, however long that takes', async () => {
    const { lane, settler, sink, run } = await start();
    const gate = Promise.withResolvers<void>();
    sink.gate = gate.promise;
    lane.hold();
    lane.say({ type: 'exhausted' });
    await pass(10 * GRACE_MS);
    expect(run.summary).toBeUndefined();
    gate.resolve();
    await pass(100);
    expect(settler).toMatchObject({ acked: ['r1'], nacked: [] });
    expect(run.summary).toMatchObject({ reason: 'ended', error: undefined, ledger: { closed: true } });
  });

  test('has the grace to end when it is asked to stop meanwhile', async () => {
    const { engine, lane, settler, sink, run } = await start();
    sink.gate = new Promise(() => undefined);
    lane.hold();
    lane.say({ type: 'exhausted' });
    await pass(10 * GRACE_MS);
    engine.stop();
    await pass(GRACE_MS);
    expect(settler.nacked).toEqual(['r1']);
    expect(run.summary).toMatchObject({ ledger: { closed: true }, shutdown: { returned: 1 } });
  });
});
