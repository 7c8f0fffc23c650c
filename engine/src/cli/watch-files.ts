import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import path from 'node:path';

export interface FileWatch extends Disposable {
  /** Watches these from now on, as they are now: absolute paths of files and of folders, of which the files directly in them count. */
  follow(paths: readonly string[]): void;
  /** The last change came to nothing: whatever happens next counts, even if none of the known files is touched by it. */
  retry(): void;
}

/** Editors and version control write many files in several steps. */
const DEBOUNCE_MS = 250;
/** Nobody edits these while a run goes on, and there are many. */
const PACKAGES = `${path.sep}node_modules${path.sep}`;

/**
 * Calls back once things are quiet after files have changed. Folders are watched rather than files: editors, and mounted
 * configuration, replace files instead of writing to them. What is only read or touched by others in the same folders is no change.
 */
export function watchFiles(changed: () => void): FileWatch {
  /** What each path was like when it was looked at last. */
  let known = new Map<string, string>();
  let isForced = false;
  let timer: NodeJS.Timeout | undefined;
  const watchers = new Map<string, FSWatcher>();
  const look = () => {
    const now = new Map(Array.from(known.keys(), (each) => [each, stateOf(each)]));
    const hasChanged = isForced || [...now].some(([each, state]) => known.get(each) !== state);
    known = now;
    isForced = false;
    if (hasChanged) changed();
  };
  const wake = () => {
    clearTimeout(timer);
    timer = setTimeout(look, DEBOUNCE_MS);
  };
  return {
    follow(next) {
      const paths = next.filter((each) => !each.includes(PACKAGES));
      // What is known already stays as it was: it may have changed since it was looked at.
      known = new Map(paths.map((each) => [each, known.get(each) ?? stateOf(each)]));
      keepWatching(watchers, foldersOf(paths), wake);
    },
    retry() {
      isForced = true;
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
      keepWatching(watchers, new Set(), wake);
    },
  };
}

function keepWatching(watchers: Map<string, FSWatcher>, wanted: ReadonlySet<string>, wake: () => void): void {
  for (const [folder, watcher] of watchers) {
    if (wanted.has(folder)) continue;
    watcher.close();
    watchers.delete(folder);
  }
  for (const folder of wanted) {
    if (watchers.has(folder)) continue;
    const watcher = watch(folder, wake);
    watcher.on('error', () => {
      watcher.close(); // the folder is gone
      watchers.delete(folder);
      wake();
    });
    watchers.set(folder, watcher);
  }
}

/** Those that exist. */
function foldersOf(paths: readonly string[]): Set<string> {
  const folders = paths.map((each) => (isFolder(each) ? each : path.dirname(each)));
  return new Set(folders.filter(isFolder));
}

function isFolder(each: string): boolean {
  return statSync(each, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Differs when the file, or one in the folder, was written, replaced, added or removed. */
function stateOf(each: string): string {
  if (!isFolder(each)) return versionOf(each);
  return readdirSync(each)
    .map((name) => `${name} ${versionOf(path.join(each, name))}`)
    .join('\n');
}

function versionOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.mtimeMs} ${found.size} ${found.ino}` : 'none';
}
