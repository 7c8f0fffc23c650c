import { realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ParquetryError } from '../core/errors.ts';

/** What a studio works on: folders, and texts that editors have not saved yet. One a process; all pages and shells share it. */
export class Workbench {
  readonly #overlays = new Map<string, string>();
  readonly #listeners = new Set<(file: string) => void>();
  /** As they were opened: what is listed below them has the names that editors know. */
  #roots: readonly string[] = [];
  /** Where they are, whatever links lead there. */
  #places: readonly string[] = [];
  #isTrusted = false;
  /** A folder from which DuckDB is found, where the shell brings it along; not the workspace's, so it needs no trust. */
  duckdb: string | undefined;

  /** Folders in which files may be read and written. Called again when an editor's folders change. */
  open(roots: readonly string[], isTrusted: boolean): void {
    this.#roots = roots.map((root) => path.resolve(root));
    this.#places = this.#roots.map(real);
    this.#isTrusted = isTrusted;
  }

  get roots(): readonly string[] {
    return this.#roots;
  }

  /** The absolute path of a file or folder of the roots; throws E_ACCESS for any other, wherever links lead. */
  within(file: string): string {
    const absolute = path.resolve(file);
    const found = real(absolute);
    if (this.#places.some((place) => found === place || found.startsWith(path.join(place, path.sep)))) return absolute;
    throw new ParquetryError('E_ACCESS', `${file} must lie in an open folder`, {
      hint: `Open folders are: ${this.#roots.join(', ') || 'none'}.`,
    });
  }

  /** Whether user code may run and accounts be asked; for those who have something to say without it. */
  get isTrusted(): boolean {
    return this.#isTrusted;
  }

  /** Throws E_ACCESS where no user code may run, and nothing be sent where a pipeline file says. */
  requireTrust(): void {
    if (this.#isTrusted) return;
    throw new ParquetryError(
      'E_ACCESS',
      'this workspace is not trusted, so none of its code is run and no account is asked',
      {
        hint: 'Trust the workspace to preview and run its pipelines, and to look into their queues and buckets.',
      },
    );
  }

  /** Texts of files that are not saved, by absolute path. */
  get overlays(): ReadonlyMap<string, string> {
    return this.#overlays;
  }

  /** Null: the file is again what is on disk. */
  overlay(file: string, text: string | null): void {
    const absolute = this.within(file);
    if (text === null) this.#overlays.delete(absolute);
    else this.#overlays.set(absolute, text);
    this.changed(absolute);
  }

  /** The text of a file of the roots, as the editor has it. */
  async read(file: string): Promise<string> {
    const absolute = this.within(file);
    return this.#overlays.get(absolute) ?? (await readFile(absolute, 'utf8'));
  }

  /** Tells whoever watches that a file is not what it was: an overlay, or on disk. */
  changed(file: string): void {
    for (const listener of this.#listeners) listener(file);
  }

  /** Calls the listener with each file that changed. Returns how to stop. */
  onChange(listener: (file: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Where links lead; of what does not exist yet, its folder's place. */
function real(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    const folder = path.dirname(file);
    return folder === file ? file : path.join(real(folder), path.basename(file));
  }
}
