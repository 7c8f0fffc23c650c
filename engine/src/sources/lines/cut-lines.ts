import { BufferPool } from '../../core/buffer-pool.ts';
import { ParquetryError } from '../../core/errors.ts';
import { formatBytes } from '../../core/units.ts';

export const NEWLINE = 0x0a;
/** Size at which a piece is cut off at the next newline. */
export const PIECE_BYTES = 1 << 20;
/** A line longer than this is taken for a file that is not made of lines. */
export const MAX_LINE_BYTES = 256 << 20;

/** Whole lines, newline included, and where they start in the stream. */
export interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface CutOptions {
  /** Where pieces lie; each may be given back to it when it is done with. Default: a pool of its own. */
  readonly pool?: BufferPool;
  readonly pieceBytes?: number;
}

/**
 * Cuts a stream of bytes into pieces of whole lines: of all lines that fit `pieceBytes` (default `PIECE_BYTES`), or of one longer
 * line and what came with it; the last line may lack its newline. Where it cuts does not depend on the chunks. Pieces are copies:
 * a chunk is not looked at again once the next was asked for. Throws E_RECORD for a line beyond `MAX_LINE_BYTES`.
 */
export async function* cutLines(
  chunks: AsyncIterable<Uint8Array>,
  { pool = new BufferPool(), pieceBytes = PIECE_BYTES }: CutOptions = {},
): AsyncGenerator<Piece> {
  let [length, offset] = [0, 0];
  let buffer: Uint8Array | undefined = pool.take(pieceBytes);
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.byteLength; ) {
        const part = chunk.subarray(at, at + buffer.byteLength - length);
        buffer.set(part, length);
        at += part.byteLength;
        length += part.byteLength;
        if (length < buffer.byteLength) continue;
        const full: Uint8Array = buffer;
        const end = full.lastIndexOf(NEWLINE) + 1;
        length -= end;
        buffer = roomBehind(full.subarray(end), { pool, pieceBytes, offset: offset + end });
        if (end > 0) yield { offset, bytes: full.subarray(0, end) };
        else pool.give(full);
        offset += end;
      }
    }
    if (length === 0) return;
    const rest = buffer.subarray(0, length);
    buffer = undefined;
    yield { offset, bytes: rest };
  } finally {
    if (buffer !== undefined) pool.give(buffer);
  }
}

/** A buffer that begins with the part of a line that is there, and has room for as much again: it is not copied over and over. */
function roomBehind(line: Uint8Array, { pool, pieceBytes, offset }: Required<CutOptions> & { offset: number }) {
  if (line.byteLength > MAX_LINE_BYTES) throw tooLong(offset);
  const buffer = pool.take(Math.max(pieceBytes, Math.min(2 * line.byteLength, MAX_LINE_BYTES + 1)));
  buffer.set(line);
  return buffer;
}

/** The error for a line that starts at a byte of the stream and does not end. */
export function tooLong(offset: number): ParquetryError {
  return new ParquetryError(
    'E_RECORD',
    `a line must have at most ${formatBytes(MAX_LINE_BYTES)}, got more at byte ${offset}`,
    {
      hint: 'The input must be NDJSON: one JSON value on each line.',
    },
  );
}
