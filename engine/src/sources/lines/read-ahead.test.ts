import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { readAhead } from './read-ahead.ts';

/** A stream that counts the chunks it was asked for. */
function countingStream(chunks: number, chunkBytes: number, failure?: Error): { stream: Readable; made: () => number } {
  let made = 0;
  const stream = new Readable({
    highWaterMark: 1,
    read() {
      if (made < chunks) this.push(Buffer.alloc(chunkBytes, made++));
      else if (failure) this.destroy(failure);
      else this.push(null);
    },
  });
  return { stream, made: () => made };
}

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
};

describe('reading ahead', () => {
  it('hands out every chunk as it was made', async () => {
    const chunks = await Array.fromAsync(readAhead(countingStream(20, 10).stream, 35));
    expect(chunks.map((chunk) => [chunk.length, chunk[0]])).toEqual(Array.from({ length: 20 }, (_, i) => [10, i]));
  });

  it('goes on while nobody asks, up to its bound', async () => {
    const { stream, made } = countingStream(1_000, 10);
    const ahead = readAhead(stream, 100);
    await ahead.next();
    await turns(50);
    expect(made()).toBeGreaterThanOrEqual(10);
    expect(made()).toBeLessThanOrEqual(13); // the bound, the chunk taken, the one that was under way, the stream's own
    await ahead.return(undefined);
    expect(stream.destroyed).toBe(true);
  });

  it('hands out what came before an error, then throws it', async () => {
    const failure = new Error('cut short');
    const ahead = readAhead(countingStream(3, 10, failure).stream, 1_000);
    await ahead.next();
    await turns(10);
    expect((await ahead.next()).value).toHaveLength(10);
    expect((await ahead.next()).value).toHaveLength(10);
    await expect(ahead.next()).rejects.toBe(failure);
  });

  it('throws where the stream is destroyed before its end', async () => {
    const { stream } = countingStream(5, 10);
    const ahead = readAhead(stream, 10);
    await ahead.next();
    stream.destroy();
    await expect(Array.fromAsync(ahead)).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
  });

  it('is a stream again for whoever wants one', async () => {
    expect((await buffer(Readable.from(readAhead(countingStream(7, 3).stream, 5)))).length).toBe(21);
  });
});
