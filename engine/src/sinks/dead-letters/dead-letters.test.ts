import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeadLetter } from '../../core/delivery.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { OutputFile, Sink } from '../../core/sink.ts';
import { silentLogger, silentMetrics } from '../../core/telemetry.ts';
import { createDeadLetterWriter } from './dead-letter-writer.ts';
import { createFileLetters } from './file-letters.ts';
import { type LetterMessage, letterMessages, MAX_MESSAGE_BYTES } from './letter-message.ts';
import type { LetterQueue, RefusedMessage } from './letter-queue.ts';
import { batchesOf, createQueueLetters } from './queue-letters.ts';
import { deadLetterTarget } from './target.ts';

const ORIGIN = { pipeline: 'clicks', version: '3', runId: 'run-1' };
const NOON_MS = Date.UTC(2026, 1, 3, 12);
const signal = new AbortController().signal;

const letter = (original: string | Uint8Array, more: Partial<DeadLetter> = {}): DeadLetter => ({
  deliveryId: 'm-1',
  record: 2,
  offset: 40,
  original: typeof original === 'string' ? Buffer.from(original) : original,
  stage: 'parse',
  reason: 'misfit',
  message: 'delay must be an int, got "late"',
  field: 'delay',
  receiveCount: 1,
  attributes: { kind: 'click' },
  ...more,
});

