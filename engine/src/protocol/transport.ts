import type { Frame } from './frames.ts';

/** Carries frames both ways, in order, each once. IPC, WebSocket and a webview's `postMessage` are transports. */
export interface Transport {
  /** Silently does nothing once closed. */
  send(frame: Frame): void;
  /** Called once by the peer, before anything is sent. */
  listen(listener: TransportListener): void;
  /** Ends both ends; what was sent before arrives. */
  close(): void;
}

export interface TransportListener {
  frame(frame: Frame): void;
  /** The other end is gone, or this one was closed. Called once. */
  closed(): void;
}

/** Two ends of one transport in one thread, for tests and for a host and a page in one process. Frames are cloned. */
export function memoryTransports(): [Transport, Transport] {
  const listeners: (TransportListener | undefined)[] = [undefined, undefined];
  let isClosed = false;
  const later = (act: () => void) => queueMicrotask(act);
  const close = () => {
    if (isClosed) return;
    isClosed = true;
    for (const end of [0, 1]) later(() => listeners[end]?.closed());
  };
  const end = (own: 0 | 1): Transport => ({
    send(frame) {
      if (isClosed) return;
      const cloned = structuredClone(frame);
      later(() => listeners[1 - own]?.frame(cloned));
    },
    listen(listener) {
      listeners[own] = listener;
    },
    close,
  });
  return [end(0), end(1)];
}
