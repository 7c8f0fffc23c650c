import { finished, type Readable } from 'node:stream';

/** What is read before it is asked for, at most, and one chunk more. */
export const AHEAD_BYTES = 1 << 20;

/**
 * The chunks of a stream as it makes them, read ahead: while whoever takes them computes, the stream's own threads (files, zlib)
 * go on. Chunks that came before an error are handed out before it is thrown. Ending early destroys the stream.
 */
export async function* readAhead(stream: Readable, aheadBytes = AHEAD_BYTES): AsyncGenerator<Buffer> {
  const waiting: Buffer[] = [];
  let waitingBytes = 0;
  let outcome: { readonly error?: Error | null | undefined } | undefined;
  let changed = Promise.withResolvers<void>();
  stream.on('data', (chunk: Buffer) => {
    waiting.push(chunk);
    waitingBytes += chunk.byteLength;
    if (waitingBytes >= aheadBytes) stream.pause();
    changed.resolve();
  });
  finished(stream, { writable: false }, (error) => {
    outcome = { error };
    changed.resolve();
  });
  try {
    while (true) {
      const chunk = waiting.shift();
      if (chunk !== undefined) {
        waitingBytes -= chunk.byteLength;
        if (waitingBytes < aheadBytes) stream.resume();
        yield chunk;
      } else if (outcome !== undefined) {
        if (outcome.error) throw outcome.error;
        return;
      } else {
        await changed.promise;
        changed = Promise.withResolvers();
      }
    }
  } finally {
    stream.destroy();
  }
}
