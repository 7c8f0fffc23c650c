import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWorld, type World } from './harness.ts';
import { delivered, everyIdBut, POISON, poisonText, quickly, runOver, TOTAL, transform } from './poisoned-run.ts';

/*
 * One record among 10,000 ends its lane: 9,999 are delivered once, it is dead-lettered with its reason and its original bytes, and
 * the ledger closes. The other ways to end a lane, or the process, are in test/heavy.
 */

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

test('a record from which the transform never comes back', async () => {
  const { log, letters, summary } = await runOver(world, { transform: transform('while (true);'), config: quickly });
  expect(await delivered(world)).toEqual(everyIdBut(POISON));
  expect(letters).toHaveLength(1);
  expect(letters[0]).toMatchObject({ reason: 'stuck', stage: 'transform', record: 50, original: poisonText });
  expect(letters[0]!.message).toBe('the transform did not come back within 300 ms');
  expect(log.fieldsOf('lane.lost')).toHaveLength(1);
  expect(log.fieldsOf('poison.isolated')).toMatchObject([{ record: 50, reason: 'stuck' }]);
  expect(summary.ledger.records).toMatchObject({ delivered: TOTAL - 1, deadLettered: { stuck: 1 } });
});
