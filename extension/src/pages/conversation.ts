import type { Frame } from '../../../engine/src/protocol/frames.ts';
import { ProtocolError } from '../../../engine/src/protocol/protocol-error.ts';
import type { Transport } from '../../../engine/src/protocol/transport.ts';
import { isLasting, type LastingMethod } from './lasting-work.ts';

/** What a page asked of the engine and has no answer to yet. */
export interface PageRequest {
  readonly method: string;
  readonly params: unknown;
}

/** A request that goes on though its page is gone. */
export interface LeftWork {
  readonly method: LastingMethod;
  readonly params: unknown;
  /** Rejects with a `ProtocolError`: also if it is cancelled, or the engine goes away. */
  readonly result: Promise<unknown>;
  /** From now on. */
  onSnapshot(listener: (snapshot: unknown) => void): void;
  cancel(): void;
}

export interface ConversationPorts {
  /** Something for the page, as long as there is one. */
  readonly frame: (frame: Frame) => void;
  /** What a request showed, or gave. */
  readonly shown: (request: PageRequest, value: unknown) => void;
  /** The engine went away. */
  readonly closed: () => void;
}

interface Work extends PromiseWithResolvers<unknown> {
  snapshot?: (snapshot: unknown) => void;
}

/** One page's requests to one engine. A page that leaves takes back what only looks; what changes something goes on to its end. */
export class Conversation {
  readonly #transport: Transport;
  readonly #ports: ConversationPorts;
  readonly #open = new Map<number, PageRequest>();
  /** Set once the page has left: what of its requests goes on. */
  #left: Map<number, Work> | undefined;

  constructor(transport: Transport, ports: ConversationPorts) {
    this.#transport = transport;
    this.#ports = ports;
    transport.listen({ frame: (frame) => this.#hear(frame), closed: () => this.#closed() });
  }

  get isAtWork(): boolean {
    return [...this.#open.values()].some(({ method }) => isLasting(method));
  }

  send(frame: Frame): void {
    if (frame.type === 'request') this.#open.set(frame.id, { method: frame.method, params: frame.params });
    this.#transport.send(frame);
  }

  /** Nobody hears answers any more. What goes on without the page is handed over; with the last of it, the conversation ends. */
  leave(): LeftWork[] {
    const left = new Map<number, Work>();
    this.#left = left;
    const works: LeftWork[] = [];
    for (const [id, { method, params }] of this.#open) {
      if (isLasting(method)) {
        const work: Work = Promise.withResolvers<unknown>();
        left.set(id, work);
        works.push(this.#workOf(id, { method, params }, work));
      } else {
        this.#open.delete(id);
        this.#transport.send({ type: 'cancel', id });
      }
    }
    if (left.size === 0) this.#transport.close();
    return works;
  }

  #workOf(id: number, what: Pick<LeftWork, 'method' | 'params'>, work: Work): LeftWork {
    work.promise.catch(() => undefined); // whoever is told of it may not wait for it
    return {
      ...what,
      result: work.promise,
      onSnapshot: (listener) => {
        work.snapshot = listener;
      },
      cancel: () => this.#transport.send({ type: 'cancel', id }),
    };
  }

  #hear(frame: Frame): void {
    if (this.#left === undefined) this.#ports.frame(frame);
    const request = this.#open.get(frame.id);
    if (request === undefined) return;
    if (frame.type === 'snapshot') this.#ports.shown(request, frame.snapshot);
    if (frame.type === 'result') this.#ports.shown(request, frame.result);
    if (frame.type !== 'snapshot') this.#open.delete(frame.id);
    this.#tell(frame);
  }

  #tell(frame: Frame): void {
    const work = this.#left?.get(frame.id);
    if (frame.type === 'snapshot') work?.snapshot?.(frame.snapshot);
    if (frame.type === 'result') work?.resolve(frame.result);
    if (frame.type === 'error') work?.reject(new ProtocolError(frame.error));
    if (this.#left && this.#open.size === 0) this.#transport.close();
  }

  #closed(): void {
    this.#open.clear();
    const error = { code: 'E_CLOSED', message: 'the engine is not there any more' };
    for (const { reject } of this.#left?.values() ?? []) reject(new ProtocolError(error));
    this.#ports.closed();
  }
}
