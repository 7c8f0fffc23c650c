import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startEngine } from './engine-process.ts';
import { createWorld, type World } from './harness.ts';

/* `parquetry run` as the image runs it: a parent that starts the engine again when it dies, which test/heavy/guardian.test.ts tests. */

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

test('SIGTERM to the parent ends the engine in order, and its exit code is the parent’s', async () => {
  const ids = Array.from({ length: 100 }, (_, id) => id);
  await world.send(ids.map((id) => JSON.stringify({ id })));
  using run = startEngine(await world.pipeline({ input: { id: 'int' } }), '--json');
  await vi.waitFor(async () => expect((await world.depth())[0]).toBe(0), { timeout: 40_000, interval: 50 });
  run.child.kill('SIGTERM');
  const { code, out } = await run.ended;
  expect(code).toBe(0);
  const summary = JSON.parse(out);
  expect(summary).toMatchObject({ reason: 'stopped', ledger: { closed: true } });
  expect(summary.restarted).toBeUndefined();
  expect((await world.rows()).map(({ id }) => Number(id)).sort((a, b) => a - b)).toEqual(ids);
  expect(await world.depth()).toEqual([0, 0, 0]);
});
