import { s3Error } from './errors.ts';

/*
 * aws-chunked, inside the HTTP body:
 *
 *   <hex length>[;chunk-signature=...]\r\n <bytes> \r\n     any number of times
 *   0[;chunk-signature=...]\r\n
 *   <trailer>: <value>\r\n                                  any number of times
 *   \r\n
 */

/** Longest `<hex>;chunk-signature=<64 or more>` line and longest trailer section; real ones have some 150 bytes. */
const MAX_LINE_BYTES = 4096;
const MAX_TRAILER_BYTES = 16384;

type State = 'size' | 'data' | 'data-end' | 'trailers' | 'done';

/**
 * Decodes an aws-chunked body as it arrives and fills `trailers` (lower-case names) by the time it ends. Throws
 * `IncompleteBody` when the framing is wrong or stops early. Signatures of chunks are not verified.
 */
export async function* decodeChunked(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const lines = new LineCollector();
  let state: State = 'size';
  let pendingBytes = 0;
  let trailerBytes = 0;
  for await (const input of source) {
    let offset = 0;
    while (offset < input.length) {
      if (state === 'done') throw s3Error('IncompleteBody');
      if (state === 'data') {
        const chunk = input.subarray(offset, offset + pendingBytes);
        pendingBytes -= chunk.length;
        offset += chunk.length;
        if (pendingBytes === 0) state = 'data-end';
        yield chunk;
        continue;
      }
      const taken = lines.take(input, offset);
      offset = taken.offset;
      if (taken.line === undefined) continue;
      if (state === 'size') {
        pendingBytes = parseSize(taken.line);
        state = pendingBytes === 0 ? 'trailers' : 'data';
      } else if (state === 'data-end') {
        if (taken.line !== '') throw s3Error('IncompleteBody');
        state = 'size';
      } else {
        trailerBytes += taken.line.length;
        if (trailerBytes > MAX_TRAILER_BYTES) throw s3Error('MalformedTrailerError');
        if (taken.line === '') state = 'done';
        else readTrailer(taken.line, trailers);
      }
    }
  }
  // Some signers leave out the empty line behind the last chunk when there are no trailers.
  if (state !== 'done' && state !== 'trailers') throw s3Error('IncompleteBody');
}

/** Joins a line that arrives in pieces. */
class LineCollector {
  #pending = '';

  /** Reads up to the end of a line; `line` is undefined while it is incomplete. */
  take(input: Buffer, start: number): { line: string | undefined; offset: number } {
    const newline = input.indexOf(0x0a, start);
    const end = newline < 0 ? input.length : newline;
    if (this.#pending.length + end - start > MAX_LINE_BYTES) throw s3Error('IncompleteBody');
    this.#pending += input.toString('latin1', start, end);
    if (newline < 0) return { line: undefined, offset: end };
    const line = this.#pending.endsWith('\r') ? this.#pending.slice(0, -1) : this.#pending;
    this.#pending = '';
    return { line, offset: newline + 1 };
  }
}

function parseSize(line: string): number {
  const digits = /^([0-9a-f]{1,12})(?:;.*)?$/i.exec(line)?.[1];
  if (digits === undefined) throw s3Error('IncompleteBody');
  return Number.parseInt(digits, 16);
}

function readTrailer(line: string, trailers: Map<string, string>): void {
  const colon = line.indexOf(':');
  if (colon <= 0) throw s3Error('MalformedTrailerError');
  trailers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
}
