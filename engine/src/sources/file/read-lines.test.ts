import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BufferPool } from '../../core/buffer-pool.ts';
import { PIECE_BYTES } from '../lines/cut-lines.ts';
import { readLines } from './read-lines.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-lines-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function piecesOf(text: string): Promise<{ offset: number; bytes: Uint8Array }[]> {
  await writeFile(join(folder, 'text'), text);
  await using file = await open(join(folder, 'text'));
  return await Array.fromAsync(readLines(file, new BufferPool()));
}

/** Lines whose lengths have nothing to do with that of a piece. */
const lines = Array.from({ length: 30_000 }, (_, i) => `${i} ${'å'.repeat(i % 97)}\n`).join('');
const tooLongForOne = `${'x'.repeat(PIECE_BYTES * 2.5)}\n`;

describe('lines of a file', () => {
  it.each([
    ['ends with its last line', lines],
    ['ends in the middle of a line', `${lines}cut`],
    ['has nothing but newlines', '\n'.repeat(10)],
    ['begins with a line longer than pieces are', tooLongForOne + lines],
    ['ends with a line longer than pieces are', lines + tooLongForOne + tooLongForOne.trim()],
    ['ends where a piece does', `${'x'.repeat(99)}\n`.repeat(PIECE_BYTES / 4).slice(0, PIECE_BYTES * 2)],
  ])('are all handed out whole, in order, where it %s', async (_, text) => {
    const pieces = await piecesOf(text);
    expect(Buffer.concat(pieces.map(({ bytes }) => bytes)).equals(Buffer.from(text))).toBe(true);
    let offset = 0;
    for (const piece of pieces) {
      expect(piece.offset).toBe(offset);
      offset += piece.bytes.length;
    }
    for (const { bytes } of pieces.slice(0, -1)) expect(bytes.at(-1)).toBe(0x0a);
  });

  it('are none in an empty file', async () => {
    expect(await piecesOf('')).toEqual([]);
  });

  it('come in pieces of about a size', async () => {
    const sizes = (await piecesOf(lines.repeat(3))).map(({ bytes }) => bytes.length);
    expect(sizes.length).toBeGreaterThan(5);
    expect(Math.max(...sizes)).toBeLessThan(PIECE_BYTES * 1.01);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(PIECE_BYTES * 0.99);
  });
});
