import { expect, test } from 'vitest';
import type { PageRoute } from '../../engine/src/protocol/shell.ts';
import { createViewStore } from './browser/view-store.ts';
import { isText, oneOf, shaped } from './hooks/use-view.ts';
import { readView, withEntry } from './page-view.ts';

const plan = (folder: string): PageRoute => ({ page: 'plan', folder });

function memory(): Pick<Storage, 'getItem' | 'setItem'> & { full: boolean } {
  const items = new Map<string, string>();
  return {
    full: false,
    getItem: (key) => items.get(key) ?? null,
    setItem(key, value) {
      if (this.full) throw new Error('quota');
      items.set(key, value);
    },
  };
}

test('what is too large for a shell is not remembered, and costs nothing else', () => {
  const view = withEntry({ tab: 'sql' }, 'sql', 'SELECT 1');
  expect(withEntry(view, 'sql', 'x'.repeat(60_000))).toEqual({ tab: 'sql' });
  expect(withEntry(view, 'sql', 'SELECT 2')).toEqual({ tab: 'sql', sql: 'SELECT 2' });
});

test.each([undefined, null, 'sql', [1]])('%j is no view', (kept) => {
  expect(readView(kept)).toEqual({});
});

test('a view is that of its pipeline, in whatever environment, and survives a reload', () => {
  const storage = memory();
  createViewStore(storage).keep(plan('/a'), { traffic: '7' });
  const reloaded = createViewStore(storage);
  expect(reloaded.recall({ page: 'plan', folder: '/a', environment: 'local' })).toEqual({ traffic: '7' });
  expect(reloaded.recall(plan('/b'))).toEqual({});
});

test('thirty views are kept, and a storage that takes no more costs only the reload', () => {
  const storage = memory();
  const store = createViewStore(storage);
  for (let i = 0; i < 40; i++) store.keep(plan(`/${i}`), { i });
  expect(createViewStore(storage).recall(plan('/9'))).toEqual({});
  expect(createViewStore(storage).recall(plan('/10'))).toEqual({ i: 10 });
  storage.full = true;
  store.keep(plan('/new'), { i: 99 });
  expect(store.recall(plan('/new'))).toEqual({ i: 99 });
});

test('what another version kept is accepted only if it still is what is looked for', () => {
  const accepts = shaped<{ name: string; unit: 's' | 'm' }>({ name: isText, unit: oneOf(['s', 'm']) });
  expect(accepts({ name: 'x', unit: 's', more: 1 })).toBe(true);
  for (const kept of [undefined, null, 'x', { name: 'x' }, { name: 'x', unit: 'h' }, { name: 1, unit: 's' }]) {
    expect(accepts(kept), JSON.stringify(kept)).toBe(false);
  }
});
