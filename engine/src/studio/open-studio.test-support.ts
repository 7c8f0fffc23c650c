import { createPeer, type Peer } from '../protocol/peer.ts';
import type { StudioMethods } from '../protocol/studio-methods.ts';
import { memoryTransports } from '../protocol/transport.ts';
import { createStudio } from './studio.ts';

export interface OpenStudio extends AsyncDisposable {
  readonly peer: Peer<StudioMethods>;
}

/** A studio over folders, and a page that talks to it. */
export async function openStudio(roots: readonly string[], trusted = true): Promise<OpenStudio> {
  const [page, engine] = memoryTransports();
  const studio = createStudio();
  studio.connect(engine);
  const peer = createPeer<StudioMethods>(page);
  await peer.request('workspace.open', { roots, trusted });
  return {
    peer,
    async [Symbol.asyncDispose]() {
      peer.close();
      await studio.close();
    },
  };
}
