import { expect } from 'vitest';
import type { Claim } from './claim.ts';
import {
  expectLines,
  idsOf,
  linesOf,
  type OpenSource,
  openSource,
  receiptsOf,
  receiveAll,
  type SourceSubject,
} from './source-subject.ts';

const MARGIN_MS = 2_000;
const many = Array.from({ length: 23 }, (_, id) => JSON.stringify({ id }));

const unleased = ({ leased }: SourceSubject) => (leased ? undefined : 'its deliveries are not leased');
const fixed = ({ hasExtend }: SourceSubject) => (hasExtend ? undefined : 'its deliveries are not leased');
const uncounted = ({ hasBacklog }: SourceSubject) => (hasBacklog ? undefined : 'it ends by itself');

/** What leases promise: until an ack, a delivery comes back, and nobody else's receipt moves it. */
export const leaseClaims: readonly Claim<SourceSubject>[] = [
  {
    title: 'redelivers under the same id, with a higher receive count, when a lease has run out',
    skip: unleased,
    async prove(subject) {
      await using open = await openSource(subject);
      const [first, again] = await receivedTwice(open, many);
      expect(idsOf(again).sort()).toEqual(idsOf(first).sort());
      expectLines(subject, again, many);
      expect(new Set(again.map(({ receiveCount }) => receiveCount))).toEqual(new Set([2]));
      expect(receiptsOf(again)).not.toEqual(receiptsOf(first));
    },
  },
  {
    title: 'never hands out again what was acked',
    skip: unleased,
    async prove(subject) {
      await using open = await openSource(subject);
      await open.world.offer(many);
      const outcomes = await open.settler.ack(receiptsOf(await receiveAll(open.reader)));
      expect(outcomes).toEqual(many.map(() => 'done'));
      pass(open, 1);
      expect(await receiveAll(open.reader)).toEqual([]);
    },
  },
  {
    title: 'settles each receipt by itself: a bad one costs none of its neighbours, and answers keep the order',
    skip: unleased,
    async prove(subject) {
      await using open = await openSource(subject);
      await open.world.offer(many);
      const receipts = receiptsOf(await receiveAll(open.reader));
      const mixed = receipts.flatMap((receipt, i) => (i % 5 === 2 ? [receipt, 'no-receipt-of-ours'] : [receipt]));
      const outcomes = await open.settler.ack(mixed);
      expect(outcomes.map((outcome) => outcome === 'done')).toEqual(mixed.map((receipt) => receipts.includes(receipt)));
      pass(open, 1);
      expect(await receiveAll(open.reader)).toEqual([]);
    },
  },
  {
    title: 'a stale receipt takes nothing from who holds the delivery now',
    skip: unleased,
    async prove(subject) {
      await using open = await openSource(subject);
      const [stale] = await receivedTwice(open, many);
      expect(await open.settler.ack(receiptsOf(stale))).toHaveLength(many.length);
      pass(open, 1);
      expectLines(subject, await receiveAll(open.reader), many);
    },
  },
  {
    title: 'an ack with a stale receipt is answered with lost',
    skip: (subject) => unleased(subject) ?? subject.forgivesStale,
    async prove(subject) {
      await using open = await openSource(subject);
      const [stale, current] = await receivedTwice(open, many.slice(0, 3));
      expect(await open.settler.ack(receiptsOf(stale))).toEqual(['lost', 'lost', 'lost']);
      expect(await open.settler.ack(receiptsOf(current))).toEqual(['done', 'done', 'done']);
    },
  },
  {
    title: 'gives back at once what is returned without delay',
    skip: unleased,
    async prove(subject) {
      await using open = await openSource(subject);
      await open.world.offer(many);
      const first = await receiveAll(open.reader);
      expect(await open.settler.nack(receiptsOf(first), 0)).toEqual(many.map(() => 'done'));
      const again = await receiveAll(open.reader);
      expect(idsOf(again).sort()).toEqual(idsOf(first).sort());
    },
  },
  {
    title: 'gives back after the delay, not before, what is returned with one',
    skip: unleased,
    async prove(subject) {
      await using open = await openSource(subject);
      await open.world.offer(many.slice(0, 5));
      const delayMs = 2 * open.world.source.leaseMs!;
      await open.settler.nack(receiptsOf(await receiveAll(open.reader)), delayMs);
      open.world.advance!(delayMs - MARGIN_MS);
      expect(await receiveAll(open.reader)).toEqual([]);
      open.world.advance!(2 * MARGIN_MS);
      expectLines(subject, await receiveAll(open.reader), many.slice(0, 5));
    },
  },
  {
    title: 'holds on for as long as it was extended, counted from the call',
    skip: fixed,
    async prove(subject) {
      await using open = await openSource(subject);
      await open.world.offer(many);
      const receipts = receiptsOf(await receiveAll(open.reader));
      const leaseMs = open.world.source.leaseMs!;
      for (let extensions = 0; extensions < 3; extensions++) {
        open.world.advance!(leaseMs - MARGIN_MS);
        expect(await receiveAll(open.reader)).toEqual([]);
        expect(await open.settler.extend!(receipts, leaseMs)).toEqual(many.map(() => 'done'));
      }
      expect(await open.settler.ack(receipts)).toEqual(many.map(() => 'done'));
    },
  },
  {
    title: 'tells per receipt that a lease which has run out cannot be extended',
    skip: fixed,
    async prove(subject) {
      await using open = await openSource(subject);
      await open.world.offer(many.slice(0, 3));
      const receipts = receiptsOf(await receiveAll(open.reader));
      pass(open, 1);
      expect(await open.settler.extend!(receipts, 60_000)).toEqual(['lost', 'lost', 'lost']);
      expectLines(subject, await receiveAll(open.reader), many.slice(0, 3));
    },
  },
  {
    title: 'counts what waits, what is held and what is delayed',
    skip: uncounted,
    async prove(subject) {
      await using open = await openSource(subject);
      const { world, reader, settler } = open;
      expect(await settler.backlog!()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
      await world.offer(many);
      expect(await settler.backlog!()).toEqual({ visible: 23, inFlight: 0, delayed: 0 });
      const receipts = receiptsOf(await receiveAll(reader));
      expect(await settler.backlog!()).toEqual({ visible: 0, inFlight: 23, delayed: 0 });
      await settler.ack(receipts.slice(0, 20));
      await settler.nack(receipts.slice(20), 0);
      expect(await settler.backlog!()).toEqual({ visible: 3, inFlight: 0, delayed: 0 });
      expect(linesOf(await receiveAll(reader))).toHaveLength(3);
    },
  },
];

/** Lets all leases run out, `times` over. */
function pass({ world }: OpenSource, times: number): void {
  world.advance!(times * world.source.leaseMs! + MARGIN_MS);
}

/** The deliveries of some lines, whose lease ran out, and the same ones received again. */
async function receivedTwice(open: OpenSource, lines: readonly string[]) {
  await open.world.offer(lines);
  const first = await receiveAll(open.reader);
  pass(open, 1);
  return [first, await receiveAll(open.reader)] as const;
}
