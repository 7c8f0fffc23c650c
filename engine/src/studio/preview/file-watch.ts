import { type FSWatcher, watch } from 'node:fs';
import path from 'node:path';

/** Tells of changes of files in some folders, not below them. What cannot be watched is not: it may be there the next time. */
export class FileWatch {
  readonly #changed: (file: string) => void;
  readonly #watchers = new Map<string, FSWatcher>();

  /** `changed` is called with absolute paths; with the folder's where the system does not say which file it was. */
  constructor(changed: (file: string) => void) {
    this.#changed = changed;
  }

  /** The folders from now on. */
  follow(folders: Iterable<string>): void {
    const wanted = new Set(folders);
    for (const folder of this.#watchers.keys()) if (!wanted.has(folder)) this.#forget(folder);
    for (const folder of wanted) if (!this.#watchers.has(folder)) this.#begin(folder);
  }

  close(): void {
    this.follow([]);
  }

  #begin(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) =>
        this.#changed(name === null ? folder : path.join(folder, name)),
      );
      watcher.on('error', () => this.#forget(folder));
      this.#watchers.set(folder, watcher);
    } catch {
      // There is no such folder yet; its parent is watched, too.
    }
  }

  #forget(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }
}
