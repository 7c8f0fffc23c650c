import type { PreviewJob, PreviewOutcome } from './preview-job.ts';
import { PreviewThread } from './preview-thread.ts';

/** So long a run that nobody wants any more may still take, before its thread is ended: most are through by then. */
const GRACE_MS = 250;
/** A thread that ran so many is replaced: of each the code stays for a while, and user code may leave more behind. */
const MAX_RUNS = 300;
/** Threads that nobody has asked for anything in this time end: an editor is left open over night. */
const IDLE_MS = 300_000;

/** Threads for previews, started before they are needed. */
export class PreviewThreads {
  readonly #kept: number;
  /** Waiting ones; the one that ran last is the last: its code is hot, and it remembers samples. */
  #idle: PreviewThread[] = [];
  #isClosed = false;
  #expiry: NodeJS.Timeout | undefined;

  /** `kept`: threads that wait for the next run once there was one; with two, one is there when user code has ended the other. */
  constructor(kept: number) {
    this.#kept = kept;
  }

  /** Starts a thread, so that the first preview finds it warm. */
  warm(): void {
    if (this.#idle.length === 0) this.#idle.push(new PreviewThread());
  }

  /** As `PreviewThread.run`, in a thread that is free. Aborting ends it soon. */
  async run(job: PreviewJob, signal?: AbortSignal): Promise<PreviewOutcome> {
    const thread = this.#idle.findLast(({ isGone }) => !isGone) ?? new PreviewThread();
    this.#idle = this.#idle.filter((each) => each !== thread && !each.isGone);
    let grace: NodeJS.Timeout | undefined;
    const abort = () => {
      grace = setTimeout(() => thread.close(), GRACE_MS);
    };
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await thread.run(job);
    } finally {
      clearTimeout(grace);
      signal?.removeEventListener('abort', abort);
      this.#giveBack(thread);
    }
  }

  /** Ends all threads that wait; those at work end when they are done. */
  close(): void {
    this.#isClosed = true;
    this.#endIdle();
  }

  #giveBack(thread: PreviewThread): void {
    this.#idle = this.#idle.filter(({ isGone }) => !isGone);
    if (this.#isClosed || this.#idle.length >= this.#kept || thread.runs >= MAX_RUNS) thread.close();
    else if (!thread.isGone) this.#idle.push(thread);
    while (!this.#isClosed && this.#idle.length < this.#kept) this.#idle.unshift(new PreviewThread());
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(() => this.#endIdle(), IDLE_MS).unref();
  }

  #endIdle(): void {
    clearTimeout(this.#expiry);
    for (const thread of this.#idle.splice(0)) thread.close();
  }
}
