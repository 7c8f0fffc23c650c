import { MessageChannel } from 'node:worker_threads';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Encoder } from '../columns/encoder.ts';
import type { Delivery } from '../core/delivery.ts';
import { laneParts } from './lane.test-support.ts';
import { Lane } from './lane.ts';
import type { LandingMessage, LaneMessage } from './messages.ts';

const ROW_BYTES = 8;
/** A row group is full with so many rows; the deliveries here have at most as many. */
const ROWS = 4;
const encoder: Encoder = {
  extension: 'x',
  contentType: 'x',
  encode: ({ length }) => ({ parts: [new Uint8Array(length * ROW_BYTES)], rows: length, meta: new Uint8Array() }),
  assemble: () => [],
};

/** A lane with a credit and deliveries of so many records, each a chunk of its own; its source ends with them. */
async function lane(creditBytes: number, sizes: readonly number[]) {
  const deliveries = sizes.map((records, i): Delivery => {
    const facts = { id: `m${i}`, receipt: `r${i}`, attributes: {}, receiveCount: 1, receivedAtMs: 0 };
    return { ...facts, body: Buffer.from('{"id":1}\n'.repeat(records)) };
  });
  const received = [deliveries, undefined];
  const { port1: outer, port2: inner } = new MessageChannel();
  const reader = { receive: async () => received.shift(), close: async () => undefined };
  const parts = { ...(await laneParts(reader, encoder, ROWS)), chunkBytes: 1, creditBytes };
  return { outer, ended: new Lane(parts, inner).run() };
}

type Step = 'take' | 'seal' | 'pause' | 'resume' | 'stop' | 'wait';
const steps = fc.array(fc.constantFrom<Step>('take', 'seal', 'pause', 'resume', 'stop', 'wait'), { maxLength: 40 });

test('a lane whose landing is slow has little more under way than its credit, and gets through all the same', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: ROWS }), { minLength: 1, maxLength: 30 });
  const property = fc.asyncProperty(fc.integer({ min: 1, max: 200 }), sizes, steps, async (credit, records, script) => {
    const { outer, ended } = await lane(credit, records);
    const waiting: number[] = [];
    let [received, rows, underWay, most, requests] = [0, 0, 0, 0, 0];
    let hasStopped = false;
    outer.on('message', (message: LaneMessage) => {
      if (message.type === 'received') for (const { seq } of message.deliveries) received += records[seq - 1]!;
      if (message.type === 'stopped') hasStopped = true;
      if (message.type !== 'sealed') return;
      const [{ length }] = message.segment.parts as [Uint8Array];
      rows += message.segment.rows;
      underWay += length;
      most = Math.max(most, underWay);
      waiting.push(length);
    });
    const tell = (message: LandingMessage) => outer.postMessage(message);
    const take = () => {
      const bytes = waiting.shift();
      if (bytes === undefined) return;
      underWay -= bytes;
      tell({ type: 'taken', bytes });
    };
    for (const step of script) {
      if (step === 'take') take();
      else if (step === 'seal') tell({ type: 'seal', request: ++requests, targets: 'all' });
      else if (step !== 'wait') tell({ type: step });
      await aTurn();
    }
    tell({ type: 'resume' });
    tell({ type: 'stop' });
    while (!hasStopped) {
      take();
      await aTurn();
    }
    await ended;
    outer.close();
    expect(rows).toBe(received);
    // What a chunk seals, and the row group that is open, come on top: asked for, they are sealed without credit.
    expect(most).toBeLessThanOrEqual(credit - 1 + 2 * (2 * ROWS) * ROW_BYTES);
  });
  await fc.assert(property, { numRuns: 60 });
});

function aTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
