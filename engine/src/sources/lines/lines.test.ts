import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BufferPool } from '../../core/buffer-pool.ts';
import { cutLines } from './cut-lines.ts';
import { createPieceSource, type NamedPiece } from './piece-source.ts';
import { unpack, unpackedOnce } from './unpack.ts';

async function* chunksOf(text: string, chunkBytes: number) {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += chunkBytes) yield bytes.subarray(from, from + chunkBytes);
}

describe('lines', () => {
  it('are never torn, lost or added, however the stream is chunked', async () => {
    const lines = fc.array(
      fc.string({ maxLength: 20 }).filter((line) => !line.includes('\n')),
      { maxLength: 30 },
    );
    const small = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(lines, fc.boolean(), small, small, async (texts, ended, chunkBytes, pieceBytes) => {
        const text = texts.join('\n') + (ended && texts.length > 0 ? '\n' : '');
        const pieces = await Array.fromAsync(cutLines(chunksOf(text, chunkBytes), { pieceBytes }));
        expect(Buffer.concat(pieces.map(({ bytes }) => bytes)).toString()).toBe(text);
        let offset = 0;
        for (const piece of pieces) {
          expect(piece.offset).toBe(offset);
          expect(piece.bytes.length).toBeGreaterThan(0);
          offset += piece.bytes.length;
        }
        for (const piece of pieces.slice(0, -1)) expect(piece.bytes.at(-1)).toBe(0x0a);
      }),
      { numRuns: 200 },
    );
  });

  it('are cut at the same places whatever the chunks, so that a piece is known by where it starts', async () => {
    const text = Array.from({ length: 900 }, (_, i) => `${i} ${'x'.repeat((i * 7) % 90)}\n`).join('');
    const startsOf = async (chunkBytes: number) => {
      const pieces = await Array.fromAsync(cutLines(chunksOf(text, chunkBytes), { pieceBytes: 1_000 }));
      return pieces.map(({ offset }) => offset);
    };
    const starts = await startsOf(1);
    expect(starts.length).toBeGreaterThan(30);
    for (const chunkBytes of [7, 999, 1_000, 1_001, 5_000, text.length]) {
      expect(await startsOf(chunkBytes)).toEqual(starts);
    }
  });

  it('lie in memory that is used again once it is given back', async () => {
    const pool = new BufferPool();
    const buffers = new Set<ArrayBufferLike>();
    const text = 'a line of 20 bytes.\n'.repeat(5_000);
    for await (const { bytes } of cutLines(chunksOf(text, 64), { pool, pieceBytes: 1_000 })) {
      buffers.add(bytes.buffer);
      pool.give(bytes);
    }
    expect(buffers.size).toBeLessThanOrEqual(2);
  });

  it('are whole out of unpacked chunks, whose memory is given back meanwhile', async () => {
    const text = Array.from({ length: 200_000 }, (_, i) => `{"id":${i},"at":${i * 7919}}\n`).join('');
    const chunks: Buffer[] = [];
    const seen = async function* () {
      for await (const chunk of unpack(Readable.from([gzipSync(text)]), 'gzip', 'text.gz')) {
        chunks.push(chunk);
        yield chunk;
      }
    };
    const parts: string[] = [];
    for await (const { bytes } of cutLines(unpackedOnce(seen()))) parts.push(Buffer.from(bytes).toString());
    expect(parts.join('') === text).toBe(true);
    expect(chunks.filter(({ length }) => length === 0).length).toBeGreaterThanOrEqual(4); // of 5 MiB
  });

  it('come in pieces of about the size asked for', async () => {
    const text = 'a line of 20 bytes.\n'.repeat(500);
    const sizes = (await Array.fromAsync(cutLines(chunksOf(text, 64), { pieceBytes: 1_000 }))).map(
      ({ bytes }) => bytes.length,
    );
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_064);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThanOrEqual(900);
  });
});

describe('a source of pieces', () => {
  const never = new AbortController().signal;

  it('hands out each piece once, then ends, and has nothing to settle', async () => {
    const source = createPieceSource(async function* () {
      yield { id: 'a', body: Buffer.from('1'), attributes: {} };
      yield { id: 'b', body: Buffer.from('2'), attributes: {} };
    }, 'test');
    expect(source).toMatchObject({ replay: 'ordered', maxLanes: 1 });
    expect(source.leaseMs).toBeUndefined();
    const reader = await source.createReader();
    const received = await Promise.all([reader.receive(never), reader.receive(never), reader.receive(never)]);
    expect(received.map((deliveries) => deliveries?.map(({ id, receipt }) => [id, receipt]))).toEqual([
      [['a', 'a']],
      [['b', 'b']],
      undefined,
    ]);
    const settler = await source.createSettler();
    expect(await settler.ack(['a', 'b'])).toEqual(['done', 'done']);
    expect(await settler.nack(['a'], 0)).toEqual([{ error: expect.anything() }]);
    expect(settler.extend).toBeUndefined();
  });

  it('ends a wait at once when aborted, and keeps what comes after that', async () => {
    const { promise, resolve } = Promise.withResolvers<NamedPiece>();
    const source = createPieceSource(async function* () {
      yield await promise;
    }, 'test');
    const reader = await source.createReader();
    const stop = new AbortController();
    const waiting = reader.receive(stop.signal);
    stop.abort();
    expect(await waiting).toEqual([]);
    resolve({ id: 'late', body: Buffer.from('1'), attributes: {} });
    expect(await reader.receive(never)).toMatchObject([{ id: 'late' }]);
  });
});
