import { stat } from 'node:fs';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import type { Encoder } from '../columns/encoder.ts';
import { rowToJson } from '../columns/ndjson-text.ts';
import { bytesOf } from '../columns/segment-bytes.test-support.ts';
import type { TransformRunner } from '../columns/transform.ts';
import { systemClock } from '../core/clock.ts';
import type { Delivery } from '../core/delivery.ts';
import { ParquetryError } from '../core/errors.ts';
import { parseSlot } from '../core/schema-text.ts';
import type { SourceReader } from '../core/source.ts';
import { createTransformRunner } from '../transforms/runner.ts';
import { laneParts } from './lane.test-support.ts';
import { Lane, type LaneParts } from './lane.ts';
import type { LandingMessage, LaneMessage } from './messages.ts';
import type { PoisonState } from './poison-list.ts';
import { TrialEncoder } from './trial-encoder.ts';

const schema = { fields: [{ name: 'id', ...parseSlot('int') }] };

/** Lines out of Node's pool, as `Buffer.from` makes them: the first thing that an encoder of one's own would do. */
const pooled: Encoder = {
  extension: 'ndjson',
  contentType: 'text/plain',
  encode: (batch) => {
    const lines = Array.from({ length: batch.length }, (_, row) => rowToJson(batch, row));
    return { parts: [Buffer.from(lines.join('\n'))], rows: batch.length, meta: new Uint8Array() };
  },
  assemble: () => [],
};

/** A queue that hands out what is put into it, then waits; a failure is thrown once. */
class FakeReader implements SourceReader {
  readonly #waiting: (readonly Delivery[] | ParquetryError | undefined)[] = [];
  #arrived = Promise.withResolvers<void>();
  receives = 0;
  closed = false;

  put(next: readonly Delivery[] | ParquetryError | undefined): void {
    this.#waiting.push(next);
    this.#arrived.resolve();
  }

