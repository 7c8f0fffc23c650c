import type { IncomingMessage } from 'node:http';
import { hasExpiredToken } from '../expired-token.ts';
import type { EmulatorClock, Fault } from '../service.ts';
import type { Exchange } from './answer.ts';
import { defaultMessage, S3Error } from './errors.ts';

/** Faults by kind: there is at most one of each. */
export type FaultSet = { [Kind in Fault['kind']]?: Extract<Fault, { kind: Kind }> };

/** Sorts the faults of one call by kind. */
export function faultSet(faults: readonly Fault[]): FaultSet {
  return Object.fromEntries(faults.map((fault) => [fault.kind, fault])) as FaultSet;
}

/**
 * Lets a request suffer what comes before its execution. False: the connection is gone and there is nothing to do.
 * Throws the error to answer with.
 */
export async function sufferBefore(faults: FaultSet, exchange: Exchange, clock: EmulatorClock): Promise<boolean> {
  const { request } = exchange;
  if (faults.latency) await delay(clock, faults.latency.ms, request);
  if (faults.drop) request.socket.destroy();
  else if (faults['truncate-upload']) await readThenDestroy(request, faults['truncate-upload'].bytes);
  if (request.socket.destroyed) return false;
  if (faults['expired-token'] && hasExpiredToken(request.headers, clock.now())) {
    throw new S3Error('ExpiredToken', 400, { message: 'The provided token has expired.' });
  }
  if (faults.error) {
    const { code, status, message } = faults.error;
    throw new S3Error(code, status, { message: message ?? defaultMessage(code) });
  }
  return true;
}

/** Resolves by the emulator's clock, or at once when the client has gone. */
function delay(clock: EmulatorClock, ms: number, request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    // The socket outlives the request, and must not gather listeners.
    const cancel = clock.at(clock.now() + ms, () => {
      request.socket.off('close', gone);
      resolve();
    });
    const gone = () => {
      cancel();
      resolve();
    };
    request.socket.once('close', gone);
  });
}

/** Takes part of an upload, then cuts the line in the middle of it. */
async function readThenDestroy(request: IncomingMessage, bytes: number): Promise<void> {
  let seen = 0;
  if (bytes > 0) {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      seen += chunk.length;
      if (seen >= bytes) break;
    }
  }
  request.socket.destroy();
}
