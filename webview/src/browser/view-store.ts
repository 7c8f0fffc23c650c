import type { PageRoute } from '../../../engine/src/protocol/shell.ts';
import { identityOf, type PageView, readView } from '../page-view.ts';

const KEY = 'parquetry views';
/** Views that are kept; the one that was not looked at longest goes first. */
const MAX_VIEWS = 30;

/** What pages remember of themselves, for as long as the tab is there: over other pages in their place, and over a reload. */
export interface ViewStore {
  keep(route: PageRoute, view: PageView): void;
  recall(route: PageRoute): PageView;
}

/** A browser that stores nothing, or no more, costs only the reload. */
export function createViewStore(storage: Pick<Storage, 'getItem' | 'setItem'>): ViewStore {
  const views = new Map<string, PageView>(stored());

  function stored(): [string, PageView][] {
    try {
      const entries: unknown = JSON.parse(storage.getItem(KEY) ?? '[]');
      return Array.isArray(entries) ? entries.map(([identity, view]) => [String(identity), readView(view)]) : [];
    } catch {
      return [];
    }
  }

  return {
    keep(route, view) {
      const identity = identityOf(route);
      if (Object.keys(view).length === 0 && !views.has(identity)) return;
      views.delete(identity);
      views.set(identity, view);
      for (const oldest of [...views.keys()].slice(0, -MAX_VIEWS)) views.delete(oldest);
      try {
        storage.setItem(KEY, JSON.stringify([...views]));
      } catch {
        // Full, or forbidden: what is in memory still serves.
      }
    },
    recall: (route) => views.get(identityOf(route)) ?? {},
  };
}
