import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdDecompress, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { cutZstdFrames } from './zstd-frames.ts';

const { ZSTD_c_checksumFlag: CHECKSUM, ZSTD_c_contentSizeFlag: CONTENT_SIZE } = constants;
const skippable = Buffer.from([0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 0x28, 0xb5, 0x2f]);
const random = Buffer.from(Array.from({ length: 400_000 }, (_, i) => (Math.imul(i, 2654435761) >>> 15) & 0xff));

/** Frames of all shapes: sizes of 0 to 4 bytes, with checksum and without, raw, repeated and compressed blocks. */
const frames: readonly [text: Buffer, frame: Buffer][] = [
  [Buffer.from('{"a":1}\n'), zstdCompressSync('{"a":1}\n')],
  [Buffer.alloc(0), zstdCompressSync('')],
  [Buffer.alloc(0), skippable],
  [Buffer.alloc(500_000, 'x'), zstdCompressSync(Buffer.alloc(500_000, 'x'))],
  [random, zstdCompressSync(random, { params: { [CHECKSUM]: 1 } })],
  [Buffer.alloc(70_000, 'abc'), zstdCompressSync(Buffer.alloc(70_000, 'abc'), { params: { [CONTENT_SIZE]: 0 } })],
  [Buffer.alloc(300, 'é'), zstdCompressSync(Buffer.alloc(300, 'é'))],
];
const file = Buffer.concat(frames.map(([, frame]) => frame));
const text = Buffer.concat(frames.map(([bytes]) => bytes));

function* chunksOf(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function unpack(bytes: Buffer, chunkBytes: number): Promise<Buffer> {
  const decompress = createZstdDecompress();
  const [unpacked] = await Promise.all([
    buffer(decompress),
    pipeline(Readable.from(chunksOf(bytes, chunkBytes)), cutZstdFrames, decompress),
  ]);
  return unpacked;
}

describe('zstd frames', () => {
  it('are cut at their ends, and nowhere else in one chunk', async () => {
    const cut = await Array.fromAsync(cutZstdFrames(Readable.from([file])));
    expect(cut.map((piece) => piece.length)).toEqual(frames.map(([, frame]) => frame.length));
  });

  it.each([1, 2, 3, 7, 1_000, 1 << 20])('are all unpacked out of chunks of %i bytes', async (chunkBytes) => {
    // One byte at a time is for the small frames: the large ones have nothing that they have not.
    const [packed, plain] = chunkBytes > 3 ? [file, text] : [Buffer.concat(small(1)), Buffer.concat(small(0))];
    expect(Buffer.compare(await unpack(packed, chunkBytes), plain)).toBe(0);
  });

  it.each([
    ['what follows a frame is none', Buffer.concat([frames[0]![1], Buffer.from('{"a":2}\n')])],
    ['the last frame is cut', Buffer.concat([frames[0]![1], frames[3]![1].subarray(0, 9)])],
    ['there is no frame', Buffer.from('{"a":2}\n')],
  ])('are refused by the decompressor where %s', async (_, bytes) => {
    await expect(unpack(bytes, 1 << 20)).rejects.toThrow();
  });
});

function small(part: 0 | 1): Buffer[] {
  return frames.filter(([plain]) => plain.length < 1_000).map((frame) => frame[part]);
}
