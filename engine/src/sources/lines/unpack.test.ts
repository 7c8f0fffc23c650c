import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Packing, unpack } from './unpack.ts';

const [a, b] = [gzipSync('{"a":1}\n'), gzipSync('{"b":2}\n')];
/** More than fits into one chunk of what is unpacked, and hardly packs. */
const random = Buffer.from(Array.from({ length: 1_500_000 }, (_, i) => (Math.imul(i, 2654435761) >>> 15) & 0xff));

/** As a file is read: each chunk has memory of its own, which is freed when it is done with. */
function chunksOf(bytes: Uint8Array, chunkBytes: number): Readable {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(Buffer.from(bytes.slice(at, at + chunkBytes)));
  return Readable.from(chunks);
}

async function unpacked(bytes: Uint8Array, chunkBytes: number, packing: Packing = 'gzip'): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of unpack(chunksOf(bytes, chunkBytes), packing, 'some.gz')) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

describe.each([1, 7, 28, 29, 1 << 20])('gzip in chunks of %i bytes', (chunkBytes) => {
  it.each([0, 1, 2, 28, 600])('may end with %i zeros', async (zeros) => {
    const packed = Buffer.concat([a, b, Buffer.alloc(zeros)]);
    expect((await unpacked(packed, chunkBytes)).toString()).toBe('{"a":1}\n{"b":2}\n');
  });

  it.each([
    ['another member', b],
    ['plain text', Buffer.from('{"b":2}\n')],
    ['one byte', Buffer.from([1])],
  ])('is refused with %s behind zeros, for zlib would leave it out and say nothing', async (_, more) => {
    for (const zeros of [1, 2, 28, 600]) {
      const packed = Buffer.concat([a, Buffer.alloc(zeros), more]);
      await expect(unpacked(packed, chunkBytes)).rejects.toMatchObject({
        code: 'E_INTEGRITY',
        message: `some.gz must hold nothing but zeros from byte ${a.length} on, got more at byte ${a.length + zeros}`,
        hint: expect.any(String),
      });
    }
  });

  it.each([
    ['cut short', a.subarray(0, -3)],
    ['followed by plain text', Buffer.concat([a, Buffer.from('{"b":2}\n')])],
    ['followed by the beginning of a member', Buffer.concat([a, b.subarray(0, 5)])],
  ])('is refused where it is %s', async (_, packed) => {
    await expect(unpacked(packed, chunkBytes)).rejects.toMatchObject({ code: expect.stringMatching(/^Z_/) });
  });
});

it('gzip members of any sizes, zeros and chunks give all their bytes, or an error', async () => {
  const part = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => ({ bytes, packed: gzipSync(bytes) as Uint8Array })),
    fc.integer({ min: 1, max: 90 }).map((zeros) => ({ bytes: new Uint8Array(0), packed: new Uint8Array(zeros) })),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 400 }),
      async (parts, chunkBytes) => {
        const isZeros = parts.map(({ packed }) => packed[0] === 0);
        const lastMember = isZeros.lastIndexOf(false);
        const isWhole = lastMember >= 0 && !isZeros.slice(0, lastMember).includes(true);
        const result = unpacked(Buffer.concat(parts.map(({ packed }) => packed)), chunkBytes);
        if (!isWhole) await expect(result).rejects.toThrow();
        else expect(Buffer.compare(await result, Buffer.concat(parts.map(({ bytes }) => bytes)))).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});

it.each([1 << 16, 1 << 20])(
  'large gzip members are whole in chunks of %i bytes, with zeros behind them',
  async (chunkBytes) => {
    const packed = Buffer.concat([gzipSync(random), gzipSync(random), Buffer.alloc(3_000_000)]);
    expect(Buffer.compare(await unpacked(packed, chunkBytes), Buffer.concat([random, random]))).toBe(0);
  },
);

it('an end before the last chunk destroys the stream that is read', async () => {
  const stream = chunksOf(gzipSync(random), 1 << 16);
  for await (const _ of unpack(stream, 'gzip', 'some.gz')) break;
  expect(stream.destroyed).toBe(true);
});

it.each([1, 3, 4, 600])('zstd is refused with %i zeros behind its frames', async (zeros) => {
  const frame = zstdCompressSync('{"a":1}\n');
  for (const more of [Buffer.alloc(0), frame])
    await expect(unpacked(Buffer.concat([frame, Buffer.alloc(zeros), more]), 7, 'zstd')).rejects.toMatchObject({
      code: expect.stringMatching(/^ZSTD_/),
    });
});
