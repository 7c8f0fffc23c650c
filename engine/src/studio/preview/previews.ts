import path from 'node:path';
import type { PreviewParams, PreviewState } from '../../protocol/preview.ts';
import type { Workbench } from '../workbench.ts';
import { PreviewWatch } from './preview-watch.ts';
import { Previewer } from './previewer.ts';

interface Shared {
  readonly watch: PreviewWatch;
  readonly listeners: Set<(state: PreviewState) => void>;
}

/** The one that ran last, and a spare for when user code ends it. */
const KEPT_THREADS = 2;

/** All previews of a studio. Who watches the same shares one run: an editor's problems and a page, say. */
export class Previews {
  readonly previewer: Previewer;
  readonly #workbench: Workbench;
  readonly #watches = new Map<string, Shared>();

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
    this.previewer = new Previewer(workbench, { keptThreads: KEPT_THREADS });
  }

  /** Shows how the preview stands, now and from now on. Returns how to stop. */
  watch(given: PreviewParams, show: (state: PreviewState) => void): () => void {
    const params = { ...given, folder: path.resolve(given.folder) };
    const key = JSON.stringify([params.folder, params.environment, params.samples, params.limit]);
    const shared = this.#watches.get(key) ?? this.#begin(key, params);
    shared.listeners.add(show);
    if (shared.watch.state.result || shared.watch.state.failure) show(shared.watch.state);
    return () => {
      shared.listeners.delete(show);
      if (shared.listeners.size > 0) return;
      shared.watch.close();
      this.#watches.delete(key);
    };
  }

  async close(): Promise<void> {
    for (const { watch } of this.#watches.values()) watch.close();
    this.#watches.clear();
    await this.previewer.close();
  }

  #begin(key: string, params: PreviewParams): Shared {
    const listeners: Shared['listeners'] = new Set();
    const show = (state: PreviewState) => {
      for (const listener of listeners) listener(state);
    };
    const watch = new PreviewWatch({ previewer: this.previewer, workbench: this.#workbench }, params, show);
    const shared = { watch, listeners };
    this.#watches.set(key, shared);
    return shared;
  }
}
