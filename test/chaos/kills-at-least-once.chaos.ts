import { expect, test } from 'vitest';
import { createChaosWorld } from './chaos-world.ts';
import { chaosSeed, deathNames } from './kill-plan.ts';
import { killAgainAndAgain } from './kills.ts';

const seed = chaosSeed();
const config = { delivery: 'at-least-once' };
const whole = { missing: 0, strange: 0, code: 0, closed: true, depth: [0, 0, 0] };

test('24 engines killed over 30,000 messages with delivery: at-least-once leave every row, and twice only rows of messages that were in flight at a death', async () => {
  await using world = await createChaosWorld(seed);
  const deaths = deathNames.filter((name) => name !== 'between intent and file'); // there are no intents
  const outcome = await killAgainAndAgain(world, { messagesAKill: 1_250, ofEach: 4, seed, config, deaths });
  expect(outcome).toMatchObject(whole);
  expect(outcome.messages).toBeGreaterThanOrEqual(30_000);
  expect(outcome.doubledMessages).toBeLessThanOrEqual(outcome.inFlight);
  // Otherwise the suite would not show what intents are for.
  expect(outcome.doubledMessages).toBeGreaterThan(0);
});

test('after a death only what was in flight is received again, the engine counts it, and twice there is no more than that', async () => {
  await using world = await createChaosWorld(seed);
  const outcome = await killAgainAndAgain(world, { ofEach: 1, seed, config, deaths: ['answer lost'] });
  expect(outcome).toMatchObject(whole);
  expect(outcome.receivedAgain).toBeGreaterThanOrEqual(outcome.inFlightLast);
  expect(outcome.receivedAgain).toBeLessThanOrEqual(outcome.inFlight + outcome.notKept);
  expect(outcome.doubledMessages).toBeLessThanOrEqual(outcome.receivedAgain);
  expect(outcome.doubledMessages).toBeGreaterThan(0);
});
