import { isFrame } from './frames.ts';
import type { Transport, TransportListener } from './transport.ts';

/**
 * What crosses between a parent process and one it forked with `serialization: 'advanced'`: frames of any number of conversations,
 * each a channel that either end opens by using a number first, and closes with a null.
 */
export interface IpcMessage {
  readonly channel: number;
  readonly frame: unknown;
}

/** One end of the pipe: `process` in a child, the child in its parent. */
export interface IpcPort {
  send?(message: IpcMessage): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
}

export interface IpcChannels {
  /** A channel of this end's own. */
  open(): Transport;
}

/** Shares a pipe. `accept` is given the channels that the other end opens. The parent's numbers are odd, the child's even. */
export function ipcChannels(
  port: IpcPort,
  side: 'parent' | 'child',
  accept: (transport: Transport) => void,
): IpcChannels {
  const channels = new Map<number, (message: IpcMessage | undefined) => void>();
  let next = side === 'parent' ? 1 : 2;

  function transportOf(channel: number): Transport {
    let listener: TransportListener | undefined;
    const end = () => {
      if (channels.delete(channel)) listener?.closed();
    };
    channels.set(channel, (message) => {
      if (message === undefined || message.frame === null) end();
      else if (isFrame(message.frame)) listener?.frame(message.frame);
    });
    return {
      send(frame) {
        if (channels.has(channel)) port.send?.({ channel, frame });
      },
      listen(given) {
        listener = given;
      },
      close() {
        if (channels.has(channel)) port.send?.({ channel, frame: null });
        end();
      },
    };
  }

  port.on('message', (message) => {
    if (!isIpcMessage(message)) return;
    const { channel, frame } = message;
    if (!channels.has(channel)) {
      if (frame === null || (channel % 2 === 1) === (side === 'parent')) return;
      accept(transportOf(channel));
    }
    channels.get(channel)?.(message);
  });
  port.on('disconnect', () => {
    for (const end of [...channels.values()]) end(undefined);
  });
  return {
    open() {
      const channel = next;
      next += 2;
      return transportOf(channel);
    },
  };
}

function isIpcMessage(message: unknown): message is IpcMessage {
  return (
    typeof message === 'object' && message !== null && 'channel' in message && Number.isSafeInteger(message.channel)
  );
}
