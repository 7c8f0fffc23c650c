import { isFrame } from '../../engine/src/protocol/frames.ts';
import type { Transport, TransportListener } from '../../engine/src/protocol/transport.ts';

/** Whom a frame of a webview is for, or from. */
export type PostedTo = 'engine' | 'shell';

/**
 * What crosses between a VS Code webview and its extension. A null instead of a frame: the engine is gone, or the page is done with
 * it. The next frame to the engine begins a new conversation with whichever engine is there then.
 */
export interface Posted {
  readonly to: PostedTo;
  readonly frame: unknown;
}

/** `acquireVsCodeApi()` and `window`, as far as they carry messages. */
export interface MessagePorts {
  post(message: Posted): void;
  /** Calls the listener with the data of each message. Returns how to stop. */
  onMessage(listener: (data: unknown) => void): () => void;
}

/** A conversation over the messages of a webview. */
export function postedTransport(ports: MessagePorts, to: PostedTo): Transport {
  let listener: TransportListener | undefined;
  let isClosed = false;
  const end = () => {
    if (isClosed) return;
    isClosed = true;
    stop();
    listener?.closed();
  };
  const stop = ports.onMessage((data) => {
    if (!isPosted(data) || data.to !== to) return;
    if (data.frame === null) end();
    else if (isFrame(data.frame)) listener?.frame(data.frame);
  });
  return {
    send(frame) {
      if (!isClosed) ports.post({ to, frame });
    },
    listen(given) {
      listener = given;
    },
    close() {
      if (!isClosed) ports.post({ to, frame: null });
      end();
    },
  };
}

function isPosted(data: unknown): data is Posted {
  return typeof data === 'object' && data !== null && 'to' in data && 'frame' in data;
}
