import type { FileHandle } from 'node:fs/promises';
import type { BufferPool } from '../../core/buffer-pool.ts';
import { MAX_LINE_BYTES, NEWLINE, PIECE_BYTES, type Piece, tooLong } from '../lines/cut-lines.ts';

/** Bytes from the start of a line, and whether the file ends behind them. */
interface Read {
  readonly bytes: Buffer;
  readonly isEnd: boolean;
}

/**
 * As `cutLines` over the rest of a file that is not compressed, without its copy: bytes are read to where they are handed out, behind
 * what is left of the line before. The next piece is on its way while whoever has one works on it. The memory comes from `pool`,
 * which a piece may be given to when it is done with.
 */
export async function* readLines(file: FileHandle, pool: BufferPool): AsyncGenerator<Piece> {
  let offset = 0;
  let next: Promise<Read> | undefined = readBehind(file, pool, Buffer.alloc(0));
  try {
    while (next !== undefined) {
      const { bytes, isEnd }: Read = await next;
      const end: number = isEnd ? bytes.byteLength : bytes.lastIndexOf(NEWLINE) + 1;
      next = isEnd ? undefined : readBehind(file, pool, bytes.subarray(end), offset + end);
      if (end > 0) yield { offset, bytes: bytes.subarray(0, end) };
      else pool.give(bytes);
      offset += end;
    }
  } finally {
    // Nobody will have it, but the system may still be writing to it.
    next?.then(({ bytes }) => pool.give(bytes)).catch(() => {});
  }
}

/** Reads a piece, and of a long line as much again as there is, so that it is not copied over and over. */
function readBehind(file: FileHandle, pool: BufferPool, line: Buffer, offset = 0): Promise<Read> {
  const read = async (): Promise<Read> => {
    if (line.byteLength > MAX_LINE_BYTES) throw tooLong(offset);
    const taken = pool.take(Math.max(PIECE_BYTES, 2 * line.byteLength));
    const buffer = Buffer.from(taken.buffer, taken.byteOffset, taken.byteLength);
    buffer.set(line);
    try {
      for (let size = line.byteLength; size < buffer.byteLength; ) {
        const { bytesRead } = await file.read(buffer, size, buffer.byteLength - size, null);
        if (bytesRead === 0) return { bytes: buffer.subarray(0, size), isEnd: true };
        size += bytesRead;
      }
    } catch (thrown) {
      pool.give(taken);
      throw thrown;
    }
    return { bytes: buffer, isEnd: false };
  };
  const reading = read();
  reading.catch(() => {}); // nobody waits for it where pieces are no longer wanted; who does sees it all the same
  return reading;
}