describe('letters in files', () => {
  const setUp = () => {
    const files: OutputFile[] = [];
    const sink: Sink = {
      write: async (file) => {
        files.push(file);
        return { uri: file.name, sizeBytes: file.sizeBytes };
      },
      close: async () => {},
    };
    let ids = 0;
    const writer = createFileLetters(
      sink,
      ORIGIN,
      () => NOON_MS,
      () => `id${++ids}`,
    );
    return { files, sink, writer };
  };
  const linesOf = async (file: OutputFile | undefined) =>
    Buffer.concat(file ? await Array.fromAsync(file.chunks()) : [])
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('lie by pipeline, day and reason, each line with everything known', async () => {
    const { files, writer } = setUp();
    await writer.write(
      [letter('{"a":1}'), letter('{"b":2}', { reason: 'thrown', stack: 'at x' }), letter('{"c":3}')],
      signal,
    );
    expect(files.map(({ name }) => name)).toEqual([
      'clicks/dt=2026-02-03/reason=misfit/20260203T120000Z-id1.ndjson',
      'clicks/dt=2026-02-03/reason=thrown/20260203T120000Z-id2.ndjson',
    ]);
    expect((await linesOf(files[0]))[0]).toEqual({
      original: '{"a":1}',
      reason: 'misfit',
      stage: 'parse',
      message: 'delay must be an int, got "late"',
      field: 'delay',
      deliveryId: 'm-1',
      record: 2,
      offset: 40,
      receiveCount: 1,
      attributes: { kind: 'click' },
      pipeline: 'clicks',
      version: '3',
      runId: 'run-1',
      time: '2026-02-03T12:00:00.000Z',
    });
    expect((await linesOf(files[0]))[1].original).toBe('{"c":3}');
    expect((await linesOf(files[1]))[0].stack).toBe('at x');
  });

  it('keep bytes that are no text as base64', async () => {
    const { files, writer } = setUp();
    await writer.write([letter(Uint8Array.of(0xff, 0x00))], signal);
    expect((await linesOf(files[0]))[0].original).toEqual({ base64: '/wA=' });
  });

  it('stay below their folder whatever the reason is', async () => {
    const { files, writer } = setUp();
    await writer.write([letter('x', { reason: '../a b/c' }), letter('x', { reason: '..' })], signal);
    expect(files.map(({ name }) => name.split('/').slice(2, -1))).toEqual([['reason=..%2Fa%20b%2Fc'], ['reason=..']]);
  });

  it('are not written when the sink fails', async () => {
    const { sink, writer } = setUp();
    sink.write = () => Promise.reject(new ParquetryError('E_ACCESS', 'refused'));
    await expect(writer.write([letter('x')], signal)).rejects.toMatchObject({ code: 'E_ACCESS' });
  });

  it('reach a local folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'letters-'));
    try {
      const context = {
        folder,
        pipeline: 'clicks',
        runId: 'r',
        aws: {},
        expectedHoldMs: 60_000,
        logger: silentLogger,
        metrics: silentMetrics,
      };
      const writer = await createDeadLetterWriter(deadLetterTarget.parse({ file: { path: 'errors' } }), context);
      await writer.check!();
      await writer.write([letter('{"a":1}')], signal);
      const [name] = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('.ndjson'));
      expect(JSON.parse(await readFile(join(folder, name!), 'utf8'))).toMatchObject({ original: '{"a":1}' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('a letter as a message', () => {
  const incompressible = (bytes: number) => {
    let state = 1;
    return Uint8Array.from({ length: bytes }, () => {
      state = (state * 48_271) % 2_147_483_647;
      return state >>> 8;
    });
  };
  const restored = (messages: readonly LetterMessage[]) => {
    const body = messages.map((message) => message.body).join('');
    const packed = messages[0]?.attributes.encoding === 'gzip+base64';
    return packed ? gunzipSync(Buffer.from(body, 'base64')) : Buffer.from(body);
  };

  it('has the original as its body and the facts as attributes', () => {
    const [message, ...others] = letterMessages(letter('{"a":1}', { stack: 'at x' }), ORIGIN, NOON_MS);
    expect(others).toEqual([]);
    expect(message!.body).toBe('{"a":1}');
    const { detail, ...attributes } = message!.attributes;
    expect(attributes).toEqual({
      reason: 'misfit',
      stage: 'parse',
      message: 'delay must be an int, got "late"',
      field: 'delay',
      deliveryId: 'm-1',
      pipeline: 'clicks',
      time: '2026-02-03T12:00:00.000Z',
    });
    expect(JSON.parse(detail!)).toEqual({
      record: 2,
      offset: 40,
      receiveCount: 1,
      version: '3',
      runId: 'run-1',
      stack: 'at x',
      attributes: { kind: 'click' },
    });
  });

  it.each([
    ['no UTF-8', Uint8Array.of(0xff, 0xfe), 1],
    ['a control character', Buffer.from('a\u0000b'), 1],
    ['nothing', Buffer.alloc(0), 1],
    ['much text', Buffer.from('x'.repeat(3 * 2 ** 20)), 1],
    ['more than a message takes', incompressible(2 * 2 ** 20), 3],
  ])('loses no byte of %s', (_, original, count) => {
    const messages = letterMessages(letter(original), ORIGIN, NOON_MS);
    expect(messages).toHaveLength(count);
    expect(restored(messages).equals(original)).toBe(true);
    for (const { sizeBytes } of messages) expect(sizeBytes).toBeLessThan(MAX_MESSAGE_BYTES);
    if (count > 1) expect(messages.map(({ attributes }) => attributes.part)).toEqual(['1/3', '2/3', '3/3']);
  });

  it('is something SQS takes, whatever the letter holds', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 200 });
    const letters = fc.record({
      original: fc.uint8Array({ maxLength: 300 }),
      message: texts,
      field: texts,
      reason: texts,
      stack: fc.string({ unit: 'binary', maxLength: 9_000 }),
      attributes: fc.dictionary(texts, fc.string({ maxLength: 20_000 }), { maxKeys: 5 }),
    });
    const allowed = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]+$/u;
    fc.assert(
      fc.property(letters, (more) => {
        const messages = letterMessages(letter('', more), ORIGIN, NOON_MS);
        expect(restored(messages).equals(more.original)).toBe(true);
        for (const { body, attributes, sizeBytes } of messages) {
          expect(Object.keys(attributes).length).toBeLessThanOrEqual(10);
          for (const text of [body, ...Object.values(attributes)]) expect(text).toMatch(allowed);
          expect(sizeBytes).toBeLessThan(MAX_MESSAGE_BYTES);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('letters in a queue', () => {
  class FakeQueue implements LetterQueue {
    readonly name = 'errors';
    readonly taken: string[] = [];
    readonly batchSizes: number[] = [];
    readonly refusals: ((body: string) => string | undefined)[] = [];

    async sendBatch(messages: readonly LetterMessage[]): Promise<RefusedMessage[]> {
      this.batchSizes.push(messages.length);
      const refuse = this.refusals.shift();
      return messages.flatMap(({ body }, index) => {
        const code = refuse?.(body);
        if (code !== undefined) return [{ index, code, message: '', senderFault: code !== 'InternalError' }];
        this.taken.push(body);
        return [];
      });
    }
    check = async () => {};
    close = () => {};
  }
  const setUp = () => {
    const queue = new FakeQueue();
    const clock = { now: () => NOON_MS, sleep: async () => {} };
    const retry = { baseMs: 1, maxMs: 1, attempts: 3, deadlineMs: 1_000 };
    return { queue, writer: createQueueLetters(queue, ORIGIN, { clock, random: () => 0, retry }) };
  };
  const letters = (count: number) => Array.from({ length: count }, (_, i) => letter(`${i}`));

  it('go in tens', async () => {
    const { queue, writer } = setUp();
    await writer.write(letters(25), signal);
    expect(queue.batchSizes).toEqual([10, 10, 5]);
    expect(queue.taken.toSorted((a, b) => Number(a) - Number(b))).toEqual(letters(25).map((_, i) => `${i}`));
  });

  it('go in batches of at most 1 MiB', () => {
    const large = Array.from({ length: 5 }, () => letterMessages(letter('x'.repeat(400_000)), ORIGIN, NOON_MS)).flat();
    expect([...batchesOf(large)].map((batch) => batch.length)).toEqual([2, 2, 1]);
  });

  it('are sent again one by one when refused for a passing reason', async () => {
    const { queue, writer } = setUp();
    queue.refusals.push((body) => (Number(body) < 3 ? 'InternalError' : undefined));
    queue.refusals.push((body) => (Number(body) < 1 ? 'InternalError' : undefined));
    await writer.write(letters(10), signal);
    expect(queue.batchSizes).toEqual([10, 3, 1]);
    expect(queue.taken).toHaveLength(10);
  });

  it('fail the write when one is refused for good', async () => {
    const { queue, writer } = setUp();
    queue.refusals.push((body) => (body === '1' ? 'InvalidMessageContents' : undefined));
    await expect(writer.write(letters(3), signal)).rejects.toBeInstanceOf(ParquetryError);
    expect(queue.batchSizes).toEqual([3]);
  });
});

describe('a target', () => {
  it('is one of three, with nothing unknown', () => {
    expect(deadLetterTarget.parse({ s3: { bucket: 'lake' } })).toEqual({ s3: { bucket: 'lake', prefix: '_errors' } });
    for (const wrong of [{}, { s3: { bucket: 'lake' }, sqs: { queue: 'q' } }, { file: { path: 'x', mode: 1 } }]) {
      expect(deadLetterTarget.safeParse(wrong).success).toBe(false);
    }
  });
});
