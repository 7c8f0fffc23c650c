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

/** Cuts a stream of bytes into pieces of whole lines, about `PIECE_BYTES` each; the last line may lack its newline. */
export async function* cutLines(chunks: AsyncIterable<Uint8Array>, pieceBytes = PIECE_BYTES): AsyncGenerator<Piece> {
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let offset = 0;
  const take = (): Piece => {
    const piece = { offset, bytes: Buffer.concat(waiting, waitingBytes) };
    offset += waitingBytes;
    waiting = [];
    waitingBytes = 0;
    return piece;
  };
  for await (const chunk of chunks) {
    const end = waitingBytes + chunk.byteLength < pieceBytes ? 0 : chunk.lastIndexOf(NEWLINE) + 1;
    const rest = chunk.subarray(end);
    if (end > 0) {
      waiting.push(chunk.subarray(0, end));
      waitingBytes += end;
      yield take();
    }
    waiting.push(rest);
    waitingBytes += rest.byteLength;
    if (waitingBytes > MAX_LINE_BYTES) throw tooLong(offset);
  }
  if (waitingBytes > 0) yield take();
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
