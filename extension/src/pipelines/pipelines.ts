import path from 'node:path';
import type { PipelineEntry } from '../../../engine/src/protocol/workspace.ts';
import type { Ask } from '../engine/engine-host.ts';

/** What survives a restart of the editor: the environment that was chosen for a pipeline, by its folder. */
export interface Choices {
  get(folder: string): string | undefined;
  set(folder: string, environment: string | undefined): Promise<void>;
}

/** The pipelines of the workspace, and which environment each is looked at in. */
export class Pipelines {
  readonly #ask: Ask;
  readonly #choices: Choices;
  readonly #listeners = new Set<() => void>();
  readonly #choiceListeners = new Set<(folder: string) => void>();
  #entries: readonly PipelineEntry[] = [];
  #reading: Promise<readonly PipelineEntry[]> | undefined;

  constructor(ask: Ask, choices: Choices) {
    this.#ask = ask;
    this.#choices = choices;
  }

  /** As they were read last. */
  get entries(): readonly PipelineEntry[] {
    return this.#entries;
  }

  /** All pipelines: read the first time, then known. */
  async all(): Promise<readonly PipelineEntry[]> {
    return await (this.#reading ?? this.refresh());
  }

  /** Reads them anew. Who asks meanwhile gets the same answer. */
  refresh(): Promise<readonly PipelineEntry[]> {
    const reading = this.#ask('workspace.pipelines', {}).then(
      ({ pipelines }) => {
        const before = new Map(this.#entries.map(({ folder }) => [folder, this.environment(folder)]));
        this.#entries = pipelines;
        this.#tell();
        // A file that cannot be read has none: what was chosen holds until it can.
        for (const { folder, environments } of pipelines)
          if (before.has(folder) && environments.length > 0) this.#tellChoice(folder, before.get(folder));
        return pipelines;
      },
      (error) => {
        if (this.#reading === reading) this.#reading = undefined;
        throw error;
      },
    );
    this.#reading = reading;
    return reading;
  }

  /** The innermost pipeline whose folder holds the file, as far as they are known. */
  of(file: string): PipelineEntry | undefined {
    return pipelineOf(file, this.#entries);
  }

  at(folder: string): PipelineEntry | undefined {
    return this.#entries.find((entry) => entry.folder === folder);
  }

  /** Chosen, or `local` if there is one: a pipeline is tried on the embedded AWS first. */
  environment(folder: string): string | undefined {
    const known = this.at(folder)?.environments ?? [];
    const chosen = this.#choices.get(folder);
    if (chosen === '') return undefined;
    if (chosen !== undefined && known.includes(chosen)) return chosen;
    return known.includes('local') ? 'local' : undefined;
  }

  /** Undefined: the pipeline as it stands, without an environment. */
  async choose(folder: string, environment: string | undefined): Promise<void> {
    const before = this.environment(folder);
    await this.#choices.set(folder, environment ?? '');
    this.#tell();
    this.#tellChoice(folder, before);
  }

  /** As requests name a pipeline. */
  target(folder: string): { folder: string; environment?: string } {
    const environment = this.environment(folder);
    return environment === undefined ? { folder } : { folder, environment };
  }

  /** Returns how to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A pipeline is looked at in another environment: it was chosen, or the former is gone from the file. Returns how to stop. */
  onChoice(listener: (folder: string) => void): () => void {
    this.#choiceListeners.add(listener);
    return () => this.#choiceListeners.delete(listener);
  }

  #tellChoice(folder: string, before: string | undefined): void {
    if (this.environment(folder) === before) return;
    for (const listener of this.#choiceListeners) listener(folder);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The innermost of the pipelines whose folder holds the file. */
export function pipelineOf(file: string, entries: readonly PipelineEntry[]): PipelineEntry | undefined {
  const holding = entries.filter(({ folder }) => file.startsWith(folder + path.sep));
  return holding.toSorted((a, b) => b.folder.length - a.folder.length)[0];
}
