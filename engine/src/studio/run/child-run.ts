import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { ParquetryError } from '../../core/errors.ts';
import { type IpcPort, ipcChannels } from '../../protocol/ipc-transport.ts';
import { createPeer, type Peer } from '../../protocol/peer.ts';
import type { Place } from '../../protocol/places.ts';
import { ProtocolError } from '../../protocol/protocol-error.ts';
import type { LogLine, RunEntry, RunState, RunView } from '../../protocol/run.ts';
import { describeEnding } from '../../runtime/guardian.ts';
import { forkRunProcess } from './fork-run-process.ts';
import { printedLines, warningLine } from './log-line.ts';
import type { RunOrder, RunProcessMethods, RunProgress } from './run-link.ts';
import { emptyProgress } from './run-recorder.ts';

/** Lines that the process printed, kept: the last words of one that died are among them. */
const MAX_PRINTED = 100;
const MAX_LOGS = 500;

export type RunFacts = Omit<RunEntry, 'state'>;

/** A run in a process of its own, as its studio sees it. Lives on as an account of what it did when the process is gone. */
export class ChildRun {
  readonly facts: RunFacts;
  readonly #child: ChildProcess;
  readonly #peer: Peer<RunProcessMethods>;
  readonly #printed: LogLine[] = [];
  readonly #listeners = new Set<(view: RunView) => void>();
  readonly #exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  #state: RunState = 'starting';
  #progress: RunProgress = emptyProgress();
  #failure: RunView['failure'];
  readonly #isTapOff: boolean;
  readonly #isEmbedded: boolean;
  /** Resolves when the run is over and its process gone. Never rejects. */
  readonly over: Promise<void>;

  constructor(facts: RunFacts, order: RunOrder) {
    this.facts = facts;
    this.#isEmbedded = order.embeddedEndpoint !== undefined;
    this.#isTapOff = order.pipeline.telemetry.tap === 'off';
    this.#printed.push(...order.pipeline.warnings.map((warning) => warningLine(warning, facts.startedAtMs)));
    this.#child = forkRunProcess();
    this.#exited = once(this.#child, 'exit').then(([code, signal]) => ({ code, signal }));
    for (const name of ['stdout', 'stderr'] as const) {
      this.#child[name]?.setEncoding('utf8').on('data', (text: string) => this.#print(name, text));
    }
    const transport = ipcChannels(this.#child as IpcPort, 'parent', (unasked) => unasked.close()).open();
    this.#peer = createPeer<RunProcessMethods>(transport);
    this.over = this.#run(order);
  }

  get view(): RunView {
    const logs = [...this.#progress.logs, ...this.#printed].sort((a, b) => a.atMs - b.atMs).slice(-MAX_LOGS);
    const isEmbedded = this.#isEmbedded;
    return { ...this.facts, ...this.#progress, state: this.#state, failure: this.#failure, isEmbedded, logs };
  }

  get isOver(): boolean {
    return this.#state === 'ended' || this.#state === 'failed';
  }

  /** Calls the listener with each new view. Returns how to stop. */
  onView(listener: (view: RunView) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Asks for an orderly end: receive no more, write what is held, settle. Idempotent. */
  async drain(): Promise<void> {
    if (this.isOver) return;
    this.#become('draining');
    await this.#peer.request('process.stop', {}).catch(() => undefined); // it has ended meanwhile
  }

  /** Ends the process at once; what it held comes again from the source. */
  kill(): void {
    if (this.isOver) return;
    this.#failure ??= {
      message: 'the run was ended at once',
      hint: 'What it held and had not written is in the source again when its leases end.',
    };
    this.#child.kill('SIGKILL');
  }

  /**
   * The studio ends. On its embedded AWS there is nothing left to run on; elsewhere the process drains by itself, so that no message
   * waits for its lease to end. Resolves when this process need not stay for it.
   */
  async leave(): Promise<void> {
    if (this.#isEmbedded) {
      this.kill();
      await this.over;
    } else if (this.#child.connected) {
      this.#peer.close();
      this.#child.disconnect();
      this.#child.unref();
    }
  }

  /** See `run.tap`. */
  tap(
    asked: RunProcessMethods['process.tap']['params'],
    onSnapshot: (snapshot: RunProcessMethods['process.tap']['snapshot']) => void,
    signal: AbortSignal,
  ): Promise<RunProcessMethods['process.tap']['result']> {
    if (this.isOver) throw new ParquetryError('E_NOT_FOUND', 'the run is over: there is nothing to tap');
    if (this.#isTapOff) {
      throw new ParquetryError('E_CONFIG', 'telemetry.tap is off: nobody may look at records of this run', {
        hint: 'Set telemetry.tap to loopback, and start it again.',
      });
    }
    return this.#peer.request('process.tap', asked, { onSnapshot, signal });
  }

  async #run(order: RunOrder): Promise<void> {
    try {
      const onSnapshot = (progress: RunProgress) => {
        this.#progress = progress;
        this.#become(this.#state === 'starting' ? 'running' : this.#state);
      };
      const { progress, failure } = await this.#peer.request('process.run', order, { onSnapshot });
      this.#progress = progress;
      this.#failure = failure;
    } catch (thrown) {
      this.#failure ??= await this.#whyNot(thrown);
    }
    this.#peer.close();
    if (this.#child.connected) this.#child.disconnect();
    await this.#exited;
    this.#become(this.#failure ? 'failed' : 'ended');
    this.#listeners.clear();
  }

  /** A process that is gone says nothing: how it ended, and what it printed last, does. */
  async #whyNot(thrown: unknown): Promise<NonNullable<RunView['failure']>> {
    const { code, message, hint } = thrown as ProtocolError;
    if (!(thrown instanceof ProtocolError) || code !== 'E_CLOSED') return { message, hint, place: placeOf(thrown) };
    const ending = await this.#exited;
    return {
      message: `the process of the run ended with ${describeEnding(ending)}`,
      hint: 'Its last words are in the log. Messages that were in flight are in the source again when their leases end.',
    };
  }

  #print(name: 'stdout' | 'stderr', text: string): void {
    this.#printed.push(...printedLines(name, text, Date.now()));
    this.#printed.splice(0, this.#printed.length - MAX_PRINTED);
  }

  #become(state: RunState): void {
    this.#state = state;
    if (this.#listeners.size === 0) return;
    const { view } = this;
    for (const listener of this.#listeners) listener(view);
  }
}

function placeOf(thrown: unknown): Place | undefined {
  const { file, line = 1, column = 1 } = thrown as Partial<Place>;
  return file === undefined ? undefined : { file, line, column };
}
