import type { Frame } from '../../../engine/src/protocol/frames.ts';
import type { Transport } from '../../../engine/src/protocol/transport.ts';

/** A value that a request of a page showed, or gave in the end. */
export type Observe = (method: string, value: unknown) => void;

/** The same transport, whose answers somebody else sees, too: the editor marks what a preview beside it found, without a second run. */
export function observedTransport(transport: Transport, observe: Observe): Transport {
  const methods = new Map<number, string>();
  const see = (frame: Frame) => {
    const method = methods.get(frame.id);
    if (method === undefined) return;
    if (frame.type === 'snapshot') observe(method, frame.snapshot);
    if (frame.type === 'result') observe(method, frame.result);
    if (frame.type === 'result' || frame.type === 'error') methods.delete(frame.id);
  };
  return {
    send(frame) {
      if (frame.type === 'request') methods.set(frame.id, frame.method);
      transport.send(frame);
    },
    listen: (listener) =>
      transport.listen({
        ...listener,
        frame(frame) {
          listener.frame(frame);
          see(frame);
        },
      }),
    close: () => transport.close(),
  };
}
