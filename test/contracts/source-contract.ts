import { setTimeout as timeout } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Claim } from './claim.ts';
import { leaseClaims } from './source-lease-contract.ts';
import {
  expectLines,
  idsOf,
  linesOf,
  never,
  openSource,
  receiptsOf,
  receiveAll,
  type SourceSubject,
} from './source-subject.ts';

/** Time in which a call that was told to stop must have ended: far less than any wait of a source. */
const PROMPT_MS = 3_000;
/** Long enough that a source which cuts its input makes several deliveries of a few such lines. */
const LONG_LINE_CHARACTERS = 600_000;

const lines = ['{"id":1}', '{"name":"größer 日本 😀"}', '{"quote":"\\"\\u0000"}'];
const longLines = Array.from({ length: 4 }, (_, id) => JSON.stringify({ id, pad: 'x'.repeat(LONG_LINE_CHARACTERS) }));

const endless = ({ ends }: SourceSubject) => (ends ? undefined : 'it has no end');
const ended = ({ ends }: SourceSubject) => (ends ? 'it ends by itself' : undefined);
const unordered = ({ replay }: SourceSubject) => (replay === 'ordered' ? undefined : 'its replay is unordered');

/** What `Source`, `SourceReader` and `SourceSettler` promise. */
export const sourceClaims: readonly Claim<SourceSubject>[] = [
  {
    title: 'hands out every line that was offered, once and unchanged',
    async prove(subject) {
      await using open = await openSource(subject);
      await open.world.offer(lines);
      await open.world.end?.();
      expectLines(subject, await receiveAll(open.reader), lines);
    },
  },
  {
    title: 'gives each delivery an id and a receipt of its own, and says when it came',
    async prove(subject) {
      await using open = await openSource(subject);
      const beforeMs = Date.now();
      await open.world.offer(longLines);
      await open.world.end?.();
      const deliveries = await receiveAll(open.reader);
      expect(deliveries.length).toBeGreaterThan(1);
      expectLines(subject, deliveries, longLines);
      for (const facts of [idsOf(deliveries), receiptsOf(deliveries)]) {
        expect(new Set(facts).size).toBe(deliveries.length);
        expect(facts).not.toContain('');
      }
      for (const { receiveCount, receivedAtMs } of deliveries) {
        expect(receiveCount).toBe(1);
        expect(receivedAtMs).toBeGreaterThanOrEqual(beforeMs);
        expect(receivedAtMs).toBeLessThanOrEqual(Date.now());
      }
    },
  },
  {
    title: 'hands out plain data, whose bytes no later receive touches',
    async prove(subject) {
      await using open = await openSource(subject);
      await open.world.offer(longLines);
      await open.world.end?.();
      const [first, ...rest] = (await open.reader.receive(never))!;
      const copy = structuredClone(first!);
      expect({ ...copy, body: linesOf([copy]) }).toEqual({ ...first!, body: linesOf([first!]) });
      await receiveAll(open.reader);
      expect(Buffer.compare(first!.body, copy.body)).toBe(0);
      expect(rest.every(({ body }) => body instanceof Uint8Array)).toBe(true);
    },
  },
  {
    title: 'answers undefined at its end, however often it is asked',
    skip: endless,
    async prove(subject) {
      await using open = await openSource(subject);
      await open.world.offer(lines);
      await open.world.end?.();
      expectLines(subject, await receiveAll(open.reader), lines);
      expect([await open.reader.receive(never), await open.reader.receive(never)]).toEqual([undefined, undefined]);
    },
  },
  {
    title: 'answers an empty array, and not undefined, while there is nothing',
    skip: ended,
    async prove(subject) {
      await using open = await openSource(subject);
      expect(await open.reader.receive(never)).toEqual([]);
      await open.world.offer(lines);
      expectLines(subject, await receiveAll(open.reader), lines);
      expect(await open.reader.receive(never)).toEqual([]);
    },
  },
  {
    title: 'stops waiting at once when aborted, and loses nothing by it',
    skip: ({ neverWaits }) => neverWaits,
    async prove(subject) {
      await using world = await subject.open();
      const source = (await world.patient?.()) ?? world.source;
      const reader = await source.createReader();
      const stop = new AbortController();
      const polls = Array.from({ length: source.pollers ?? 1 }, () => reader.receive(stop.signal));
      setImmediate(() => stop.abort());
      const late = timeout(PROMPT_MS, 'late', { ref: false });
      expect(await Promise.race([Promise.all(polls), late])).toEqual(polls.map(() => []));
      await reader.close();
    },
  },
  {
    title: 'an abort before or between receives costs no delivery',
    async prove(subject) {
      await using open = await openSource(subject);
      await open.world.offer(longLines);
      await open.world.end?.();
      const stop = new AbortController();
      const racing = open.reader.receive(stop.signal);
      stop.abort();
      const before = (await racing) ?? [];
      expect(await open.reader.receive(AbortSignal.abort())).toEqual([]);
      // What an aborted receive took and could not hand out comes back when its lease has run out.
      const after = await receiveAll(open.reader);
      if (subject.leased) open.world.advance!(open.world.source.leaseMs! + 1_000);
      const late = subject.leased ? await receiveAll(open.reader) : [];
      const all = new Map([...before, ...after, ...late].map((delivery) => [delivery.id, delivery]));
      expectLines(subject, [...all.values()], longLines);
    },
  },
  {
    title: 'hands out each delivery once to several receives at a time',
    async prove(subject) {
      await using open = await openSource(subject);
      await open.world.offer(longLines);
      await open.world.end?.();
      const some = await Promise.all(Array.from({ length: 6 }, () => open.reader.receive(never)));
      const rest = await receiveAll(open.reader);
      const all = [...some.flatMap((deliveries) => deliveries ?? []), ...rest];
      expect(linesOf(all).sort()).toEqual([...longLines].sort());
    },
  },
  {
    title: 'starts over with the same deliveries in the same order, under the same ids',
    skip: (subject) => unordered(subject),
    async prove(subject) {
      await using world = await subject.open();
      await world.offer(longLines);
      await world.end?.();
      const seen = [];
      for (const source of [world.source, await world.reopen!()]) {
        const reader = await source.createReader();
        const deliveries = await receiveAll(reader);
        seen.push(deliveries.map((delivery) => [delivery.id, linesOf([delivery])]));
        await reader.close();
      }
      expect(seen[1]).toEqual(seen[0]);
    },
  },
  {
    title: 'divides the deliveries among its readers, and one that is closed leaves the others alone',
    skip: ({ oneReader }) => (oneReader ? 'it has one reader' : undefined),
    async prove(subject) {
      await using open = await openSource(subject);
      const other = await open.world.source.createReader();
      await open.world.offer(lines);
      const first = (await other.receive(never)) ?? [];
      await other.close();
      expectLines(subject, [...first, ...(await receiveAll(open.reader))], lines);
    },
  },
  {
    title: 'can be closed in the middle, and twice',
    async prove(subject) {
      await using open = await openSource(subject);
      await open.world.offer(longLines);
      await open.world.end?.();
      await open.reader.receive(never);
      for (const half of [open.reader, open.reader, open.settler, open.settler]) await half.close();
      await new Promise(setImmediate); // an unhandled error of a stream would fail the run here
    },
  },
  {
    title: 'answers each of any number of receipts, and no receipts with nothing',
    async prove(subject) {
      await using open = await openSource(subject);
      await open.world.offer(longLines);
      await open.world.end?.();
      const receipts = receiptsOf(await receiveAll(open.reader));
      expect(await open.settler.ack([])).toEqual([]);
      expect(await open.settler.ack(receipts)).toEqual(receipts.map(() => 'done'));
      const returned = await open.settler.nack(receipts, 0);
      expect(returned).toHaveLength(receipts.length);
    },
  },
  {
    title: 'checks that its place exists, and says what to do when it does not',
    skip: ({ hasCheck }) => (hasCheck ? undefined : 'it has nothing to check'),
    async prove(subject) {
      await using world = await subject.open();
      await world.offer(lines);
      await world.source.check!();
      const hint = expect.stringMatching(/\w/);
      await expect((await world.missing!()).check!()).rejects.toMatchObject({ code: 'E_NOT_FOUND', hint });
    },
  },
  {
    title: 'states its facts as they are',
    async prove(subject) {
      await using open = await openSource(subject);
      const { source } = open.world;
      expect(source.replay).toBe(subject.replay);
      expect(source.leaseMs !== undefined).toBe(subject.leased);
      expect(source.maxLanes === 1).toBe(subject.oneReader);
      expect(source.check !== undefined).toBe(subject.hasCheck);
      expect(open.settler.extend !== undefined).toBe(subject.hasExtend);
      expect(open.settler.backlog !== undefined).toBe(subject.hasBacklog);
    },
  },
  ...leaseClaims,
];
