import type { Located, LocatedEntry } from './located.ts';

/**
 * Lays `over` onto `base`: maps merge key by key, everything else (lists too) is replaced. A null in `over` takes the key back
 * to its default. Where the file holds a choice of one key (`source: { sqs: … }`), another choice replaces it.
 */
export function merge(base: Located, over: Located, path: readonly string[] = []): Located {
  if (base.kind !== 'map' || over.kind !== 'map') return over;
  if (replacesChoice(path, base.entries.keys(), over.entries.keys())) return over;
  const entries = new Map<string, LocatedEntry>(base.entries);
  for (const [name, entry] of over.entries) {
    const old = base.entries.get(name);
    entries.set(name, old ? { key: entry.key, value: merge(old.value, entry.value, [...path, name]) } : entry);
  }
  // What is missing in a merged map is to be blamed on the file, not on the override.
  return { kind: 'map', entries, origin: base.origin };
}

const choices = new Set(['source', 'errors.to']);

/** Whether a map at this path names one thing out of several; `options` only goes with the choice `module`. */
export function replacesChoice(path: readonly string[], present: Iterable<string>, wanted: Iterable<string>): boolean {
  if (!choices.has(path.join('.'))) return false;
  const names = [...wanted].filter((name) => name !== 'options');
  const old = new Set(present);
  return names.length > 0 && !names.some((name) => old.has(name));
}
