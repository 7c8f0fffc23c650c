import { expect, test, vi } from 'vitest';
import type { LogFields } from '../../engine/src/core/telemetry.ts';
import type { ScalingPort } from '../../engine/src/runtime/lane-scaler.ts';
import type { Run } from '../../engine/src/runtime/run.ts';
import { createWorld, PREFIX } from '../integration/harness.ts';
import { hurriedScaling, stepLogger } from '../integration/scaling.ts';

const CYCLES = 30;
const LANES = 3;
const UPLOAD_MS = 2_000;
const HOUR_MS = 3_600_000;
/** Of the autoscaler's time to ours. */
const TIMES = 40;

/** Keeps a CPU busy for about a millisecond a record. */
const transform = `
import { defineTransform, t } from 'parquetry';
export default defineTransform({
  output: t.row({ id: t.int(), spun: t.int() }),
  map: ({ id }) => {
    let spun = 0;
    for (let i = 0; i < 1_000_000; i++) spun = (spun + i * id) % 1_000_003;
    return { id, spun };
  },
});`;

const until = (claim: () => void) => vi.waitFor(claim, { timeout: 120_000, interval: 20 });

/** Memory that a test fills and frees; what was regretted an hour ago is forgotten. */
function squeezed(): ScalingPort & { isFull: boolean; later(): void } {
  const hurried = hurriedScaling(TIMES);
  const state = { isFull: false, laterMs: 0 };
  return Object.assign(state, {
    everyMs: hurried.everyMs,
    clock: { ...hurried.clock, now: () => hurried.clock.now() + state.laterMs },
    host: {
      cpuMs: () => 0,
      look: async () => ({ cpus: 1, memoryBytes: 2 ** 36, memoryUsedBytes: state.isFull ? 2 ** 36 : 2 ** 30 }),
    },
    later() {
      state.laterMs += 2 * HOUR_MS;
    },
  });
}

test(`check 2: ${CYCLES} times up and down under load, with uploads of two seconds: none is cut off, and nothing comes again`, async () => {
  await using world = await createWorld();
  const folder = await world.pipeline({
    input: { id: 'int' },
    transform,
    config: {
      lanes: { mode: 'adaptive', min: 1, max: LANES },
      batch: { maxAge: '1s' },
      source: { sqs: { queue: 'records', waitTime: '1s' } },
    },
  });
  world.emulator.faults.add({
    action: 'PutObject',
    resource: `lake/${PREFIX}/*`,
    fault: { kind: 'latency', ms: UPLOAD_MS },
  });
  let sent = 0;
  const send = async (count: number) => {
    await world.send(Array.from({ length: count }, () => JSON.stringify({ id: sent++ })));
  };
  await send(2_000);

  const scaling = squeezed();
  const { logger, steps } = stepLogger();
  const errors: string[] = [];
  const note = (event: string, { code, message }: LogFields = {}) => {
    // A receive that fails is tried again: on a busy machine a connection may be late. What was lost by it, the ledger would show.
    if (event !== 'receive.failed') errors.push(`${event}: ${code} ${message}`);
  };
  const stop = new AbortController();
  const started = Promise.withResolvers<Run>();
  const ended = world.run(folder, {
    drain: false,
    logger: { ...logger, warn: note, error: note },
    signal: stop.signal,
    scaling,
    onStart: started.resolve,
  });
  const engine = await started.promise;
  const receiving = () => engine.snapshot().lanes.filter(({ state }) => state === 'busy' || state === 'idle').length;
  let uploadsAtShrink = 0;
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    if ((await world.depth())[0] < 1_000) await send(1_000);
    await until(() => expect(receiving()).toBe(LANES));
    scaling.isFull = true;
    if (engine.snapshot().heldBytes > 0) uploadsAtShrink++;
    await until(() => expect(receiving()).toBe(1));
    scaling.isFull = false;
    scaling.later();
  }
  // Not until the queue is empty: an answer still under way then would be cut off by the stop, and come again later.
  await until(() => expect(engine.snapshot().ledger.messages.received).toBe(sent));
  stop.abort();

  const summary = await ended;
  expect(errors).toEqual([]);
  expect(summary).toMatchObject({ reason: 'stopped', error: undefined, ledger: { closed: true } });
  expect(summary.ledger.messages).toEqual({ received: sent, acked: sent, returned: 0, leaseLost: 0, inFlight: 0 });
  expect(await world.depth()).toEqual([0, 0, 0]);
  expect(steps.filter((step) => step.endsWith('→ 1')).length).toBeGreaterThanOrEqual(CYCLES);
  expect(uploadsAtShrink).toBeGreaterThan(CYCLES / 2);
  const ids = (await world.rows()).map(({ id }) => Number(id)).sort((a, b) => a - b);
  expect(ids).toEqual(Array.from({ length: sent }, (_, id) => id));
}, 600_000);
