import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Failpoint } from '../../engine/src/core/failpoint.ts';
import { createChaosWorld } from './chaos-world.ts';
import { pauseAndOvertake, pauseWhileAnotherDies } from './pause.ts';

/** Longer than the visibility timeout of the pipelines here: by the clock, because what stands still must know it when it goes on. */
const PAUSE_MS = 11_000;

describe('an engine that stands still for longer than its leases, and goes on after another one has taken over, doubles nothing', () => {
  const points: Failpoint[] = ['lane.received', 'lane.encoded', 'intent.put', 's3.part', 's3.answered', 'sqs.delete'];

  test.concurrent.each(points)('at %s', async (point) => {
    await using world = await createChaosWorld(1);
    const pause = () => sleep(PAUSE_MS);
    const outcome = await pauseAndOvertake(world, { messages: 3_000, point, pause });
    expect(outcome).toMatchObject({ missing: 0, strange: 0, doubled: 0 });
    expect(outcome).toMatchObject({ paused: { code: 0, closed: true }, other: { code: 0, closed: true } });
    expect(outcome.tookOver).toBeGreaterThan(0);
  });

  test.concurrent('holding open files, after another one has written their rows and died before it deleted a message', async () => {
    await using world = await createChaosWorld(1);
    const pause = () => sleep(PAUSE_MS);
    const outcome = await pauseWhileAnotherDies(world, { messages: 3_000, pause });
    expect(outcome).toMatchObject({ missing: 0, strange: 0, doubled: 0, paused: { code: 0, closed: true } });
    expect(outcome.tookOver).toBeGreaterThan(0);
    expect(outcome.written).toBeGreaterThan(0);
  });
});
