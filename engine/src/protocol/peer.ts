import { type Frame, isFrame, type RequestFrame } from './frames.ts';
import type { MethodsOf, NoMethods } from './method.ts';
import { ProtocolError, toWireError } from './protocol-error.ts';
import type { Transport } from './transport.ts';

/** What a handler is given beside its parameters. */
export interface HandlerContext<Snapshot> {
  /** Aborted when whoever asked cancels or is gone. The handler then ends soon, with whatever; nobody reads it. */
  readonly signal: AbortSignal;
  /** Shows how things stand. Each snapshot is whole: one that is lost, or comes late, costs nothing. */
  readonly show: (snapshot: Snapshot) => void;
}

/** Answers to the methods; a request whose method has none is refused with E_METHOD. */
export type Handlers<Methods extends MethodsOf<Methods>> = {
  readonly [Name in keyof Methods]?: (
    params: Methods[Name]['params'],
    context: HandlerContext<Methods[Name]['snapshot']>,
  ) => Promise<Methods[Name]['result']> | Methods[Name]['result'];
};

export interface RequestOptions<Snapshot> {
  /** Aborting takes the request back: it rejects with E_CANCELLED. */
  readonly signal?: AbortSignal;
  readonly onSnapshot?: (snapshot: Snapshot) => void;
}

/** One end of a conversation. Both ends are equal: each may ask what the other one answers. */
export interface Peer<Asked extends MethodsOf<Asked>> {
  /** Rejects with a `ProtocolError`; always ends, also if the other end goes away. */
  request<Name extends keyof Asked & string>(
    method: Name,
    params: Asked[Name]['params'],
    options?: RequestOptions<Asked[Name]['snapshot']>,
  ): Promise<Asked[Name]['result']>;
  /** Resolves when the other end is gone or this one was closed. */
  readonly closed: Promise<void>;
  close(): void;
}

type AnyHandler = (params: unknown, context: HandlerContext<unknown>) => unknown;

interface OpenRequest {
  resolve(result: unknown): void;
  reject(error: ProtocolError): void;
  snapshot?(snapshot: unknown): void;
}

/** Begins a conversation over a transport: `handlers` is what this end answers, `Asked` what it may ask. */
export function createPeer<Asked extends MethodsOf<Asked>, Answered extends MethodsOf<Answered> = NoMethods>(
  transport: Transport,
  handlers: Handlers<Answered> = {},
): Peer<Asked> {
  const open = new Map<number, OpenRequest>();
  const running = new Map<number, AbortController>();
  const over = Promise.withResolvers<void>();
  let nextId = 1;
  let isClosed = false;

  transport.listen({
    frame(frame) {
      if (isFrame(frame)) hear(frame);
    },
    closed() {
      isClosed = true;
      for (const { reject } of open.values()) reject(closedError());
      open.clear();
      for (const controller of running.values()) controller.abort();
      running.clear();
      over.resolve();
    },
  });

  function hear(frame: Frame): void {
    switch (frame.type) {
      case 'request':
        void answer(frame);
        return;
      case 'cancel':
        running.get(frame.id)?.abort();
        return;
      case 'snapshot':
        open.get(frame.id)?.snapshot?.(frame.snapshot);
        return;
      case 'result':
        open.get(frame.id)?.resolve(frame.result);
        break;
      case 'error':
        open.get(frame.id)?.reject(new ProtocolError(frame.error));
    }
    open.delete(frame.id);
  }

  async function answer({ id, method, params }: RequestFrame): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    running.set(id, controller);
    try {
      if (!Object.hasOwn(handlers, method)) throw unknownMethod(method);
      const handler = (handlers as Record<string, AnyHandler>)[method]!;
      const show = (snapshot: unknown) => {
        if (running.has(id) && !signal.aborted) transport.send({ type: 'snapshot', id, snapshot });
      };
      const result = await Promise.race([handler(params, { signal, show }), cancelled(signal)]);
      if (signal.aborted) throw cancelledError();
      transport.send({ type: 'result', id, result });
    } catch (thrown) {
      transport.send({ type: 'error', id, error: toWireError(thrown) });
    } finally {
      running.delete(id);
    }
  }

  return {
    closed: over.promise,
    close: () => transport.close(),
    request(method, params, { signal, onSnapshot } = {}) {
      const id = nextId++;
      const { promise, resolve, reject } = Promise.withResolvers<never>();
      if (isClosed) reject(closedError());
      else if (signal?.aborted) reject(cancelledError());
      else {
        const cancel = () => {
          transport.send({ type: 'cancel', id });
          // At once: the other end may be busy. What it still answers is unheard.
          open.delete(id);
          reject(cancelledError());
        };
        const done = () => signal?.removeEventListener('abort', cancel);
        signal?.addEventListener('abort', cancel, { once: true });
        open.set(id, {
          resolve: (result) => resolve(result as never),
          reject,
          snapshot: onSnapshot as OpenRequest['snapshot'],
        });
        promise.then(done, done);
        try {
          transport.send({ type: 'request', id, method, params });
        } catch (thrown) {
          // Params that are no plain data.
          open.delete(id);
          reject(new ProtocolError(toWireError(thrown), thrown));
        }
      }
      return promise;
    },
  };
}

/** A handler that does not heed its signal must not keep the request open. */
function cancelled(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(cancelledError()), { once: true });
  return promise;
}

function cancelledError(): ProtocolError {
  return new ProtocolError({ code: 'E_CANCELLED', message: 'the request was cancelled' });
}

function closedError(): ProtocolError {
  return new ProtocolError({ code: 'E_CLOSED', message: 'the engine is not there any more' });
}

function unknownMethod(method: string): ProtocolError {
  return new ProtocolError({ code: 'E_METHOD', message: `there is no request ${method}` });
}
