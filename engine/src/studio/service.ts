import type { Handlers, Peer } from '../protocol/peer.ts';
import type { StudioMethods } from '../protocol/studio-methods.ts';
import type { Workbench } from './workbench.ts';

/** One part of what a studio answers. Made once a process; heavy modules are imported in its handlers, not before. */
export interface Service {
  readonly handlers: Handlers<StudioMethods>;
  /** Ends what it started: workers, processes, runs. */
  close?(): Promise<void>;
}

/** `studio`: the studio that the service becomes part of, to be asked once it is made. */
export type CreateService = (workbench: Workbench, studio: Peer<StudioMethods>) => Service;