  async receive(signal: AbortSignal): Promise<readonly Delivery[] | undefined> {
    this.receives++;
    while (this.#waiting.length === 0) {
      const { promise: aborted, resolve } = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted) return [];
      await Promise.race([this.#arrived.promise, aborted]);
      if (signal.aborted) return [];
      this.#arrived = Promise.withResolvers();
    }
    const next = this.#waiting.shift();
    if (next instanceof ParquetryError) throw next;
    return next;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

let received = 0;
function delivery(body: string, more: Partial<Delivery> = {}): Delivery {
  const id = `m${++received}`;
  const facts = { id, receipt: id, attributes: {}, receiveCount: 1, receivedAtMs: 0 };
  return { ...facts, body: Buffer.from(body), ...more };
}

let close: () => void = () => undefined;
afterEach(() => close());

/** A running lane with real parts but for the source, and what it says. */
async function startLane(over: Partial<LaneParts> = {}, encoder = pooled) {
  const reader = new FakeReader();
  const parts: LaneParts = { ...(await laneParts(reader, encoder)), random: () => 0, ...over };
  const { port1: outer, port2: inner } = new MessageChannel();
  const heard: LaneMessage[] = [];
  const waiting = new Map<string, () => void>();
  outer.on('message', (message: LaneMessage) => {
    heard.push(message);
    waiting.get(message.type)?.();
  });
  close = () => outer.close();
  const ended = new Lane(parts, inner).run();
  /** Resolves with the first message of this type, once it has come. */
  const said = async <T extends LaneMessage['type']>(type: T): Promise<LaneMessage & { type: T }> => {
    const find = () => heard.find((message): message is LaneMessage & { type: T } => message.type === type);
    if (!find()) await new Promise<void>((resolve) => waiting.set(type, resolve));
    return find()!;
  };
  const tell = (message: LandingMessage) => outer.postMessage(message);
  const types = () => heard.map(({ type }) => type);
  return { reader, ended, said, tell, types, heard };
}

describe('a lane', () => {
  test('hands over whole the bytes of an encoder that cuts them out of the shared pool, and leaves the pool alone', async () => {
    const neighbour = Buffer.from('neighbour');
    const { reader, said, tell } = await startLane();
    reader.put([delivery('{"id":1}\n{"id":2}')]);
    await said('processed');
    tell({ type: 'stop' });
    const { segment, deliveries } = await said('sealed');
    expect(bytesOf(segment).toString()).toBe('{"id":1}\n{"id":2}');
    expect([...deliveries]).toEqual([1]);
    await said('stopped');
    expect(neighbour.toString()).toBe('neighbour');
  });

  test('told to stop works off its queue, seals, closes its reader, and says so last', async () => {
    const { reader, said, tell, types, heard } = await startLane({ chunkBytes: 1 });
    reader.put([delivery('{"id":1}'), delivery('{"id":2}'), delivery('{"id":3}')]);
    tell({ type: 'stop' });
    await said('received');
    await said('stopped');
    expect(types().filter((type) => type === 'processed')).toHaveLength(3);
    expect(heard.find(({ type }) => type === 'sealed')).toMatchObject({ segment: { rows: 3 } });
    expect(types().at(-1)).toBe('stopped');
    expect(reader.closed).toBe(true);
  });

  test('told to stop still takes what a receive under way brings: the source has handed it out', async () => {
    const { reader, said, tell, heard } = await startLane();
    tell({ type: 'stop' });
    tell({ type: 'seal', request: 1, targets: 'all' });
    await said('flushed');
    reader.put([delivery('{"id":1}')]);
    await said('stopped');
    expect(heard.find(({ type }) => type === 'sealed')).toMatchObject({ segment: { rows: 1 } });
    expect(reader.receives).toBe(1);
  });

  test('told to stop takes what comes while its thread is busy, though the time of its last receive is over then', async () => {
    const asked = Promise.withResolvers<AbortSignal>();
    const came = Promise.withResolvers<Delivery[]>();
    const receive = (signal: AbortSignal) => {
      asked.resolve(signal);
      return came.promise;
    };
    const { said, tell, heard } = await startLane({ reader: { receive, close: async () => undefined } });
    (await asked.promise).addEventListener('abort', () => came.resolve([]));
    tell({ type: 'stop', lastReceiveMs: 40 });
    tell({ type: 'seal', request: 1, targets: 'all' });
    await said('flushed');
    stat('.', () => came.resolve([delivery('{"id":1}')])); // from outside this thread, as an answer does
    for (const endMs = Date.now() + 100; Date.now() < endMs; );
    await said('stopped');
    expect(heard.find(({ type }) => type === 'sealed')).toMatchObject({ segment: { rows: 1 } });
  });

  test('told so when it stops leaves out what it has not processed and may go back, and works off the rest', async () => {
    const { reader, said, tell, heard } = await startLane({ chunkBytes: 1 });
    tell({ type: 'stop', returnUpTo: 1 });
    tell({ type: 'seal', request: 1, targets: 'all' });
    await said('flushed');
    reader.put([delivery('{"id":1}'), delivery('{"id":2}', { receiveCount: 2 }), delivery('{"id":3}')]);
    await said('stopped');
    expect((await said('received')).deliveries).toHaveLength(3);
    expect((await said('processed')).deliveries).toMatchObject([{ seq: 2 }]);
    expect(heard.filter(({ type }) => type === 'processed')).toHaveLength(1);
  });

  test('told to stop while it is paused stops', async () => {
    const { said, tell, types } = await startLane();
    tell({ type: 'pause' });
    tell({ type: 'stop' });
    await said('stopped');
    expect(types()).toEqual(['ready', 'stopped']);
  });

  test('hears what it is told while a source answers at once, and with nothing', async () => {
    const reader = { receive: async () => [], close: async () => undefined };
    const { said, tell } = await startLane({ reader });
    tell({ type: 'stop' });
    await said('stopped');
  });

  test('answers a request to seal once the row groups are posted, also where it holds nothing', async () => {
    const { reader, said, tell, types } = await startLane();
    reader.put([delivery('{"id":1}')]);
    await said('processed');
    tell({
      type: 'seal',
      request: 7,
      targets: [
        { sink: 0, partition: '' },
        { sink: 0, partition: 'gone' },
      ],
    });
    expect(await said('flushed')).toMatchObject({ request: 7 });
    expect(types().indexOf('sealed')).toBeLessThan(types().indexOf('flushed'));
  });

  test('stops receiving at 8 MiB that wait to be processed', async () => {
    const gate = Promise.withResolvers<void>();
    const identity = await createTransformRunner(undefined, schema, { pipeline: 'p', folder: '/' });
    const run: TransformRunner['run'] = async (...batch) => {
      await gate.promise;
      return identity.run(...batch);
    };
    const { reader, ended, tell } = await startLane({ runner: { ...identity, run } });
    const body = `{"id":1,"pad":"${'x'.repeat(1 << 20)}"}`;
    for (let i = 0; i < 30; i++) reader.put([delivery(body)]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(reader.receives).toBeLessThanOrEqual(10); // one chunk under way, eight in the queue, and the one that fills it
    gate.resolve();
    tell({ type: 'stop' });
    await ended;
  });
});

test('a lane that fails while its pollers are paused ends', async () => {
  const encode = () => {
    throw new ParquetryError('E_INTERNAL', 'no memory');
  };
  const { reader, said, tell, ended } = await startLane({}, { ...pooled, encode });
  reader.put([delivery('{"id":1}')]);
  await said('processed');
  tell({ type: 'pause' });
  reader.put([]);
  tell({ type: 'seal', request: 1, targets: 'all' });
  await said('broken');
  await ended;
});

describe('a receive that fails', () => {
  test('check 8: for a while is tried again after a growing wait, and said', async () => {
    const waits: number[] = [];
    const clock = { ...systemClock, sleep: async (ms: number) => void waits.push(ms) };
    const { reader, said, types } = await startLane({ clock, random: () => 1 });
    for (let i = 0; i < 5; i++) reader.put(new ParquetryError('E_THROTTLED', 'slow down'));
    reader.put([delivery('{"id":1}')]);
    await said('processed');
    expect(waits).toEqual([100, 200, 400, 800, 1_600]);
    expect(types().filter((type) => type === 'receive-failed')).toHaveLength(5);
  });

  test('for good ends the lane, which seals what it holds: that much was received and can be delivered', async () => {
    const { reader, said, heard } = await startLane();
    reader.put([delivery('{"id":1}')]);
    await said('processed');
    reader.put(new ParquetryError('E_ACCESS', 'queue clicks refuses access'));
    await said('stopped');
    expect(heard.filter(({ type }) => ['failed', 'sealed', 'stopped'].includes(type))).toMatchObject([
      { type: 'failed', error: { code: 'E_ACCESS' } },
      { type: 'sealed', segment: { rows: 1 } },
      { type: 'stopped' },
    ]);
  });

  test('with the source’s end lets the lane go on until it is told to stop', async () => {
    const { reader, said, tell, types } = await startLane();
    reader.put([delivery('{"id":1}')]);
    reader.put(undefined);
    await said('exhausted');
    tell({ type: 'stop' });
    await said('stopped');
    expect(types()).toContain('sealed');
  });
});

describe('what cannot be done', () => {
  test('an encoder that throws for a row group breaks the lane, which says whose rows it was and seals nothing more', async () => {
    const encode = () => {
      throw new ParquetryError('E_INTERNAL', 'no memory');
    };
    const { reader, said, tell, types, ended } = await startLane({}, { ...pooled, encode });
    reader.put([delivery('{"id":1}')]);
    await said('processed');
    tell({ type: 'seal', request: 1, targets: 'all' });
    expect(await said('broken')).toMatchObject({ error: { message: 'no memory' }, held: [1] });
    await ended;
    expect(types()).not.toContain('sealed');
    expect(types()).not.toContain('flushed');
  });

  test('a prefetch that fails for a while is tried again', async () => {
    const identity = await createTransformRunner(undefined, schema, { pipeline: 'p', folder: '/' });
    let runs = 0;
    const run: TransformRunner['run'] = async (...batch) => {
      if (++runs < 3) throw new ParquetryError('E_TRANSFORM', 'must prefetch: timeout', { retryable: true });
      return identity.run(...batch);
    };
    const { reader, said, types } = await startLane({ runner: { ...identity, run } });
    reader.put([delivery('{"id":1}')]);
    await said('processed');
    expect(runs).toBe(3);
    expect(types()).not.toContain('failed');
  });

  test('a bad record becomes a dead letter with its bytes, and those only: the body is let go', async () => {
    const { reader, said } = await startLane();
    reader.put([delivery(`{"id":1}\nbroken\n${'{"id":2}\n'.repeat(1_000)}`)]);
    const { deadLetters, deliveries } = await said('processed');
    expect(Buffer.from(deadLetters[0]!.original).toString()).toBe('broken');
    expect(deadLetters[0]!.original.buffer.byteLength).toBe(6);
    expect(deliveries).toMatchObject([{ outcome: { found: 1_002, rows: 1_001 }, placements: 1 }]);
  });

  test('a body that could not be had becomes a dead letter as it was', async () => {
    const { reader, said } = await startLane();
    reader.put([delivery('{"id":1}'), delivery('H4sI', { fault: { code: 'E_INTEGRITY', message: 'gzip' } })]);
    const { deadLetters, deliveries } = await said('processed');
    expect(deadLetters).toMatchObject([{ stage: 'receive', reason: 'E_INTEGRITY', record: -1 }]);
    expect(deliveries).toMatchObject([{ outcome: { found: 1 } }, { outcome: { found: 1, rows: 0 }, placements: 0 }]);
  });

  test.each(['constructor', 'toString', '__proto__'])('a reason named %s is counted like any other', async (reason) => {
    const identity = await createTransformRunner(undefined, schema, { pipeline: 'p', folder: '/' });
    const run: TransformRunner['run'] = async (...batch) => {
      const result = await identity.run(...batch);
      const nothing = { ...result.output, length: 0 };
      return { ...result, output: nothing, origin: new Int32Array(), dropped: [{ row: 0, reason }] };
    };
    const { reader, said } = await startLane({ runner: { ...identity, run } });
    reader.put([delivery('{"id":1}')]);
    const { outcome } = (await said('processed')).deliveries[0]!;
    expect(Object.entries(outcome.dropped)).toEqual([[reason, 1]]);
  });
});

describe('a lane that is told of poison', () => {
  /** Doubles ids, and remembers the chunks it saw. */
  async function startTold(over: Partial<LaneParts> = {}) {
    const identity = await createTransformRunner(undefined, schema, { pipeline: 'p', folder: '/' });
    const seen: number[][] = [];
    const run: TransformRunner['run'] = (records, deliveries) => {
      seen.push(Array.from(records.rows.columns[0]!.values!.slice(0, records.rows.length), Number));
      return identity.run(records, deliveries);
    };
    const started = await startLane({ runner: { ...identity, run }, ...over });
    /** Resolves when the lane has heard it. */
    const teach = async (known: PoisonState) => {
      started.tell({ type: 'poison', ...known });
      started.tell({ type: 'seal', request: 0, targets: [] });
      await started.said('flushed');
    };
    return { ...started, seen, teach };
  }

  test('sets the record aside unseen, and delivers the others', async () => {
    const { reader, said, teach, seen } = await startTold();
    const body = '{"id":1}\n{"id":2}\n{"id":3}';
    const given = delivery(body, { receiveCount: 2 });
    const poison = [{ delivery: given.id, record: 1, reason: 'stuck' as const, message: 'never came back' }];
    await teach({ poison, suspects: [] });
    reader.put([given]);
    const { deadLetters, deliveries } = await said('processed');
    expect(seen.flat()).toEqual([1, 3]);
    expect(deadLetters).toMatchObject([
      { stage: 'transform', reason: 'stuck', message: 'never came back', record: 1, receiveCount: 2 },
    ]);
    expect(Buffer.from(deadLetters[0]!.original).toString()).toBe('{"id":2}');
    expect(deliveries).toMatchObject([{ outcome: { found: 3, rows: 2, deadLettered: { stuck: 1 } } }]);
  });

  test('does not even scan a delivery that is poison as a whole: it counts as one record', async () => {
    const { reader, said, teach, seen } = await startTold();
    const [bad, good] = [delivery('{"id":1}\n{"id":2}'), delivery('{"id":3}')];
    const poison = [{ delivery: bad.id, record: -1, reason: 'crash' as const, message: 'ended the process' }];
    await teach({ poison, suspects: [] });
    reader.put([bad, good]);
    const { deadLetters, deliveries } = await said('processed');
    expect(seen).toEqual([[3]]);
    expect(deadLetters).toMatchObject([{ reason: 'crash', record: -1 }]);
    expect(Buffer.from(deadLetters[0]!.original).toString()).toBe('{"id":1}\n{"id":2}');
    expect(deliveries).toMatchObject([{ outcome: { found: 1, rows: 0 } }, { outcome: { found: 1, rows: 1 } }]);
  });

  test('processes a suspect by itself, record by record, and says that it came through', async () => {
    const { reader, said, tell, teach, seen, heard } = await startTold();
    const [before, suspect, after] = [delivery('{"id":1}'), delivery('{"id":2}\n{"id":3}'), delivery('{"id":4}')];
    await teach({ poison: [], suspects: [suspect.id] });
    reader.put([before, suspect, after]);
    expect(await said('came-through')).toMatchObject({ delivery: suspect.id });
    tell({ type: 'stop' });
    const { segment } = await said('sealed');
    expect(seen).toEqual([[1], [2], [3], [4]]);
    expect(bytesOf(segment).toString()).toBe('{"id":1}\n{"id":2}\n{"id":3}\n{"id":4}');
    const processed = heard.filter((each) => each.type === 'processed');
    expect(processed.map(({ deliveries }) => deliveries.map(({ seq }) => seq))).toEqual([[1], [2], [3]]);
  });

  test('tries the rows of a suspect’s record on all encoders, before any of them is placed', async () => {
    const refusing: Encoder = {
      ...pooled,
      encode: (batch) => {
        const ids = Array.from(batch.columns[0]!.values!.slice(0, batch.length), Number);
        if (ids.includes(2)) throw new Error('cannot write 2');
        return pooled.encode(batch);
      },
    };
    const { reader, said, teach } = await startTold({ probes: [new TrialEncoder(refusing, (batch) => batch)] });
    const suspect = delivery('{"id":1}\n{"id":2}');
    await teach({ poison: [], suspects: [suspect.id] });
    reader.put([suspect]);
    const { deadLetters, deliveries } = await said('processed');
    expect(deadLetters).toMatchObject([
      { stage: 'encode', reason: 'unencodable', message: 'cannot write 2', record: 1 },
    ]);
    expect(deliveries).toMatchObject([{ outcome: { found: 2, rows: 1 } }]);
  });
});
