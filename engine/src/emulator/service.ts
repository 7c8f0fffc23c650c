import type { IncomingMessage, ServerResponse } from 'node:http';

/** Milliseconds since the epoch; tests move it by hand. Timers derived from it are re-armed when it is moved. */
export interface EmulatorClock {
  now(): number;
  /** Runs `callback` once `now() >= atMs`. Returns a function that cancels it. Never keeps the process alive. */
  at(atMs: number, callback: () => void): () => void;
}

/**
 * What a request suffers instead of, before or after its normal treatment.
 * - `error`: answered with this code and status, not executed
 * - `latency`: executed after `ms`
 * - `drop`: connection destroyed, not executed
 * - `lose-answer`: executed, then the connection is destroyed before the answer
 * - `truncate-upload`: connection destroyed after `bytes` of the request body were read, not executed
 * - `expired-token`: answered with ExpiredToken, not executed, if the session token is `until-<epoch ms>` and that time is over
 * - `flip-byte`: executed on a body (request or response, whichever carries the object) with one byte flipped
 */
export type Fault =
  | { kind: 'error'; code: string; status: number; message?: string }
  | { kind: 'latency'; ms: number }
  | { kind: 'drop' }
  | { kind: 'lose-answer' }
  | { kind: 'truncate-upload'; bytes: number }
  | { kind: 'expired-token' }
  | { kind: 'flip-byte' };

/** Asks the fault plan what happens to one call; `resource` is `bucket/key` or the queue name. At most one of each kind. */
export type DecideFaults = (call: { service: 'sqs' | 's3'; action: string; resource: string }) => Fault[];

/** What every emulated service is given. */
export interface ServiceContext {
  clock: EmulatorClock;
  decideFaults: DecideFaults;
  /** Uniform in [0, 1), seeded, so that a run repeats. */
  random(): number;
}

/** One emulated AWS service behind the shared port. Never throws: errors become the service's own error answers. */
export interface Service {
  handle(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void>;
  close(): void;
}
