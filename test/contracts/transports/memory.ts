import { createPeer, type Peer } from '../../../engine/src/protocol/peer.ts';
import { memoryTransports, type Transport } from '../../../engine/src/protocol/transport.ts';
import { type FarMethods, type FarState, farAnswers, type NearMethods } from '../protocol-answers.ts';
import type { TransportSubject } from '../protocol-subject.ts';

/** More than any claim takes over memory. */
const SPOILED_PATIENCE_MS = 300;

/** Begins the far end of a conversation here. */
export function answerOver(transport: Transport, state: FarState): Peer<NearMethods> {
  const peer: Peer<NearMethods> = createPeer<NearMethods, FarMethods>(
    transport,
    farAnswers(state, () => peer),
  );
  return peer;
}

/** Both ends in this thread; `spoil` breaks the near one, to see what the contract sees. */
export function memory(name: string, spoil: (transport: Transport) => Transport = same): TransportSubject {
  return {
    name,
    patienceMs: spoil === same ? undefined : SPOILED_PATIENCE_MS,
    async open() {
      const state: FarState = { cancelled: 0 };
      const far: Peer<NearMethods>[] = [];
      const kill = async () => {
        for (const peer of far) peer.close();
      };
      return {
        async connect() {
          const [near, other] = memoryTransports();
          far.push(answerOver(other, state));
          return spoil(near);
        },
        kill,
        [Symbol.asyncDispose]: kill,
      };
    },
  };
}

function same(transport: Transport): Transport {
  return transport;
}
