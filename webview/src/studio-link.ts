import { type ReadonlySignal, signal } from '@preact/signals';
import { createPeer, type Peer } from '../../engine/src/protocol/peer.ts';
import { ProtocolError } from '../../engine/src/protocol/protocol-error.ts';
import type { StudioMethods } from '../../engine/src/protocol/studio-methods.ts';
import type { Transport } from '../../engine/src/protocol/transport.ts';

/** How long to wait before each try to reach an engine that is gone; the last is repeated. */
const retryDelaysMs = [100, 250, 500, 1000, 2000] as const;

/** The engine as a page sees it: gone at times, and back with nothing of what it was asked. */
export interface StudioLink {
  /** Replaced once another engine answers. */
  readonly peer: ReadonlySignal<Peer<StudioMethods>>;
  readonly isGone: ReadonlySignal<boolean>;
  /** Ends it for good. */
  close(): void;
}

/** Keeps a page talking to an engine. `connect` begins a new conversation; whether somebody is there shows by an answer. */
export function linkStudio(connect: () => Transport, wait: (ms: number) => Promise<void> = delay): StudioLink {
  const peer = signal(createPeer<StudioMethods>(connect()));
  const isGone = signal(false);
  let isOver = false;

  async function attend(): Promise<void> {
    while (!isOver) {
      await peer.value.closed;
      if (isOver) return;
      isGone.value = true;
      const found = await reach();
      if (found === undefined) return;
      peer.value = found;
      isGone.value = false;
    }
  }

  async function reach(): Promise<Peer<StudioMethods> | undefined> {
    for (let tries = 0; !isOver; tries++) {
      await wait(retryDelaysMs[Math.min(tries, retryDelaysMs.length - 1)]!);
      const next = createPeer<StudioMethods>(connect());
      if (await answers(next)) return next;
    }
    return undefined;
  }

  void attend();
  return {
    peer,
    isGone,
    close() {
      isOver = true;
      peer.value.close();
    },
  };
}

/** A refusal is an answer, too. */
async function answers(peer: Peer<StudioMethods>): Promise<boolean> {
  try {
    await peer.request('run.list', {});
    return true;
  } catch (error) {
    return !(error instanceof ProtocolError && error.code === 'E_CLOSED');
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
