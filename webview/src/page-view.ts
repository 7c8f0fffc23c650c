import type { PageRoute } from '../../engine/src/protocol/shell.ts';

/** What a page remembers of itself beside its route: layout and what was typed, by name; JSON. No rows, no results, no secrets. */
export type PageView = Readonly<Record<string, unknown>>;

/** Where a page puts it. */
export interface ViewKeeper {
  read(name: string): unknown;
  write(name: string, value: unknown): void;
}

/** Shells keep 64 KiB of JSON for each page. */
const MAX_CHARS = 60_000;

/** A view with one thing changed; what is too large is not remembered. */
export function withEntry(view: PageView, name: string, value: unknown): PageView {
  const { [name]: _, ...others } = view;
  const next = { ...others, [name]: value };
  return JSON.stringify(next).length > MAX_CHARS ? others : next;
}

/** A view as a shell hands it back, perhaps one that an older version had it keep. */
export function readView(kept: unknown): PageView {
  return typeof kept === 'object' && kept !== null && !Array.isArray(kept) ? (kept as PageView) : {};
}

/** Which thing a route is about, whatever else it says: a view belongs to it. */
export function identityOf(route: PageRoute): string {
  if (route.page === 'home') return 'home';
  if (route.page === 'run') return `run ${route.run}`;
  return `${route.page} ${route.page === 'parquet' ? route.uri : route.folder}`;
}
