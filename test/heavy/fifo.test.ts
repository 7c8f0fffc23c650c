import { test } from 'vitest';
import { createChaosWorld } from '../chaos/chaos-world.ts';
import { expectInOrder } from '../chaos/fifo.ts';

/** A group gets on by ten messages a file: a thousand files, one after the other. */
const TIMEOUT_MS = 20 * 60_000;

test('a FIFO queue of one group and 10,000 messages is delivered in order', { timeout: TIMEOUT_MS }, async () => {
  await using world = await createChaosWorld(1);
  await expectInOrder(world, 10_000);
});
