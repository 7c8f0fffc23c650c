import { expect, test } from 'vitest';
import { createChaosWorld } from './chaos-world.ts';
import { chaosSeed } from './kill-plan.ts';
import { killAgainAndAgain } from './kills.ts';

/* The part of the chaos suite that every test run has room for; see README.md. */

test('check 4: engines killed at each failpoint, one after the other, leave every row once', {
  timeout: 240_000,
}, async () => {
  const seed = chaosSeed();
  await using world = await createChaosWorld(seed);
  const outcome = await killAgainAndAgain(world, { ofEach: 1, seed });
  expect(outcome).toMatchObject({ missing: 0, strange: 0, doubled: 0, code: 0, closed: true, depth: [0, 0, 0] });
});
