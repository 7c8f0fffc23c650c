import type { Encoder } from '../columns/encoder.ts';
import type { Sink } from '../core/sink.ts';
import type { Source } from '../core/source.ts';

/**
 * Components given as objects by a program that uses the library. They cannot cross threads: a run with any of them has one
 * lane, on the caller's thread. An encoder takes the place of every sink's; a sink the place of the one at the same position.
 */
export interface LiveComponents {
  readonly source?: Source;
  readonly encoder?: Encoder;
  readonly sinks?: readonly (Sink | undefined)[];
}

export function isLive(live: LiveComponents): boolean {
  return Object.values(live).some((component) => component !== undefined);
}
