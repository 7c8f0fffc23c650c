import { describe, expect, test } from 'vitest';
import type { FaultRule } from '../../engine/src/emulator/faults.ts';
import { createChaosWorld } from './chaos-world.ts';
import { chaosSeed } from './kill-plan.ts';
import { killAgainAndAgain } from './kills.ts';
import { startKeys } from './short-lived-keys.ts';

const seed = chaosSeed();
const whole = { missing: 0, strange: 0, code: 0, closed: true, depth: [0, 0, 0] };

const slowDown: FaultRule[] = [{ service: 's3', rate: 0.3, fault: { kind: 'error', code: 'SlowDown', status: 503 } }];
const failing: FaultRule[] = [
  { service: 'sqs', rate: 0.1, fault: { kind: 'error', code: 'InternalError', status: 500 } },
];
const lostAnswers: FaultRule[] = [{ rate: 0.05, fault: { kind: 'lose-answer' } }];
const resets: FaultRule[] = [{ rate: 0.05, fault: { kind: 'drop' } }];
const latency: FaultRule[] = [{ rate: 0.3, fault: { kind: 'latency', ms: 200 } }];
const cutOff: FaultRule[] = [{ service: 's3', rate: 0.2, fault: { kind: 'truncate-upload', bytes: 1_000 } }];
const flips: FaultRule[] = ['PutObject', 'UploadPart'].map((action) => {
  return { service: 's3', action, rate: 0.2, fault: { kind: 'flip-byte' } };
});
const rarer = (rule: FaultRule): FaultRule => ({ ...rule, rate: (rule.rate ?? 1) / 3 });
const faults = { slowDown, failing, lostAnswers, resets, latency, cutOff, flips };

describe('engines killed at each failpoint leave every row once while', () => {
  test.concurrent.each<[string, readonly FaultRule[]]>([
    ['the store asks to slow down', slowDown],
    ['the queue fails at times', failing],
    ['answers are lost', lostAnswers],
    ['connections are reset', resets],
    ['answers take long', latency],
    ['uploads are cut off', cutOff],
    ['bytes flip on their way to the store', flips],
    ['all of this happens at once, each a third as often', Object.values(faults).flat().map(rarer)],
  ])('%s', async (_, rules) => {
    await using world = await createChaosWorld(seed);
    const outcome = await killAgainAndAgain(world, { ofEach: 1, seed, faults: rules });
    expect(outcome).toMatchObject({ ...whole, doubled: 0 });
  });

  test.concurrent('credentials last three seconds', async () => {
    await using world = await createChaosWorld(seed);
    await using keys = await startKeys(3_000);
    const rules: FaultRule[] = [{ fault: { kind: 'expired-token' } }];
    const outcome = await killAgainAndAgain(world, {
      messagesAKill: 1_500,
      ofEach: 1,
      seed,
      faults: rules,
      env: keys.env,
    });
    expect(outcome).toMatchObject({ ...whole, doubled: 0 });
    expect(keys.issued()).toBeGreaterThan(7);
  });
});

test.concurrent('where the queue itself hands messages out twice, engines that are killed lose none', async () => {
  await using world = await createChaosWorld(seed);
  const rules: FaultRule[] = [
    { service: 'sqs', rate: 0.05, fault: { kind: 'duplicate-delivery' } },
    { service: 'sqs', rate: 0.05, fault: { kind: 'early-redelivery', afterMs: 500 } },
  ];
  const outcome = await killAgainAndAgain(world, { ofEach: 1, seed, faults: rules });
  expect(outcome).toMatchObject(whole);
});
