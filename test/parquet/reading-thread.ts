import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** What became of a file. `hang` and `crash` are what must never be. */
export type Fate = { readonly rows: number } | { readonly code?: string; readonly message: string } | 'hang' | 'crash';

const LIMIT_MS = 20_000;

/** A thread that reads files; a new one takes its place when it hangs or dies. */
export class ReadingThread {
  #worker = startWorker();

  async read(bytes: Uint8Array): Promise<Fate> {
    const settled = new AbortController();
    const timeout = AbortSignal.timeout(LIMIT_MS);
    const signal = AbortSignal.any([timeout, settled.signal]);
    const answer = once(this.#worker, 'message', { signal }).then(([message]) => message as Fate);
    const exit = once(this.#worker, 'exit', { signal }).then((): Fate => 'crash');
    this.#worker.postMessage(bytes);
    const fate = await Promise.race([answer, exit]).catch((): Fate => (timeout.aborted ? 'hang' : 'crash'));
    settled.abort();
    await Promise.allSettled([answer, exit]);
    if (fate === 'hang' || fate === 'crash') {
      await this.#worker.terminate();
      this.#worker = startWorker();
    }
    return fate;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}

function startWorker(): Worker {
  return new Worker(new URL('./read-worker.ts', import.meta.url), { stderr: true, stdout: true });
}
