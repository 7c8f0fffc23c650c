import { decodeFrame, encodeFrame } from './frame-codec.ts';
import type { Transport, TransportListener } from './transport.ts';

/** What a transport needs of a WebSocket: the browser's own is one, and so is that of `ws`. */
export interface Socket {
  binaryType: string;
  /** 0 until it is open, 1 while it is. */
  readonly readyState: number;
  send(message: Uint8Array<ArrayBuffer>): void;
  close(): void;
  addEventListener(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(event: 'open' | 'close', listener: () => void): void;
}

const CONNECTING = 0;
const OPEN = 1;

/**
 * One conversation over a WebSocket, a binary message for each frame; what is sent before it is open waits for that. What is no frame
 * is left unheard.
 */
export function socketTransport(socket: Socket): Transport {
  let listener: TransportListener | undefined;
  let isClosed = false;
  const waiting: Uint8Array<ArrayBuffer>[] = [];
  const end = () => {
    if (isClosed) return;
    isClosed = true;
    listener?.closed();
  };
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('message', ({ data }) => {
    const frame = data instanceof ArrayBuffer && !isClosed ? decodeFrame(new Uint8Array(data)) : undefined;
    if (frame) listener?.frame(frame);
  });
  socket.addEventListener('open', () => {
    for (const message of waiting.splice(0)) socket.send(message);
  });
  socket.addEventListener('close', end);
  return {
    send(frame) {
      if (isClosed) return;
      if (socket.readyState === OPEN) socket.send(encodeFrame(frame));
      else if (socket.readyState === CONNECTING) waiting.push(encodeFrame(frame));
    },
    listen(given) {
      listener = given;
    },
    close() {
      socket.close();
      end();
    },
  };
}
