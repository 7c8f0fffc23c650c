import { PassThrough, Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { chunksOf, type OutputFile } from '../../core/sink.ts';
import { createStreamSink } from './index.ts';

const signal = new AbortController().signal;
const file = (...texts: string[]): OutputFile => {
  const parts = texts.map((text) => Buffer.from(text));
  return {
    name: 'x',
    chunks: chunksOf(parts),
    sizeBytes: texts.join('').length,
    contentType: 'application/x-ndjson',
    metadata: {},
  };
};

it('writes files whole and in order, though asked at once', async () => {
  const stream = new PassThrough();
  const sink = createStreamSink(stream, 'stdout');
  const receipts = await Promise.all([sink.write(file('a1', 'a2'), signal), sink.write(file('b1', 'b2'), signal)]);
  await sink.close();
  expect(stream.read().toString()).toBe('a1a2b1b2');
  expect(receipts).toEqual([
    { uri: 'stdout', sizeBytes: 4 },
    { uri: 'stdout', sizeBytes: 4 },
  ]);
});

it('waits for a slow reader before it writes on', async () => {
  const taken: string[] = [];
  let release = () => {};
  const slow = new Writable({
    highWaterMark: 1,
    write(chunk, _, done) {
      taken.push(String(chunk));
      release = done;
    },
  });
  const written = createStreamSink(slow, 'stdout').write(file('a', 'b'), signal);
  await new Promise(setImmediate);
  expect([taken, slow.writableLength]).toEqual([['a'], 1]);
  release();
  await new Promise(setImmediate);
  expect(taken).toEqual(['a', 'b']);
  release();
  await written;
});

it('rejects, and does not end the process, when the reader is gone', async () => {
  const closed = new Writable({
    write: (_, __, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
  });
  const sink = createStreamSink(closed, 'stdout');
  await expect(sink.write(file('a'), signal)).rejects.toMatchObject({ code: 'E_CANCELLED' });
});

it('stops between parts when cancelled', async () => {
  const sink = createStreamSink(new PassThrough(), 'stdout');
  await expect(sink.write(file('a'), AbortSignal.abort())).rejects.toMatchObject({ code: 'E_CANCELLED' });
});
