import { expect, test } from 'vitest';
import type { PageRoute } from '../../../engine/src/protocol/shell.ts';
import { pageDocument } from './page-document.ts';
import { keepPage, readKept, routeKey, routeTitle } from './routes.ts';

const routes: readonly PageRoute[] = [
  { page: 'home' },
  { page: 'run', run: '1' },
  { page: 'parquet', uri: 's3://lake/a/b.parquet', folder: '/p', environment: 'local' },
  { page: 'preview', folder: '/p/movies', environment: 'local', isLocked: true },
  { page: 'dead-letters', folder: '/p/movies' },
];

test.each(routes)('a page that kept $page is restored', (route) => {
  expect(readKept(JSON.parse(JSON.stringify(route)))).toEqual({ route });
  expect(readKept(JSON.parse(JSON.stringify({ route, view: { tab: 'sql' } })))).toEqual({
    route,
    view: { tab: 'sql' },
  });
});

test.each([undefined, 'preview', { page: 'gone' }, { page: 'preview' }, { page: 'run', run: 1 }, { route: 'preview' }])(
  '%j is no route',
  (kept) => {
    expect(readKept(kept)).toBeUndefined();
  },
);

test('a view stays with what it is of: in another environment too, not in another pipeline', () => {
  const before = { route: { page: 'samples', folder: '/p/a' }, view: { limit: 7 } } as const;
  const inLocal: PageRoute = { ...before.route, environment: 'local' };
  expect(keepPage(before, inLocal)).toEqual({ route: inLocal, view: { limit: 7 } });
  expect(keepPage(before, { ...before.route, folder: '/p/b' }).view).toBeUndefined();
  expect(keepPage(before, inLocal, { view: { limit: 8 } }).view).toEqual({ limit: 8 });
});

test('a view is JSON of 64 KiB at most', () => {
  const route: PageRoute = { page: 'home' };
  const keep = (view: unknown) => keepPage({ route }, route, { view }).view;
  expect(keep({ sql: 'x'.repeat(65_000) })).toBeDefined();
  expect(keep({ sql: 'x'.repeat(66_000) })).toBeUndefined();
  expect(keep(10n)).toBeUndefined();
});

test('another environment, or a lock, is the same panel; another pipeline or page is not', () => {
  const key = routeKey({ page: 'preview', folder: '/p/a' });
  expect(routeKey({ page: 'preview', folder: '/p/a', environment: 'local', isLocked: true })).toBe(key);
  expect(routeKey({ page: 'preview', folder: '/p/b' })).not.toBe(key);
  expect(routeKey({ page: 'profile', folder: '/p/a' })).not.toBe(key);
});

test('titles are short', () => {
  expect(routes.map(routeTitle)).toEqual(['Parquetry', 'Run', 'b.parquet', 'Preview: movies', 'Dead letters: movies']);
});

test('the document allows its own files and nothing else', () => {
  const template = '<meta content="{{csp}}"><script nonce="{{nonce}}" src="{{base}}/{{entry}}.js"></script>{{unknown}}';
  const html = pageDocument({ template, base: 'https://x/webview', cspSource: 'https://x', nonce: 'n1' });
  expect(html).toContain('<script nonce="n1" src="https://x/webview/main.js">');
  expect(html).toContain("default-src 'none'");
  expect(html).toContain("script-src 'nonce-n1' https://x;");
  expect(html).not.toMatch(/unsafe|\*|\{\{(?!unknown)/);
});
