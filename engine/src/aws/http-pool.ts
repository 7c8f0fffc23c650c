import type { Dispatcher } from 'undici';
import { freeBuffer } from '../core/free-buffer.ts';
import { CONNECT_TIMEOUT_MS, MAX_CONNECTIONS, type Network } from './network.ts';

/** The longest call is a long poll of 20 s. */
const ANSWER_TIMEOUT_MS = 35_000;
/** Between two pieces of an answer that has begun. A stop waits for such an answer, so it is short. */
const BODY_TIMEOUT_MS = 10_000;
/** Shorter than servers, proxies and NAT gateways keep an idle connection, so that no request meets one that is just being closed. */
const IDLE_MS = 15_000;

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Connections to one origin, kept open between requests. */
export interface HttpPool {
  /** Rejects with the error of the socket, of a time-out, or with an AbortError. See `HttpRequest.signal`. */
  post(request: HttpRequest): Promise<HttpAnswer>;
  /** Cuts off what is under way. */
  close(): void;
}

export interface HttpRequest {
  /** With a slash in front. */
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  /** Cuts the request off unless its answer has begun: what was handed out is taken, since nobody else gets it for some time. */
  readonly signal?: AbortSignal;
}

/** Opens no connection before the first request. `origin`: `https://sqs.eu-west-1.amazonaws.com`. Loads undici. */
export async function openHttpPool(origin: string, network: Network = {}): Promise<HttpPool> {
  const dispatcher = await openDispatcher(origin, network);
  return {
    post: ({ path, headers, body, signal }) =>
      new Promise((resolve, reject) => {
        const exchange = new Exchange(resolve, reject, signal);
        if (!signal?.aborted) dispatcher.dispatch({ origin, method: 'POST', path, headers, body }, exchange);
      }),
    close() {
      dispatcher.destroy().catch(() => {}); // whoever waits for an answer is told
    },
  };
}

/** A request and its answer, as undici reports them. undici's `request()` would make a stream of each answer first. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: HttpAnswer) => void;
  readonly #reject: (error: Error) => void;
  readonly #signal?: AbortSignal;
  #controller?: Dispatcher.DispatchController;
  #status = 0;
  #headers: HttpAnswer['headers'] = {};
  readonly #chunks: Buffer[] = [];

  constructor(resolve: (answer: HttpAnswer) => void, reject: (error: Error) => void, signal?: AbortSignal) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#signal = signal;
    if (signal?.aborted) this.#cutOff();
    else signal?.addEventListener('abort', this.#cutOff, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal?.aborted) this.#cutOff(); // while it waited for a connection
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: HttpAnswer['headers']): void {
    if (status < 200) return; // the answer proper is still to come
    this.#signal?.removeEventListener('abort', this.#cutOff);
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const bytes = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    this.#resolve({ status: this.#status, headers: this.#headers, text: bytes.toString() });
    // Later, for undici still looks at what it read; 64 KiB a read would else wait for a collection.
    setImmediate(() => [...this.#chunks, bytes].forEach(freeBuffer));
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#signal?.removeEventListener('abort', this.#cutOff);
    this.#reject(error);
  }

  readonly #cutOff = (): void => {
    const error = new DOMException('The request was cut off.', 'AbortError');
    this.#reject(error);
    this.#controller?.abort(error);
  };
}

async function openDispatcher(origin: string, { proxy, ca }: Network): Promise<Dispatcher> {
  const { EnvHttpProxyAgent, Pool } = await import('undici');
  const options = {
    connections: MAX_CONNECTIONS,
    allowH2: false, // SQS speaks HTTP/1.1; asking would hold up the pool until the first connection is there
    connect: { timeout: CONNECT_TIMEOUT_MS, ...(ca !== undefined && { ca }) },
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: BODY_TIMEOUT_MS,
    keepAliveTimeout: IDLE_MS,
  };
  if (proxy === undefined) return new Pool(origin, options);
  return new EnvHttpProxyAgent({ ...options, ...proxy, requestTls: ca === undefined ? undefined : { ca } });
}
