import { expect, test } from 'vitest';
import { createFaultPlan, type FaultRule } from './faults.ts';

const error = { kind: 'error', code: 'SlowDown', status: 503 } as const;
const put = { service: 's3', action: 'PutObject', resource: 'lake/clicks/a.parquet' } as const;

test.each<[Partial<FaultRule>, boolean]>([
  [{}, true],
  [{ service: 's3' }, true],
  [{ service: 'sqs' }, false],
  [{ action: 'GetObject' }, false],
  [{ resource: 'lake/*' }, true],
  [{ resource: 'lake/*.parquet' }, true],
  [{ resource: 'lake' }, false],
  [{ resource: 'lake/clicks/?.parquet' }, true],
  [{ resource: 'lake/clicks/a+parquet' }, false],
])('a rule %o strikes PutObject on lake/clicks/a.parquet: %s', (rule, strikes) => {
  const plan = createFaultPlan({ seed: 1, rules: [{ ...rule, fault: error }] });
  expect(plan.decide(put)).toEqual(strikes ? [error] : []);
});

test('a rule strikes at most as often as it may, and says how often it has', () => {
  const plan = createFaultPlan({ seed: 1, rules: [{ times: 2, fault: error }] });
  expect([1, 2, 3].map(() => plan.decide(put).length)).toEqual([1, 1, 0]);
  expect(plan.state()[0]?.struck).toBe(2);
});

test('a rate is kept, and the same seed repeats the run, other traffic or not', () => {
  const draw = (seed: number, between: () => void) => {
    const drop = { kind: 'drop' } as const;
    const plan = createFaultPlan({
      seed,
      rules: [
        { service: 'sqs', rate: 0.5, fault: drop },
        { action: 'PutObject', rate: 0.1, fault: error },
      ],
    });
    return Array.from({ length: 2000 }, () => {
      between();
      plan.decide({ service: 'sqs', action: 'SendMessage', resource: 'q' });
      return plan.decide(put).length;
    });
  };
  const run = draw(7, () => {});
  expect(run.filter(Boolean).length).toBeGreaterThan(150);
  expect(run.filter(Boolean).length).toBeLessThan(250);
  expect(draw(7, () => {})).toEqual(run);
  expect(draw(8, () => {})).not.toEqual(run);
});

test('a call suffers at most one fault of each kind', () => {
  const latency = { kind: 'latency', ms: 5 } as const;
  const plan = createFaultPlan({ seed: 1, rules: [{ fault: error }, { fault: error }, { fault: latency }] });
  expect(plan.decide(put)).toEqual([error, latency]);
});

test('faults of deliveries are asked for apart from those of calls', () => {
  const duplicate = { kind: 'duplicate-delivery' } as const;
  const plan = createFaultPlan({ seed: 1, rules: [{ resource: 'clicks', fault: duplicate }] });
  expect(plan.decide({ service: 'sqs', action: 'ReceiveMessage', resource: 'clicks' })).toEqual([]);
  expect(plan.decideDelivery('clicks')).toEqual([duplicate]);
  expect(plan.decideDelivery('other')).toEqual([]);
});
