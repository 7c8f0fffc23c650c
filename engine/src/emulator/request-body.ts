import type { IncomingMessage } from 'node:http';

/** Rejects with one of these when a body cannot be had. */
export class BodyError extends Error {
  readonly reason: 'aborted' | 'too-large';

  constructor(reason: 'aborted' | 'too-large') {
    super(`request body: ${reason}`);
    this.name = 'BodyError';
    this.reason = reason;
  }
}

/** The whole body of a request. Rejects with a BodyError when the client hangs up or sends more than `maxBytes`. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) reject(new BodyError('too-large'));
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    // After 'end' both are no-ops: the promise is settled.
    request.on('error', () => reject(new BodyError('aborted')));
    request.on('close', () => reject(new BodyError('aborted')));
  });
}
