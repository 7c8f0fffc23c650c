import { type Frame, isFrame } from '../../../engine/src/protocol/frames.ts';
import type { Transport, TransportListener } from '../../../engine/src/protocol/transport.ts';
import { Conversation, type LeftWork, type PageRequest } from './conversation.ts';

/** What crosses between a page and its shell: frames for the engine, or for the shell; null: that conversation is over. */
export interface Posted {
  readonly to: 'engine' | 'shell';
  readonly frame: unknown;
}

export interface PageRelayPorts {
  readonly post: (message: Posted) => void;
  /** A new conversation with the engine; undefined while there is none. */
  readonly openEngine: () => Transport | undefined;
  /** What a request of the page showed or gave, after it was sent on; also of one that outlives its page. */
  readonly observe?: (method: string, params: unknown, value: unknown) => void;
  /** The page went away over something that goes on without it. */
  readonly left?: (work: LeftWork) => void;
}

/** Between one webview and the rest: frames for the engine are passed on as they are, those for the shell are its own. */
export class PageRelay {
  readonly #ports: PageRelayPorts;
  #engine: Conversation | undefined;
  #shell: TransportListener | undefined;

  constructor(ports: PageRelayPorts) {
    this.#ports = ports;
  }

  /** The shell's end of the conversation with the page. */
  readonly shell: Transport = {
    send: (frame) => this.#ports.post({ to: 'shell', frame }),
    listen: (listener) => {
      this.#shell = listener;
    },
    close: () => this.close(),
  };

  /** Whether the page waits for something that changes more than what it shows. */
  get isAtWork(): boolean {
    return this.#engine?.isAtWork === true;
  }

  /** Something came from the webview. */
  receive(message: unknown): void {
    if (!isPosted(message)) return;
    if (message.to === 'shell') {
      if (isFrame(message.frame)) this.#shell?.frame(message.frame);
    } else if (message.frame === null) this.forgetEngine();
    else if (isFrame(message.frame)) this.#toEngine(message.frame);
  }

  /** Has the page ask everything again, as after the end of an engine. */
  reconnect(): void {
    this.forgetEngine();
    this.#ports.post({ to: 'engine', frame: null });
  }

  /** The page is gone or begins anew: nobody waits for what it asked, and what only it would have seen is taken back. */
  forgetEngine(): void {
    const engine = this.#engine;
    this.#engine = undefined;
    for (const work of engine?.leave() ?? []) this.#ports.left?.(work);
  }

  close(): void {
    this.forgetEngine();
    const shell = this.#shell;
    this.#shell = undefined;
    shell?.closed();
  }

  #toEngine(frame: Frame): void {
    const engine = this.#engine ?? this.#connect();
    if (engine === undefined) this.#ports.post({ to: 'engine', frame: null });
    else engine.send(frame);
  }

  #connect(): Conversation | undefined {
    const transport = this.#ports.openEngine();
    if (transport === undefined) return undefined;
    const engine: Conversation = new Conversation(transport, {
      frame: (frame) => this.#engine === engine && this.#ports.post({ to: 'engine', frame }),
      shown: ({ method, params }: PageRequest, value) => this.#ports.observe?.(method, params, value),
      closed: () => {
        if (this.#engine !== engine) return;
        this.#engine = undefined;
        this.#ports.post({ to: 'engine', frame: null });
      },
    });
    this.#engine = engine;
    return engine;
  }
}

function isPosted(message: unknown): message is Posted {
  return typeof message === 'object' && message !== null && 'to' in message && 'frame' in message;
}
