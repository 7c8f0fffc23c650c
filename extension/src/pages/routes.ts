import path from 'node:path';
import type { PageRoute } from '../../../engine/src/protocol/shell.ts';

const pipelinePages = ['preview', 'profile', 'plan', 'samples', 'dead-letters'] as const;
export type PipelinePage = (typeof pipelinePages)[number];
export type PipelineRoute = Extract<PageRoute, { readonly folder: string; readonly page: PipelinePage }>;

const words: Record<PageRoute['page'], string> = {
  preview: 'Preview',
  profile: 'Profile',
  plan: 'Plan',
  samples: 'Samples',
  'dead-letters': 'Dead letters',
  run: 'Run',
  parquet: 'Parquet',
  home: 'Parquetry',
};

export function isPipelineRoute(route: PageRoute): route is PipelineRoute {
  return (pipelinePages as readonly string[]).includes(route.page);
}

/** A tab's title. */
export function routeTitle(route: PageRoute): string {
  if (route.page === 'home') return words.home;
  if (route.page === 'parquet') return route.uri.split('/').at(-1) || route.uri;
  if (route.page === 'run') return words.run;
  return `${words[route.page]}: ${path.basename(route.folder)}`;
}

/** What tells panels apart: one of each page a pipeline, one a run, one a file. Another environment is the same panel. */
export function routeKey(route: PageRoute): string {
  if (route.page === 'home') return 'home';
  if (route.page === 'run') return `run ${route.run}`;
  return route.page === 'parquet' ? `parquet ${route.uri}` : `${route.page} ${route.folder}`;
}

/** What a page is shown again with: where it was, and what it says of its own layout and typed text. */
export interface KeptPage {
  readonly route: PageRoute;
  readonly view?: unknown;
}

/** What an editor kept of a page over its restart: a route, with or without a view beside it. */
export function readKept(kept: unknown): KeptPage | undefined {
  const isPair = typeof kept === 'object' && kept !== null && 'route' in kept;
  const route = readRoute(isPair ? kept.route : kept);
  return route && { route, view: isPair && 'view' in kept ? readView(kept.view) : undefined };
}

/** Nothing of ours is larger, and an editor keeps it for each panel. */
const MAX_VIEW_CHARS = 64 << 10;

/** A view as pages may have it kept; undefined where it is no JSON, or too much. */
export function readView(view: unknown): unknown {
  try {
    const text = JSON.stringify(view) ?? '';
    return text === '' || text.length > MAX_VIEW_CHARS ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is kept of a page that shows something else from now on: its view goes with another pipeline, run or file. */
export function keepPage(before: KeptPage, route: PageRoute, given?: { readonly view: unknown }): KeptPage {
  if (given) return { route, view: readView(given.view) };
  return { route, view: routeKey(before.route) === routeKey(route) ? before.view : undefined };
}

/** A route that was kept by a page, which may be of an older version of ours. */
function readRoute(kept: unknown): PageRoute | undefined {
  if (typeof kept !== 'object' || kept === null) return undefined;
  const { page, folder, environment, isLocked, run, uri } = kept as Record<string, unknown>;
  const chosen = typeof environment === 'string' ? { environment } : {};
  if (page === 'home') return { page };
  if (page === 'run' && typeof run === 'string') return { page, run };
  if (page === 'parquet' && typeof uri === 'string') {
    return { page, uri, ...(typeof folder === 'string' ? { folder } : {}), ...chosen };
  }
  const known = pipelinePages.find((name) => name === page);
  if (known === undefined || typeof folder !== 'string') return undefined;
  return { page: known, folder, ...chosen, ...(isLocked === true ? { isLocked } : {}) };
}
