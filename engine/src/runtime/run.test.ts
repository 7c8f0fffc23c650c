import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ParquetryError } from '../core/errors.ts';
import type { Source } from '../core/source.ts';
import { silentLogger } from '../core/telemetry.ts';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import type { RunPlan, RunSummary } from './engine.ts';
import { FakeLane } from './fake-lane.test-support.ts';
import { type FakeSink, landingParts, testClock } from './fakes.test-support.ts';
import { type Reload, Run } from './run.ts';

const GRACE_MS = 10_000;
const pipeline = {
  name: 'p',
  folder: '/',
  source: { type: 'sqs', config: {} },
  aws: {},
  telemetry: {},
} as unknown as CheckedPipeline;

/** A generation's lane, and what it writes to. */
interface Made {
  readonly lane: FakeLane;
  readonly sink: FakeSink;
  readonly acked: readonly string[];
  readonly nacked: readonly string[];
  number?: number;
}

/** A run over fakes, that has begun and receives. */
async function start(check?: Source['check']) {
  const made: Made[] = [];
  const plan = (nextLane: () => number): RunPlan => {
    const { parts, sink, settler } = landingParts({ clock: testClock });
    const lane = new FakeLane();
    const one: Made = { lane, sink, acked: settler.acked, nacked: settler.nacked };
    made.push(one);
    return {
      source: { replay: 'unordered', check: made.length > 1 ? check : undefined } as Source,
      landing: parts,
      lanes: { min: 1, max: 1, start: 1 },
      scaling: {
        host: {
          cpuMs: () => 0,
          look: async () => ({ cpus: 4, memoryBytes: 2 ** 33, memoryUsedBytes: 2 ** 30 }),
        },
        clock: testClock,
        everyMs: 1_000,
      },
      nextLane,
      startLane: (number) => {
        one.number = number;
        return lane;
      },
      drain: false,
      shutdown: 'auto',
      graceMs: GRACE_MS,
      transformTimeoutMs: 5_000,
      isolation: { policy: 'dead-letter', comesAgain: true, comesAgainWithinMs: 0 },
      stormPauseMs: 60_000,
      backlogEveryMs: 100,
    };
  };
  const run = await Run.of(pipeline, {
    plan: async (_pipeline, { nextLane }) => ({ pipeline, plan: plan(nextLane), inputs: [] }),
    isLive: false,
    clock: testClock,
    logger: silentLogger,
  });
  const state: { summary?: RunSummary; reload?: Reload } = {};
  void run.run().then((summary) => {
    state.summary = summary;
  });
  await pass(0);
  made[0]!.lane.say({ type: 'ready' });
  /** Asks for a reload, whose lanes do not receive yet. */
  const reload = async () => {
    const asked = run.reload(async () => pipeline);
    void asked.then((outcome) => {
      state.reload = outcome;
    });
    await pass(0);
  };
  return { run, made, state, reload };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('a pipeline that takes over', () => {
  test('does so when its lanes receive, and not before', async () => {
    const { run, made, state, reload } = await start();
    made[0]!.lane.hold();
    await reload();
    await pass(100);
    expect(state.reload).toBeUndefined();
    expect(made[0]!.lane.heard).not.toContain('stop');
    made[1]!.lane.say({ type: 'ready' });
    await pass(100);
    expect(state.reload).toEqual({ generation: 2 });
    expect(made[0]).toMatchObject({ acked: ['r1'], nacked: [] });
    expect(made.map(({ number }) => number)).toEqual([0, 1]);
    expect(run.isReady).toBe(true);
    expect(state.summary).toBeUndefined();
  });

  test('hands its accounts on: the sum only grows', async () => {
    const { run, made, state, reload } = await start();
    made[0]!.lane.hold();
    await reload();
    made[1]!.lane.say({ type: 'ready' });
    await pass(100);
    expect(run.snapshot()).toMatchObject({ written: { files: 1, rows: 1 }, ledger: { messages: { acked: 1 } } });
    made[1]!.lane.hold();
    expect(run.snapshot().ledger.messages).toMatchObject({ received: 2, acked: 1, inFlight: 1 });
    run.stop();
    await pass(100);
    const sum = { written: { files: 2, rows: 2 }, ledger: { closed: true, messages: { received: 2, acked: 2 } } };
    expect(state.summary).toMatchObject({ reason: 'stopped', ...sum, shutdown: { written: { files: 1 } } });
    expect(run.snapshot()).toMatchObject(sum);
  });

  test('waits where two before it still write', async () => {
    const { made, state, reload } = await start();
    const gate = Promise.withResolvers<void>();
    for (const i of [0, 1]) {
      made[i]!.sink.gate = gate.promise;
      made[i]!.lane.hold();
      await reload();
      made[i + 1]!.lane.say({ type: 'ready' });
      await pass(100);
    }
    expect(state.reload).toEqual({ generation: 3 });
    await reload();
    await pass(1_000);
    expect(made).toHaveLength(3);
    gate.resolve();
    await pass(100);
    expect(made).toHaveLength(4);
  });
});

describe('a pipeline that fails before it receives is refused, and the one before goes on:', () => {
  test('its queue cannot be used', async () => {
    const missing = new ParquetryError('E_NOT_FOUND', 'there is no such queue');
    const { run, made, state, reload } = await start(() => Promise.reject(missing));
    await reload();
    await pass(100);
    expect(state.reload).toEqual({ generation: 1, error: missing });
    expect(run.isReady).toBe(true);
    expect(made[0]!.lane.heard).not.toContain('stop');
  });

  test('its code cannot be set up', async () => {
    const { run, made, state, reload } = await start();
    await reload();
    made[1]!.lane.say({ type: 'failed', error: { code: 'E_TRANSFORM', message: 'no table', retryable: false } });
    await pass(100);
    expect(state.reload).toMatchObject({ generation: 1, error: { code: 'E_TRANSFORM', message: 'no table' } });
    expect(made[0]!.lane.heard).not.toContain('stop');
    run.stop();
    await pass(100);
    expect(state.summary).toMatchObject({ reason: 'stopped', error: undefined });
  });
});

describe('while another pipeline starts', () => {
  test('a wish to stop ends both, and what is held is written', async () => {
    const { run, made, state, reload } = await start();
    made[0]!.lane.hold();
    await reload();
    run.stop();
    expect(run.isReady).toBe(false);
    await pass(100);
    expect(state.reload).toMatchObject({ generation: 1, error: { code: 'E_CANCELLED' } });
    expect(made[0]!.acked).toEqual(['r1']);
    expect(state.summary).toMatchObject({ reason: 'stopped', error: undefined, ledger: { closed: true } });
  });

  test('the end of the source ends both', async () => {
    const { made, state, reload } = await start();
    await reload();
    made[0]!.lane.say({ type: 'exhausted' });
    await pass(100);
    expect(state.summary).toMatchObject({ reason: 'ended', error: undefined, shutdown: undefined });
    expect(state.reload).toMatchObject({ error: { code: 'E_CANCELLED' } });
  });

  test('a failure of the one that receives ends both', async () => {
    const { made, state, reload } = await start();
    await reload();
    made[0]!.lane.say({ type: 'failed', error: { code: 'E_ACCESS', message: 'refused', retryable: false } });
    await pass(100);
    expect(state.summary).toMatchObject({ reason: 'failed', error: { code: 'E_ACCESS' }, shutdown: undefined });
    expect(state.reload).toMatchObject({ error: { code: 'E_CANCELLED' } });
  });
});

test('a wish to stop gives those that still write the grace, and sums up what became of everything', async () => {
  const { run, made, state, reload } = await start();
  made[0]!.sink.gate = new Promise(() => undefined);
  made[0]!.lane.hold();
  await reload();
  made[1]!.lane.say({ type: 'ready' });
  await pass(60_000);
  made[1]!.lane.hold();
  run.stop();
  await pass(GRACE_MS);
  expect(made[0]!.nacked).toEqual(['r1']);
  expect(made[1]!.acked).toEqual(['r1']);
  expect(state.summary).toMatchObject({
    reason: 'failed',
    error: { code: 'E_UNAVAILABLE' }, // not everything could be written
    ledger: { closed: true, messages: { received: 2, acked: 1, returned: 1 } },
    shutdown: { returned: 1, left: 0, written: { files: 1 } },
  });
});
