import { expect, test } from 'vitest';
import { createChaosWorld } from './chaos-world.ts';
import { drained, expectInOrder, sendFifo } from './fifo.ts';

test('a FIFO queue of one group is delivered in order', async () => {
  await using world = await createChaosWorld(1);
  await expectInOrder(world, 500);
});

test('a FIFO queue of 1,000 groups is delivered once, each group in order', async () => {
  await using world = await createChaosWorld(1);
  const groupOf = (id: number) => id % 1_000;
  await sendFifo(world, 10_000, (id) => `group-${groupOf(id)}`);
  const ids = await drained(world);
  expect(ids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 10_000 }, (_, id) => id));
  for (const [group, found] of Map.groupBy(ids, groupOf))
    expect(found).toEqual(Array.from({ length: 10 }, (_, i) => group + 1_000 * i));
});
