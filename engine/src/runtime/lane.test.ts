import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import type { Encoder } from '../columns/encoder.ts';
import { rowToJson } from '../columns/ndjson-text.ts';
import { compilePartitioner } from '../columns/partition.ts';
import type { TransformRunner } from '../columns/transform.ts';
import { systemClock } from '../core/clock.ts';
import type { Delivery } from '../core/delivery.ts';
import { ParquetryError } from '../core/errors.ts';
import { parseSlot } from '../core/schema-text.ts';
import type { SourceReader } from '../core/source.ts';
import { silentLogger, silentMetrics } from '../core/telemetry.ts';
import { createComponent } from '../pipeline/components.ts';
import { createTransformRunner } from '../transforms/runner.ts';
import { Lane, type LaneParts } from './lane.ts';
import type { LandingMessage, LaneMessage } from './messages.ts';
import { RowGroups } from './row-groups.ts';

const schema = { fields: [{ name: 'id', ...parseSlot('int') }] };

/** Lines out of Node's pool, as `Buffer.from` makes them: the first thing that an encoder of one's own would do. */
const pooled: Encoder = {
  extension: 'ndjson',
  contentType: 'text/plain',
  encode: (batch) => {
    const lines = Array.from({ length: batch.length }, (_, row) => rowToJson(batch, row));
    return { bytes: Buffer.from(lines.join('\n')), rows: batch.length, meta: new Uint8Array() };
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
  const context = {
    pipeline: 'p',
    runId: 'r',
    folder: '/',
    aws: {},
    expectedHoldMs: 1,
    logger: silentLogger,
    metrics: silentMetrics,
  };
  const format = await createComponent('format', { type: 'json', config: {} }, context);
  const limits = { encodedBytes: 1 << 20, rows: 1_000, laneBytes: 1 << 20 };
  const parts: LaneParts = {
    reader,
    pollers: 1,
    scanner: format.createScanner(schema, { rest: false }),
    runner: await createTransformRunner(undefined, schema, { pipeline: 'p', folder: '/' }),
    policy: 'dead-letter',
    sinks: [new RowGroups(encoder, compilePartitioner([], schema.fields), limits)],
    trials: [],
    random: () => 0,
    ...over,
  };
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
    expect(Buffer.from(segment.bytes).toString()).toBe('{"id":1}\n{"id":2}');
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
    const { reader, ended, tell } = await startLane({ runner: { output: identity.output, run } });
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
  const { reader, said, tell } = await startLane({}, { ...pooled, encode });
  reader.put([delivery('{"id":1}')]);
  await said('processed');
  tell({ type: 'pause' });
  reader.put([]);
  tell({ type: 'seal', request: 1, targets: 'all' });
  await said('failed');
  await said('stopped');
});

describe('a receive that fails', () => {
  test('for a while is tried again after a growing wait, and said', async () => {
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
  test('an encoder that throws for a row group ends the lane, and the row group is not said to be sealed', async () => {
    const encode = () => {
      throw new ParquetryError('E_INTERNAL', 'no memory');
    };
    const { reader, said, tell, types } = await startLane({}, { ...pooled, encode });
    reader.put([delivery('{"id":1}')]);
    await said('processed');
    tell({ type: 'seal', request: 1, targets: 'all' });
    expect((await said('failed')).error.message).toBe('no memory');
    await said('stopped');
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
    const { reader, said, types } = await startLane({ runner: { output: identity.output, run } });
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
    const { reader, said } = await startLane({ runner: { output: identity.output, run } });
    reader.put([delivery('{"id":1}')]);
    const { outcome } = (await said('processed')).deliveries[0]!;
    expect(Object.entries(outcome.dropped)).toEqual([[reason, 1]]);
  });
});
