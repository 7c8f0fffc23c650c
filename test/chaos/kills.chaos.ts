import { expect, test } from 'vitest';
import { createChaosWorld } from './chaos-world.ts';
import { chaosSeed } from './kill-plan.ts';
import { killAgainAndAgain } from './kills.ts';

const seed = chaosSeed();
const whole = { missing: 0, strange: 0, code: 0, closed: true, depth: [0, 0, 0] };

test('21 engines killed over 100,000 messages leave every row once', async () => {
  await using world = await createChaosWorld(seed);
  const outcome = await killAgainAndAgain(world, { messagesAKill: 4_762, ofEach: 3, seed });
  expect(outcome).toMatchObject({ ...whole, doubled: 0 });
  expect(outcome.messages).toBeGreaterThanOrEqual(100_000);
});
