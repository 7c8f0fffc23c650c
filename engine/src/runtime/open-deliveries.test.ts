import { expect, test } from 'vitest';
import { OpenDeliveries } from './open-deliveries.ts';

const received = (seq: number, id: string) => {
  return { seq, id, receipt: `${id}-${seq}`, receiveCount: 1, receivedAtMs: 0, leasedFromMs: 0, sizeBytes: 1 };
};

test('finds what is open under an id, in whatever lane and however often, until it is settled', () => {
  const open = new OpenDeliveries();
  open.received(1, [received(1, 'a'), received(2, 'b')]);
  open.received(2, [received(1, 'a')]);
  const receipts = (id: string) => open.withId(id).map(({ lane, seq }) => `${lane}/${seq}`);
  expect([receipts('a'), receipts('b'), receipts('c')]).toEqual([['1/1', '2/1'], ['1/2'], []]);
  open.settled(open.get(1, 1)!);
  expect(receipts('a')).toEqual(['2/1']);
  open.settled(open.get(2, 1)!);
  expect([receipts('a'), open.count]).toEqual([[], 1]);
});
