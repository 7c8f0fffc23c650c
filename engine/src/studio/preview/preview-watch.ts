import path from 'node:path';
import type { PreviewParams, PreviewState } from '../../protocol/preview.ts';
import type { Workbench } from '../workbench.ts';
import { FileWatch } from './file-watch.ts';
import { failureOf } from './preview-failure.ts';
import type { Previewer } from './previewer.ts';

/** A change is often followed by others: an editor that saves tells of it twice, a fast typist has the next key down. */
const PAUSE_MS = 40;
/** A run that takes longer says so. */
const SHOW_RUNNING_MS = 150;
/** Files that a transform may import, or that say what it is run with. */
const SOURCE_FILE = /\.(?:[cm]?[jt]sx?|json|ya?ml)$/;

/**
 * One watched preview: runs now, and again after each change. One run at a time; a change while one is under way takes that one back,
 * so that what is shown is of the newest texts.
 */
export class PreviewWatch {
  readonly #previewer: Previewer;
  readonly #params: PreviewParams;
  readonly #show: (state: PreviewState) => void;
  readonly #files: FileWatch;
  readonly #forget: () => void;
  readonly #closing = new AbortController();
  #inputs: ReadonlySet<string> = new Set();
  #state: PreviewState = { revision: 0, isRunning: false };
  #pause: NodeJS.Timeout | undefined;
  #running: AbortController | undefined;
  #isStale = false;

  constructor(
    { previewer, workbench }: { readonly previewer: Previewer; readonly workbench: Workbench },
    params: PreviewParams,
    show: (state: PreviewState) => void,
  ) {
    this.#previewer = previewer;
    this.#params = params;
    this.#show = show;
    this.#files = new FileWatch((file) => this.#changed(file));
    this.#forget = workbench.onChange((file) => this.#changed(file));
    this.#follow();
    void this.#run();
  }

  /** How it stands. */
  get state(): PreviewState {
    return this.#state;
  }

  close(): void {
    this.#closing.abort();
    this.#running?.abort();
    clearTimeout(this.#pause);
    this.#files.close();
    this.#forget();
  }

  #changed(file: string): void {
    if (!this.#concerns(file)) return;
    this.#state = { ...this.#state, revision: this.#state.revision + 1 };
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#again(), PAUSE_MS);
  }

  #concerns(file: string): boolean {
    if (this.#inputs.has(file)) return true;
    const { folder, samples } = this.#params;
    const inSamples = samples ? samples.includes(file) : path.dirname(file) === path.join(folder, 'samples');
    return inSamples || this.#inputs.has(path.dirname(file)) || (this.#isWatched(file) && SOURCE_FILE.test(file));
  }

  #isWatched(file: string): boolean {
    return foldersOf(this.#params, this.#inputs).has(path.dirname(file));
  }

  #again(): void {
    if (this.#running === undefined) void this.#run();
    else {
      this.#isStale = true;
      this.#running.abort();
    }
  }

  async #run(): Promise<void> {
    this.#isStale = false;
    this.#running = new AbortController();
    const { signal } = this.#running;
    const slow = setTimeout(() => this.#tell({ isRunning: true }), SHOW_RUNNING_MS);
    try {
      const { result, inputs } = await this.#previewer.run(this.#params, { signal });
      this.#inputs = new Set(inputs);
      this.#tell({ isRunning: false, result, failure: undefined });
    } catch (thrown) {
      if (!signal.aborted) this.#tell({ isRunning: false, failure: failureOf(thrown) });
    } finally {
      clearTimeout(slow);
      this.#running = undefined;
    }
    if (this.#closing.signal.aborted) return;
    this.#follow();
    if (this.#isStale) void this.#run();
  }

  #tell(change: Partial<PreviewState>): void {
    if (this.#closing.signal.aborted) return;
    this.#state = { ...this.#state, ...change };
    this.#show(this.#state);
  }

  #follow(): void {
    this.#files.follow(foldersOf(this.#params, this.#inputs));
  }
}

/** The folders of all that goes in, and the pipeline's own where that is not known yet. Packages do not change as one types. */
function foldersOf({ folder, samples = [] }: PreviewParams, inputs: ReadonlySet<string>): Set<string> {
  const files = [...inputs, ...samples].filter((file) => !file.includes(`${path.sep}node_modules${path.sep}`));
  const own = [folder, path.join(folder, 'samples'), path.join(folder, 'schema')];
  return new Set([
    ...own,
    ...files.map((file) => path.dirname(file)),
    ...files.filter((file) => path.extname(file) === ''),
  ]);
}
