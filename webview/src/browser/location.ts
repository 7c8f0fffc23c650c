import type { PageRoute } from '../../../engine/src/protocol/shell.ts';

/** All that the address says: the page, and the file that is in the editor. */
export interface Place {
  readonly route: PageRoute;
  /** Absolute path. */
  readonly file?: string;
}

/** What pages there are, with the one key that each cannot do without. */
const required = {
  home: undefined,
  preview: 'folder',
  profile: 'folder',
  plan: 'folder',
  samples: 'folder',
  'dead-letters': 'folder',
  run: 'run',
  parquet: 'uri',
} as const satisfies Record<PageRoute['page'], string | undefined>;

/** As a location's hash: `#/preview?folder=/pipelines/clicks&file=/pipelines/clicks/transform.ts`. */
export function hashOf({ route, file }: Place): string {
  const { page, ...rest } = route;
  const given = Object.entries({ ...rest, file }).filter(([, value]) => value !== undefined && value !== false);
  const query = given.map(([key, value]) => `${key}=${escaped(String(value))}`).join('&');
  return `#/${page}${query && `?${query}`}`;
}

/** Home for whatever is no place of ours. */
export function placeOf(hash: string): Place {
  const [page = '', query = ''] = hash.replace(/^#\//, '').split('?', 2);
  if (!isPage(page)) return { route: { page: 'home' } };
  const { file, isLocked, ...keys } = Object.fromEntries(new URLSearchParams(query));
  const needed = required[page];
  if (needed !== undefined && !keys[needed]) return { route: { page: 'home' }, file };
  // Keys that the page does not know are not read by anybody.
  const route = { page, ...keys, ...(isLocked === 'true' && { isLocked: true }) } as unknown as PageRoute;
  return { route, file };
}

/** The folder of the pipeline that a route is about, where it says so. */
export function folderOf(route: PageRoute): string | undefined {
  return 'folder' in route ? route.folder : undefined;
}

function isPage(page: string): page is PageRoute['page'] {
  return Object.hasOwn(required, page);
}

/** Slashes stay, for people read addresses. */
function escaped(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/');
}
