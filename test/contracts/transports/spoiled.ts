import type { ErrorFrame, Frame } from '../../../engine/src/protocol/frames.ts';
import type { Transport } from '../../../engine/src/protocol/transport.ts';

type Spoil = (transport: Transport) => Transport;

/** Ways to break a transport, each with the claim that must see it. */
export const spoiled: readonly [what: string, spoil: Spoil, claim: RegExp][] = [
  ['loses a frame in a hundred', outgoing(everyHundredth()), /own answer/],
  ['gives the answer of one request to another', incoming(swapped), /own answer/],
  ['shows a snapshot after the result', late, /in order/],
  ['shows a snapshot twice', doubled, /in order/],
  ['makes doubles of int64', incoming(through(asDouble)), /2\^53/],
  ['takes back its memory', incoming(through(wiped)), /16 MiB/],
  ['makes byte arrays of all arrays', incoming(through(asBytes)), /typed arrays/],
  ['loses cancellations', outgoing((frame) => (frame.type === 'cancel' ? undefined : frame)), /tells its handler/],
  ['forgets hints and places', incoming(bareError), /hint and place/],
  ['is silent about methods that it does not know', outgoing(known), /nobody answers/],
  ['hears no questions', incoming((frame) => (frame.type === 'request' ? undefined : frame)), /both ends ask/],
  [
    'does not say that it is closed',
    (transport) => ({ ...transport, ...listening(transport, { closed() {} }) }),
    /is closed/,
  ],
  [
    'does not say that the other end died',
    (transport) => ({ ...transport, ...listening(transport, { closed() {} }) }),
    /dies/,
  ],
  ['closes its own end only', halfClosed, /end that closed/],
  ['leaves out what cannot cross', outgoing((frame) => JSON.parse(JSON.stringify(frame))), /cannot cross/],
  ['ends at what is no frame', (transport) => ({ ...transport, send: strict(transport) }), /or are none/],
];

function outgoing(change: (frame: Frame) => Frame | undefined): Spoil {
  return (transport) => ({
    ...transport,
    send(frame) {
      const changed = change(frame);
      if (changed) transport.send(changed);
    },
  });
}

function incoming(change: (frame: Frame) => Frame | undefined): Spoil {
  return (transport) => ({
    ...transport,
    listen: (listener) =>
      transport.listen({
        ...listener,
        frame(frame) {
          const changed = change(frame);
          if (changed) listener.frame(changed);
        },
      }),
  });
}

function listening(transport: Transport, changed: { closed(): void }): Pick<Transport, 'listen'> {
  return { listen: (listener) => transport.listen({ ...listener, ...changed }) };
}

function everyHundredth(): (frame: Frame) => Frame | undefined {
  let sent = 0;
  return (frame) => (++sent % 100 === 0 ? undefined : frame);
}

/** Of two requests in a row. */
function swapped(frame: Frame): Frame {
  return frame.type === 'result' ? { ...frame, id: frame.id % 2 === 1 ? frame.id + 1 : frame.id - 1 } : frame;
}

function late(transport: Transport): Transport {
  const held: Frame[] = [];
  return {
    ...transport,
    listen: (listener) =>
      transport.listen({
        ...listener,
        frame(frame) {
          if (frame.type === 'snapshot') held.push(frame);
          else for (const one of [frame, ...held.splice(0)]) listener.frame(one);
        },
      }),
  };
}

function doubled(transport: Transport): Transport {
  return {
    ...transport,
    listen: (listener) =>
      transport.listen({
        ...listener,
        frame(frame) {
          if (frame.type === 'snapshot') listener.frame(frame);
          listener.frame(frame);
        },
      }),
  };
}

/** Changes each value of a result. */
function through(change: (value: unknown) => unknown): (frame: Frame) => Frame {
  const all = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(all);
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return change(value);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, all(item)]));
  };
  return (frame) => (frame.type === 'result' ? { ...frame, result: all(frame.result) } : frame);
}

function asDouble(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

function asBytes(value: unknown): unknown {
  return ArrayBuffer.isView(value) ? new Uint8Array(value.buffer) : value;
}

function wiped(value: unknown): unknown {
  if (value instanceof Uint8Array) queueMicrotask(() => value.fill(0));
  return value;
}

function bareError(frame: Frame): Frame {
  if (frame.type !== 'error') return frame;
  const { code, message } = frame.error;
  return { ...frame, error: { code, message } } satisfies ErrorFrame;
}

function known(frame: Frame): Frame | undefined {
  return frame.type === 'request' && !/^(echo|wait|count)$/.test(frame.method) ? undefined : frame;
}

function halfClosed(transport: Transport): Transport {
  let closed = () => {};
  return {
    send: transport.send,
    listen(listener) {
      closed = listener.closed;
      transport.listen(listener);
    },
    close: () => closed(),
  };
}

function strict(transport: Transport): Transport['send'] {
  return (frame) => (Number.isSafeInteger(frame.id) && 'type' in frame ? transport.send(frame) : transport.close());
}
