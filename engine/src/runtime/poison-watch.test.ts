import { describe, expect, test } from 'vitest';
import { type LaneLoss, PoisonWatch } from './poison-watch.ts';

const loss = (over: Partial<LaneLoss> = {}): LaneLoss => ({
  reason: 'memory',
  message: 'the lane ran out of memory',
  chunk: ['a', 'b'],
  delivery: 'b',
  record: 3,
  alone: false,
  ...over,
});
const alone = (over: Partial<LaneLoss> = {}) => loss({ chunk: ['b'], alone: true, ...over });
const nothing = { poison: [], suspects: [] };

describe('what a lost lane shows', () => {
  test.each<[string, LaneLoss, object]>([
    ['stuck at a record', loss({ reason: 'stuck' }), { poison: [{ delivery: 'b', record: 3, reason: 'stuck' }] }],
    [
      'stuck at nobody knows which',
      loss({ reason: 'stuck', delivery: undefined, record: -1 }),
      { suspects: ['a', 'b'] },
    ],
    ['out of memory in a chunk', loss(), { poison: [], suspects: ['a', 'b'] }],
    ['out of memory at a record by itself', alone(), { poison: [{ delivery: 'b', record: 3, reason: 'memory' }] }],
    ['broken before the first record by itself', alone({ record: -1 }), { poison: [{ delivery: 'b', record: -1 }] }],
    ['dead between chunks', loss({ chunk: [], delivery: undefined, record: -1 }), nothing],
  ])('%s', (_name, lost, known) => {
    expect(new PoisonWatch().lost(lost)).toMatchObject(known);
  });
});

test('a record that was there when its lane died is not poison when it passes by itself', () => {
  const watch = new PoisonWatch();
  watch.lost(loss());
  expect(watch.list.isSuspect('b')).toBe(true);
  watch.cameThrough('b');
  expect(watch.list.isSuspect('b')).toBe(false);
  expect(watch.list.in('b')).toBeUndefined();
  expect(watch.list.state().suspects).toEqual(['a']);
});

test('poison is no suspect any more: its other records need not be run one by one', () => {
  const watch = new PoisonWatch();
  watch.lost(loss());
  watch.lost(alone());
  expect(watch.list.isSuspect('b')).toBe(false);
  expect(watch.list.in('b')?.get(3)).toMatchObject({ reason: 'memory' });
});

test('a suspect whose lane breaks three times without a record to blame is poison as a whole', () => {
  const watch = new PoisonWatch({ poison: [], suspects: ['b'] });
  const placed = loss({ reason: 'crash', chunk: ['b'], delivery: undefined, record: -1 });
  expect(watch.lost(placed)).toEqual({ poison: [], suspects: ['b'] });
  expect(watch.lost(placed)).toEqual({ poison: [], suspects: ['b'] });
  expect(watch.lost(placed)).toMatchObject({ poison: [{ delivery: 'b', record: -1 }] });
});

test('several records of a delivery can be poison', () => {
  const watch = new PoisonWatch();
  watch.lost(alone({ record: 1 }));
  watch.lost(alone({ record: 7 }));
  expect([...(watch.list.in('b')?.keys() ?? [])]).toEqual([1, 7]);
});

test('the memory of poison is bounded, and the oldest is forgotten', () => {
  const watch = new PoisonWatch();
  for (let i = 0; i < 20_000; i++) watch.lost(alone({ chunk: [`d${i}`], delivery: `d${i}` }));
  for (let i = 0; i < 20_000; i++) watch.lost(loss({ chunk: [`s${i}`] }));
  expect(watch.list.state().poison).toHaveLength(10_000);
  expect(watch.list.state().suspects).toHaveLength(10_000);
  expect(watch.list.in('d0')).toBeUndefined();
  expect(watch.list.in('d19999')).toBeDefined();
});
