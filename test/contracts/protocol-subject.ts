import type { Transport } from '../../engine/src/protocol/transport.ts';
import type { Named } from './claim.ts';

/** A far end that answers `FarMethods`, and ways to it. */
export interface ConversationWorld extends AsyncDisposable {
  /** The near end of a new conversation. */
  connect(): Promise<Transport>;
  /** Ends the far end of all conversations, as a process that dies does. */
  kill(): Promise<void>;
  /** Sends what is no frame past the transport of the last conversation, in the way of the wire. */
  garble?(): Promise<void>;
}

/** A transport as the contract sees it. */
export interface TransportSubject extends Named {
  /** Why bigints and numbers that JSON does not know do not cross. No request has any; the other ways carry them all the same. */
  readonly onlyJson?: string;
  /** How long a claim waits for what has to come. Default: 10 s. */
  readonly patienceMs?: number;
  open(): Promise<ConversationWorld>;
}
