import type { Missing } from './missing.ts';

/** What a Map holds for a key; null for a key it does not have, for one that it has no value for, and for null. */
export function lookup<Key, Value>(table: ReadonlyMap<Key, Value>, key: Key | Missing): NonNullable<Value> | null {
  return key == null ? null : (table.get(key) ?? null);
}
