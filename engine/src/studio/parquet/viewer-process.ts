import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ParquetryError } from '../../core/errors.ts';
import { type IpcPort, ipcChannels } from '../../protocol/ipc-transport.ts';
import { createPeer, type HandlerContext, type Peer } from '../../protocol/peer.ts';
import { ProtocolError } from '../../protocol/protocol-error.ts';
import type { ViewerMethods } from './viewer-methods.ts';

/** Row numbers, keys and texts of results; pages are beside the heap. */
const HEAP_MB = 512;
/** After so long without a request the process ends; the next one starts another. */
const IDLE_MS = 120_000;
/** No page takes so long to decode: a process that does not answer meanwhile never will. */
const HUNG_MS = 60_000;
const PULSE_MS = 5_000;

interface Running {
  readonly child: ChildProcess;
  readonly peer: Peer<ViewerMethods>;
}

/** The process that reads Parquet files: started by the first request, and again when it died or hung. */
export class ViewerProcess {
  readonly #hungMs: number;
  #running: Running | undefined;
  #open = 0;
  #idle: NodeJS.Timeout | undefined;
  #pulse: NodeJS.Timeout | undefined;

  /** `hungMs`: after so long without an answer the process counts as hung; default: a minute. */
  constructor({ hungMs = HUNG_MS } = {}) {
    this.#hungMs = hungMs;
  }

  /** Passes a request on. E_INTERNAL if the process dies of it: the next request has a new one. */
  async request<Name extends keyof ViewerMethods>(
    method: Name,
    params: ViewerMethods[Name]['params'],
    { signal, show }: Pick<HandlerContext<never>, 'signal' | 'show'>,
  ): Promise<ViewerMethods[Name]['result']> {
    const { peer } = this.#start();
    this.#open++;
    clearTimeout(this.#idle);
    try {
      return await peer.request(method, params, { signal, onSnapshot: show as (snapshot: unknown) => void });
    } catch (error) {
      throw error instanceof ProtocolError && error.code === 'E_CLOSED' ? died(error) : error;
    } finally {
      this.#open--;
      if (this.#open === 0) this.#idle = setTimeout(() => void this.end(), IDLE_MS).unref();
    }
  }

  /** Has a file closed, if there is a process that may hold it. */
  async close(handle: string): Promise<void> {
    await this.#running?.peer.request('viewer.close', { handle }).catch(() => undefined);
  }

  /** Process id, for tests and measurements; undefined while there is none. */
  get pid(): number | undefined {
    return this.#running?.child.pid;
  }

  /** Ends the process; a later request starts another. */
  async end(): Promise<void> {
    clearTimeout(this.#idle);
    const child = this.#running?.child;
    this.#forget();
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL'); // it holds nothing that could be lost
    await ended;
  }

  #start(): Running {
    if (this.#running) return this.#running;
    const child = fork(entry(), {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [`--max-old-space-size=${HEAP_MB}`, '--expose-gc', '--disable-warning=ExperimentalWarning'],
    });
    const channels = ipcChannels(child as IpcPort, 'parent', (transport) => transport.close());
    const peer = createPeer<ViewerMethods>(channels.open());
    const running: Running = { child, peer };
    // Answered once it has started, before any request can keep it busy.
    void peer.request('viewer.ping', {}).then(
      () => this.#watch(running),
      () => undefined,
    );
    const gone = () => {
      if (this.#running === running) this.#forget();
    };
    // Before 'exit': who asks again at once must not be given to a dead one.
    void peer.closed.then(gone);
    child.once('error', () => peer.close());
    this.#running = running;
    return running;
  }

  /** Kills a process that does not answer: a damaged file may keep a decoder busy for good, also after its request was cancelled. */
  #watch({ child, peer }: Running): void {
    if (this.#running?.child !== child) return;
    let askedMs: number | undefined;
    const look = () => {
      if (askedMs === undefined) {
        askedMs = performance.now();
        const answered = () => {
          askedMs = undefined;
        };
        peer.request('viewer.ping', {}).then(answered, answered);
      } else if (performance.now() - askedMs > this.#hungMs) child.kill('SIGKILL');
    };
    this.#pulse = setInterval(look, Math.min(PULSE_MS, this.#hungMs / 4)).unref();
  }

  #forget(): void {
    clearInterval(this.#pulse);
    this.#running = undefined;
  }
}

/** From source Node strips the types itself; a bundle has the process beside it as JavaScript. */
function entry(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`./parquet-process.${extension}`, import.meta.url));
}

function died(cause: Error): ParquetryError {
  return new ParquetryError('E_INTERNAL', 'the process that reads Parquet files ended with this request', {
    hint: 'Its memory may not have been enough, or the file kept it busy for good: ask for fewer columns, or for other rows.',
    cause,
  });
}
