import { describe, expect, test } from 'vitest';
import type { Source, SourceReader, SourceSettler } from '../../engine/src/core/source.ts';
import { brokenClaims, holdTo } from './claim.ts';
import { findComponents } from './fixtures.ts';
import { sourceClaims } from './source-contract.ts';
import type { SourceFixture } from './source-subject.ts';
import { memorySource } from './sources/memory.ts';

const found = await findComponents<'source', SourceFixture>('source');

describe('the contract of a source', () => {
  holdTo(sourceClaims, memorySource('memory'));
  for (const { component, fixture } of found) {
    for (const subject of fixture.subjects(component)) holdTo(sourceClaims, subject);
  }
});

/** Ways to break the contract, each with a claim that must see it. */
const broken: readonly [what: string, spoil: (source: Source) => Source, claim: RegExp][] = [
  [
    'hands out every delivery twice',
    withReader((reader) => ({
      receive: async (signal) => (await reader.receive(signal))?.flatMap((one) => [one, one]),
    })),
    /once and unchanged/,
  ],
  ['says that it ended when it is idle', withReader(endsWhenIdle), /and not undefined/],
  ['waits on when it is told to stop', withReader(deafToAbort), /stops waiting at once/],
  [
    'names deliveries anew each time',
    withReader((reader) => ({
      receive: async (signal) => (await reader.receive(signal))?.map((one) => ({ ...one, id: crypto.randomUUID() })),
    })),
    /under the same id/,
  ],
  [
    'says done and does nothing',
    withSettler(() => ({ ack: async (receipts) => receipts.map(() => 'done') })),
    /never hands out again/,
  ],
  [
    'fails a whole call for one receipt',
    withSettler((settler) => ({
      ack: async (receipts) => {
        const outcomes = await settler.ack(receipts);
        return outcomes.every((outcome) => outcome === 'done') ? outcomes : receipts.map(() => 'lost');
      },
    })),
    /settles each receipt by itself/,
  ],
  [
    'answers in an order of its own',
    withSettler((settler) => ({ ack: async (receipts) => (await settler.ack(receipts)).reverse() })),
    /answers keep the order/,
  ],
  [
    'takes a return for an ack',
    withSettler((settler) => ({ nack: (receipts) => settler.ack(receipts) })),
    /gives back at once/,
  ],
  [
    'returns at once whatever the delay',
    withSettler((settler) => ({ nack: (receipts) => settler.nack(receipts, 0) })),
    /after the delay, not before/,
  ],
  [
    'does not extend',
    withSettler(() => ({ extend: async (receipts) => receipts.map(() => 'done') })),
    /holds on for as long/,
  ],
  ['finds every place', (source) => ({ ...source, check: async () => {} }), /checks that its place exists/],
  [
    'counts what is held as waiting',
    withSettler((settler) => ({
      backlog: async () => {
        const { visible, inFlight, delayed } = await settler.backlog!();
        return { visible: visible + inFlight, inFlight: 0, delayed };
      },
    })),
    /counts what waits/,
  ],
];

test.each(broken)('the contract catches a source that %s', async (what, spoil, claim) => {
  const titles = await brokenClaims(sourceClaims, memorySource(what, spoil));
  expect(titles).toContainEqual(expect.stringMatching(claim));
});

function withReader(change: (reader: SourceReader) => Partial<SourceReader>) {
  return (source: Source): Source => ({
    ...source,
    async createReader() {
      const reader = await source.createReader();
      return { ...reader, ...change(reader) };
    },
  });
}

function withSettler(change: (settler: SourceSettler) => Partial<SourceSettler>) {
  return (source: Source): Source => ({
    ...source,
    async createSettler() {
      const settler = await source.createSettler();
      return { ...settler, ...change(settler) };
    },
  });
}

function endsWhenIdle(reader: SourceReader): Partial<SourceReader> {
  return {
    async receive(signal) {
      const some = await reader.receive(signal);
      return some?.length === 0 ? undefined : some;
    },
  };
}

/** Looks at the signal once, and then waits as long as the source does. */
function deafToAbort(reader: SourceReader): Partial<SourceReader> {
  return { receive: async (signal) => (signal.aborted ? [] : reader.receive(new AbortController().signal)) };
}
