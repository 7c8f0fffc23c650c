import type { ColumnBuilder } from '../../columns/builder.ts';
import { createBuilder } from '../../columns/builder.ts';
import type { MapBuilder } from '../../columns/builders/nested.ts';
import { scalarText } from '../../columns/scalar-text.ts';

/**
 * Of the entries from `first` on, keeps the last value of each key, at the place where the key came first, as JSON.parse does.
 * Called before `endMap`; nearly always there is nothing to do.
 */
export function keepLastOfEachKey(builder: MapBuilder<ColumnBuilder, ColumnBuilder>, first: number): void {
  const { keys, values } = builder;
  if (keys.length - first < 2) return;
  const lastOf = new Map<string, number>();
  const column = keys.finish();
  for (let entry = first; entry < keys.length; entry++) lastOf.set(scalarText(column, entry), entry);
  if (lastOf.size === keys.length - first) return;
  const kept = Int32Array.from(lastOf.values());
  for (const part of [keys, values]) {
    const copy = createBuilder(part.type);
    copy.appendSelection(part.finish(), kept);
    part.truncate(first);
    part.appendRange(copy.finish(), 0, kept.length);
  }
}
