import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Segment } from '../columns/encoder.ts';
import type { DeadLetter } from '../core/delivery.ts';
import { ParquetryError } from '../core/errors.ts';
import type { RecordOutcome } from '../core/ledger.ts';
import { silentLogger } from '../core/telemetry.ts';
import { landingParts } from './fakes.test-support.ts';
import { Landing } from './landing.ts';
import type { LandingListener, LandingParts } from './landing-parts.ts';
import type { LandingMessage } from './messages.ts';
import { Spool } from './spool.ts';

function setUp(over: Partial<LandingParts> = {}) {
  const { parts, ...fakes } = landingParts(over);
  const listener = {
    fatal: vi.fn<LandingListener['fatal']>(),
    storm: vi.fn<LandingListener['storm']>(),
    wrote: vi.fn(),
  };
  const landing = new Landing(parts, listener);
  return { landing, ...fakes, listener };
}
type Setup = ReturnType<typeof setUp>;

const clean = (found: number): RecordOutcome => ({ found, rows: found, dropped: {}, deadLettered: {} });
const segment = (bytes: number, fill: number): Segment => ({
  parts: [new Uint8Array(bytes).fill(fill)],
  rows: 1,
  meta: new Uint8Array(),
});

function receive(setup: Setup, lane: number, ...seqs: number[]): void {
  receiveAgain(setup, 1, lane, ...seqs);
}
function receiveAgain({ landing }: Setup, receiveCount: number, lane: number, ...seqs: number[]): void {
  const facts = { receiveCount, receivedAtMs: 0, leasedFromMs: 0, sizeBytes: 1 };
  const deliveries = seqs.map((seq) => ({ ...facts, seq, id: `m${lane}.${seq}`, receipt: `r${lane}.${seq}` }));
  landing.hear(lane, { type: 'received', deliveries });
}
function process(
  { landing }: Setup,
  lane: number,
  seq: number,
  placements: number,
  outcome = clean(1),
  deadLetters: DeadLetter[] = [],
): void {
  landing.hear(lane, { type: 'processed', deliveries: [{ seq, placements, outcome }], deadLetters, unknownKeys: [] });
}
function seal({ landing }: Setup, lane: number, partition: string, bytes: number, ...seqs: number[]): void {
  const deliveries = Uint32Array.from(seqs);
  landing.hear(lane, {
    type: 'sealed',
    sink: 0,
    partition,
    segment: segment(bytes, seqs[0]!),
    deliveries,
    firstRowAtMs: Date.now(),
    sealMs: 1,
  });
}
const letter: DeadLetter = {
  deliveryId: 'm0.1',
  record: 0,
  offset: 0,
  original: new Uint8Array(3),
  stage: 'parse',
  reason: 'misfit',
  message: 'does not fit',
  receiveCount: 1,
  attributes: {},
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
/** A machine may stand still for a while. */
const patiently = { timeout: 20_000 };
const soon = () => vi.advanceTimersByTimeAsync(200);

describe('acks', () => {
  test('a delivery only when all its row groups are durable', async () => {
    const setup = setUp();
    receive(setup, 0, 1);
    process(setup, 0, 1, 2);
    seal(setup, 0, 'a', 100, 1);
    await soon();
    expect(setup.sink.files).toHaveLength(1);
    expect(setup.settler.acked).toEqual([]);
    seal(setup, 0, 'b', 100, 1);
    await soon();
    expect(setup.settler.acked).toEqual(['r0.1']);
    expect(setup.landing.ledger()).toMatchObject({ closed: true, messages: { received: 1, acked: 1, inFlight: 0 } });
  });

  test('a delivery whose row group became durable before its lane reported it processed', async () => {
    const setup = setUp();
    receive(setup, 0, 1);
    seal(setup, 0, 'a', 100, 1);
    await soon();
    expect(setup.settler.acked).toEqual([]);
    process(setup, 0, 1, 1);
    await soon();
    expect(setup.settler.acked).toEqual(['r0.1']);
  });

  test('a delivery without rows at once, and many in one call', async () => {
    const setup = setUp();
    receive(setup, 0, ...Array.from({ length: 50 }, (_, i) => i + 1));
    for (let seq = 1; seq <= 50; seq++)
      process(setup, 0, seq, 0, { found: 1, rows: 0, dropped: { bot: 1 }, deadLettered: {} });
    await soon();
    expect(setup.settler.acked).toHaveLength(50);
    expect(setup.settler.calls).toBe(1);
    expect(setup.landing.ledger().records).toMatchObject({ received: 50, delivered: 0, dropped: { bot: 50 } });
  });

  test('a delivery only when its dead letters are durable', async () => {
    const setup = setUp();
    receive(setup, 0, 1);
    process(setup, 0, 1, 0, { found: 1, rows: 0, dropped: {}, deadLettered: { misfit: 1 } }, [letter]);
    await soon();
    expect(setup.settler.acked).toEqual([]);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(setup.deadLetters.letters).toHaveLength(1);
    expect(setup.settler.acked).toEqual(['r0.1']);
  });

  test('counts a lease that was lost as lost, not as delivered', async () => {
    const setup = setUp();
    setup.settler.stale.add('r0.1');
    receive(setup, 0, 1);
    process(setup, 0, 1, 1);
    seal(setup, 0, 'a', 100, 1);
    await soon();
    const { messages, records, closed } = setup.landing.ledger();
    expect({ messages, records, closed }).toMatchObject({
      messages: { leaseLost: 1, acked: 0 },
      records: { leaseLost: 1 },
      closed: true,
    });
  });
});

describe('a sink that fails', () => {
  test('acks nothing: what the file held goes back to the source', async () => {
    const setup = setUp();
    setup.sink.failure = new ParquetryError('E_UNAVAILABLE', 'down');
    receive(setup, 0, 1, 2);
    process(setup, 0, 1, 1);
    process(setup, 0, 2, 1);
    seal(setup, 0, 'a', 100, 1, 2);
    await soon();
    expect(setup.settler.acked).toEqual([]);
    expect(setup.settler.nacked).toEqual(['r0.1', 'r0.2']);
    expect(setup.listener.fatal).not.toHaveBeenCalled();
    expect(setup.landing.ledger()).toMatchObject({
      closed: true,
      records: { returned: 2, delivered: 0 },
      rowsWritten: 0,
    });
  });

  test('ends the run when it cannot mend', async () => {
    const setup = setUp();
    setup.sink.failure = new ParquetryError('E_ACCESS', 'denied');
    receive(setup, 0, 1);
    process(setup, 0, 1, 1);
    seal(setup, 0, 'a', 100, 1);
    await soon();
    expect(setup.listener.fatal).toHaveBeenCalledWith(expect.objectContaining({ code: 'E_ACCESS' }));
    expect(setup.settler.acked).toEqual([]);
  });

  test('for dead letters acks nothing either', async () => {
    const setup = setUp();
    setup.deadLetters.failure = new ParquetryError('E_UNAVAILABLE', 'down');
    receive(setup, 0, 1);
    process(setup, 0, 1, 0, { found: 1, rows: 0, dropped: {}, deadLettered: { misfit: 1 } }, [letter]);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(setup.settler).toMatchObject({ acked: [], nacked: ['r0.1'] });
  });
});

describe('files', () => {
  test('take the row groups of all lanes for one partition', async () => {
    const setup = setUp();
    receive(setup, 0, 1);
    receive(setup, 1, 1);
    process(setup, 0, 1, 1);
    process(setup, 1, 1, 1);
    seal(setup, 0, 'dt=1', 60, 1);
    seal(setup, 1, 'dt=1', 60, 1);
    await soon();
    expect(setup.sink.files.map(({ name, sizeBytes }) => [name.split('/')[0], sizeBytes])).toEqual([['dt=1', 120]]);
    expect(setup.settler.acked.sort()).toEqual(['r0.1', 'r1.1']);
  });

  test('that come of age have their lanes sealed first, so that more lanes do not make more files', async () => {
    const setup = setUp();
    const asked: [number, LandingMessage][] = [];
    for (const lane of [0, 1]) {
      setup.landing.attach(lane, {
        postMessage: (message) => {
          if (message.type !== 'seal') return;
          asked.push([lane, message]);
          seal(setup, lane, 'x', 10, 1);
          setup.landing.hear(lane, { type: 'flushed', request: message.request });
        },
      });
      receive(setup, lane, 1);
      process(setup, lane, 1, 1);
      setup.landing.hear(lane, { type: 'opened', sink: 0, partition: 'x', firstRowAtMs: Date.now() });
    }
    await vi.advanceTimersByTimeAsync(900);
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(300);
    expect(asked.map(([lane, { type }]) => [lane, type])).toEqual([
      [0, 'seal'],
      [1, 'seal'],
    ]);
    expect(setup.sink.files).toHaveLength(1);
    expect(setup.settler.acked).toHaveLength(2);
  });

  test('under way hold receiving back beyond the memory, and let go when they are through', async () => {
    const setup = setUp({ memoryBytes: 150 });
    const heard: string[] = [];
    setup.landing.attach(0, { postMessage: ({ type }) => heard.push(type) });
    const gate = Promise.withResolvers<void>();
    setup.sink.gate = gate.promise;
    receive(setup, 0, 1, 2);
    seal(setup, 0, 'a', 100, 1);
    seal(setup, 0, 'b', 100, 2);
    expect(heard).toEqual(['taken', 'pause', 'taken']);
    gate.resolve();
    await soon();
    expect(heard).toEqual(['taken', 'pause', 'taken', 'resume']);
  });

  test('are taken at once, whatever waits for memory: a lane never waits for a write to give its credit back', () => {
    const setup = setUp({ memoryBytes: 150 });
    const heard: LandingMessage[] = [];
    setup.landing.attach(0, { postMessage: (message) => heard.push(message) });
    setup.sink.gate = new Promise(() => undefined);
    receive(setup, 0, 1, 2, 3);
    for (const seq of [1, 2, 3]) seal(setup, 0, 'a', 100 * seq, seq);
    expect(heard.filter(({ type }) => type === 'taken')).toEqual(
      [100, 200, 300].map((bytes) => ({ type: 'taken', bytes })),
    );
  });
});

test('a storm of misfits is told of once the window is full', () => {
  const setup = setUp();
  receive(setup, 0, 1, 2);
  process(setup, 0, 1, 0, { found: 5, rows: 2, dropped: {}, deadLettered: { misfit: 3 } }, [letter]);
  expect(setup.listener.storm).not.toHaveBeenCalled();
  process(setup, 0, 2, 0, { found: 5, rows: 2, dropped: {}, deadLettered: { misfit: 3 } }, [letter]);
  expect(setup.listener.storm).toHaveBeenCalledWith(expect.objectContaining({ code: 'E_STORM' }));
});

test('what cannot be completed when a run ends is given back', async () => {
  const setup = setUp();
  receive(setup, 0, 1, 2, 3);
  process(setup, 0, 1, 1);
  seal(setup, 0, 'a', 10, 1);
  process(setup, 0, 2, 1); // its row group died with the lane
  setup.landing.detach(0);
  const finished = setup.landing.finish('stopped');
  await soon();
  await finished;
  expect(setup.settler).toMatchObject({ acked: ['r0.1'], nacked: ['r0.2', 'r0.3'] });
  expect(setup.landing.ledger()).toMatchObject({
    closed: true,
    messages: { received: 3, acked: 1, returned: 2, inFlight: 0 },
  });
});

describe('the source and the dead letters', () => {
  const outcome = { found: 1, rows: 0, dropped: {}, deadLettered: { misfit: 1 } };

  test('get what a failed file held back in one call, not in one a delivery', async () => {
    const setup = setUp();
    setup.sink.failure = new ParquetryError('E_UNAVAILABLE', 'down');
    const seqs = Array.from({ length: 50 }, (_, i) => i + 1);
    receive(setup, 0, ...seqs);
    for (const seq of seqs) process(setup, 0, seq, 1);
    seal(setup, 0, 'a', 100, ...seqs);
    await soon();
    expect(setup.settler.nacked).toHaveLength(50);
    expect(setup.settler.nackCalls).toBe(1);
  });

  test('are not asked for ever more at once while acks take long', async () => {
    const setup = setUp();
    const gate = Promise.withResolvers<void>();
    setup.settler.gate = gate.promise;
    for (let seq = 1; seq <= 40; seq++) {
      receive(setup, 0, seq);
      process(setup, 0, seq, 0);
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(setup.settler.mostUnderWay).toBe(4);
    gate.resolve();
    await soon();
    expect(setup.settler.acked).toHaveLength(40);
    expect(setup.landing.openLeases).toBe(0);
  });

  test('end the run when deleting is refused: what is written would come again for ever', async () => {
    const setup = setUp();
    setup.settler.failure = new ParquetryError('E_ACCESS', 'queue clicks refuses access');
    receive(setup, 0, 1);
    process(setup, 0, 1, 0);
    await soon();
    expect(setup.listener.fatal).toHaveBeenCalledWith(expect.objectContaining({ code: 'E_ACCESS' }));
  });

  test('hold receiving back beyond the memory while dead letters are being written', async () => {
    const setup = setUp({ memoryBytes: 1_000 });
    const heard: string[] = [];
    setup.landing.attach(0, { postMessage: ({ type }) => heard.push(type) });
    const gate = Promise.withResolvers<void>();
    setup.deadLetters.gate = gate.promise;
    receive(setup, 0, 1);
    process(setup, 0, 1, 0, outcome, [{ ...letter, original: new Uint8Array(2_000) }]);
    expect(setup.landing.heldBytes).toBe(2_000);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(heard).toEqual(['pause']);
    gate.resolve();
    await soon();
    expect(heard).toEqual(['pause', 'resume']);
    expect(setup.landing.heldBytes).toBe(0);
  });
});

describe('the size of a file', () => {
  function lanes(setup: Setup, sealed: Record<number, number>): string[] {
    const asked: string[] = [];
    for (const lane of Object.keys(sealed).map(Number)) {
      setup.landing.attach(lane, {
        postMessage: (message) => {
          if (message.type !== 'seal') return;
          asked.push(`${lane}`);
          seal(setup, lane, 'x', sealed[lane]!, 1);
          setup.landing.hear(lane, { type: 'flushed', request: message.request });
        },
      });
      receive(setup, lane, 1);
      process(setup, lane, 1, 1);
      setup.landing.hear(lane, { type: 'opened', sink: 0, partition: 'x', firstRowAtMs: Date.now() });
    }
    return asked;
  }
  const grow = ({ landing }: Setup, lane: number, bytes: number) =>
    landing.hear(lane, { type: 'grown', sink: 0, sizes: [['x', bytes]] });

  test('counts what a lane has not sealed yet, and has that lane seal it', async () => {
    const setup = setUp();
    const asked = lanes(setup, { 0: 60, 1: 45 });
    seal(setup, 2, 'x', 40, 1);
    grow(setup, 1, 45);
    expect(asked).toEqual([]);
    grow(setup, 0, 60);
    await soon();
    expect(asked).toEqual(['0']);
    expect(setup.sink.files.map(({ sizeBytes }) => sizeBytes)).toEqual([100]);
  });

  test('is not settled for less because a lane foresaw too much', async () => {
    const setup = setUp();
    const asked = lanes(setup, { 0: 30 });
    grow(setup, 0, 100);
    await soon();
    expect({ asked, files: setup.sink.files }).toEqual({ asked: ['0'], files: [] });
    seal(setup, 0, 'x', 65, 1);
    await soon();
    expect(setup.sink.files.map(({ sizeBytes }) => sizeBytes)).toEqual([95]);
  });
});

describe('a lane that died', () => {
  test('has what it had not sealed given back at once, and the rest once that is durable', async () => {
    const setup = setUp();
    setup.landing.attach(0, { postMessage: () => undefined });
    receive(setup, 0, 1, 2, 3, 4);
    for (const [seq, placements] of [
      [1, 1],
      [2, 2],
      [3, 1],
    ] as const)
      process(setup, 0, seq, placements); // prettier-ignore
    seal(setup, 0, 'a', 10, 1, 2);
    setup.landing.detach(0);
    await soon();
    expect(setup.settler).toMatchObject({ acked: [], nacked: ['r0.3', 'r0.4'] });
    await vi.advanceTimersByTimeAsync(1_200);
    expect(setup.settler).toMatchObject({ acked: ['r0.1'], nacked: ['r0.3', 'r0.4', 'r0.2'] });
    expect(setup.landing.ledger()).toMatchObject({ closed: true, messages: { acked: 1, returned: 3, inFlight: 0 } });
  });
});

describe('what is given back', () => {
  async function failOnce(error: ParquetryError, receiveCount: number, maxReceives?: number) {
    const setup = setUp({ maxReceives });
    const heard: LandingMessage[] = [];
    setup.landing.attach(0, { postMessage: (message) => heard.push(message) });
    setup.sink.failure = error;
    receiveAgain(setup, receiveCount, 0, 1);
    process(setup, 0, 1, 1);
    seal(setup, 0, 'a', 100, 1);
    await soon();
    return { ...setup, heard: heard.map(({ type }) => type) };
  }
  const refusal = new ParquetryError('E_RECORD', 'too long a name');
  const away = new ParquetryError('E_UNAVAILABLE', 'down');

  test.each([
    [1, 1_000],
    [2, 2_000],
    [6, 32_000],
    [40, 60_000],
  ])('stays away longer with each receipt: at the %i. for %i ms', async (receiveCount, delayMs) => {
    expect((await failOnce(away, receiveCount)).settler.nackDelaysMs).toEqual([delayMs]);
  });

  test('becomes poison when a sink refused it often enough, which does not end the run', async () => {
    const { heard, listener, settler } = await failOnce(refusal, 3, 3);
    expect({ heard, nacked: settler.nacked }).toEqual({ heard: ['taken', 'poison'], nacked: ['r0.1'] });
    expect(listener.fatal).not.toHaveBeenCalled();
  });

  test('does not become poison before that, nor ever because the store is away', async () => {
    expect((await failOnce(refusal, 2, 3)).heard).toEqual(['taken']);
    expect((await failOnce(away, 1_000, 3)).heard).toEqual(['taken']);
  });

  test('is poison for lanes that start later, too', async () => {
    const { landing } = await failOnce(refusal, 3, 3);
    const heard: LandingMessage[] = [];
    landing.attach(7, { postMessage: (message) => heard.push(message) });
    expect(heard).toMatchObject([{ type: 'poison', poison: [{ delivery: 'm0.1', record: -1, reason: 'refused' }] }]);
  });
});

describe('the spool', () => {
  /** A landing whose files have a target of 100,000 bytes, and 16,000 bytes of memory before it spools. */
  async function spooling(maxBytes: number) {
    vi.useRealTimers();
    const folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-landing-'));
    const spool = new Spool({ folder, maxBytes }, silentLogger, Date.now);
    const { parts, sink } = landingParts();
    const limits = { targetSizeBytes: 100_000, maxAgeMs: 60_000, memoryBytes: 20_000 };
    const setup = setUp({ spool, memoryBytes: 40_000, sinks: [{ ...parts.sinks[0]!, limits }] });
    const feed = async (seq: number) => {
      receive(setup, 0, seq);
      process(setup, 0, seq, 1);
      seal(setup, 0, 'a', 10_000, seq);
      await vi.waitFor(() => expect(setup.landing.heldBytes).toBeLessThan(20_000), patiently);
    };
    const close = async () => {
      await setup.landing.close();
      expect(await readdir(folder)).toEqual([]);
      await rm(folder, { recursive: true });
    };
    return { ...setup, sink, spool, feed, [Symbol.asyncDispose]: close };
  }

  test('holds row groups so that a file reaches its target in less memory, and gives them back in order', async () => {
    await using setup = await spooling(1e6);
    for (let seq = 1; seq <= 9; seq++) await setup.feed(seq);
    expect(setup.sink.files).toEqual([]);
    expect(setup.spool.usedBytes).toBeGreaterThan(60_000);
    await setup.feed(10);
    await vi.waitFor(() => expect(setup.settler.acked).toHaveLength(10), patiently);
    const [file] = setup.sink.files;
    expect(file?.sizeBytes).toBe(100_000);
    expect(setup.sink.bytes[0]).toEqual(
      Buffer.concat(Array.from({ length: 10 }, (_, i) => Buffer.alloc(10_000, i + 1))),
    );
    expect(setup.spool.usedBytes).toBe(0);
  });

  test('that is full makes files smaller, and loses nothing', async () => {
    await using setup = await spooling(25_000);
    for (let seq = 1; seq <= 9; seq++) await setup.feed(seq);
    await setup.landing.finish('ended');
    expect(setup.sink.files.length).toBeGreaterThan(1);
    expect(setup.sink.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBe(90_000);
    expect(setup.settler.acked).toHaveLength(9);
  });
});
