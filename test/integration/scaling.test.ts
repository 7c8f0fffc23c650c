import { expect, test, vi } from 'vitest';
import type { Run } from '../../engine/src/runtime/run.ts';
import { createWorld } from './harness.ts';
import { hurriedScaling, stepLogger } from './scaling.ts';

const MESSAGES = 2_000;
const RECORDS_A_MESSAGE = 5;

const until = (claim: () => void) => vi.waitFor(claim, { timeout: 40_000, interval: 10 });

test('a load step brings all lanes, quiet takes them away, and every record is delivered once', async () => {
  await using world = await createWorld();
  const folder = await world.pipeline({
    input: { id: 'int' },
    config: { lanes: { mode: 'adaptive', min: 1, max: 4 }, batch: { maxAge: '500ms' } },
  });
  const { logger, steps } = stepLogger();
  const stop = new AbortController();
  const started = Promise.withResolvers<Run>();
  const ended = world.run(folder, {
    drain: false,
    logger,
    signal: stop.signal,
    scaling: hurriedScaling(60),
    onStart: started.resolve,
  });
  const engine = await started.promise;
  const lanes = () => engine.snapshot().lanes.filter(({ state }) => state !== 'ending').length;
  await until(() => expect(engine.isReady).toBe(true));
  expect(lanes()).toBe(1);

  const record = (message: number, i: number) => JSON.stringify({ id: message * RECORDS_A_MESSAGE + i });
  const body = (message: number) => Array.from({ length: RECORDS_A_MESSAGE }, (_, i) => record(message, i)).join('\n');
  await world.send(Array.from({ length: MESSAGES }, (_, message) => body(message)));
  await until(() => expect(steps.slice(0, 2)).toEqual(['1 → 2', '2 → 4']));

  await until(() => expect(engine.snapshot().ledger.messages.acked).toBe(MESSAGES));
  // One that ends is not gone before its last receive has come back.
  await until(() => expect(engine.snapshot().lanes).toHaveLength(1));
  expect(steps.at(-1)).toBe('2 → 1');
  stop.abort();

  const summary = await ended;
  expect(summary).toMatchObject({ reason: 'stopped', error: undefined, ledger: { closed: true } });
  expect(summary.ledger.messages).toEqual({
    received: MESSAGES,
    acked: MESSAGES,
    returned: 0,
    leaseLost: 0,
    inFlight: 0,
  });
  const ids = (await world.rows()).map(({ id }) => Number(id)).sort((a, b) => a - b);
  expect(ids).toEqual(Array.from({ length: MESSAGES * RECORDS_A_MESSAGE }, (_, id) => id));
});
