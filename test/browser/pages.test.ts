import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PageRoute } from '../../engine/src/protocol/shell.ts';
import { violationsOf } from './accessibility.ts';
import { describeInBrowser } from './harness.ts';
import { overflowsOf } from './overflow.ts';
import { openStudio, type StudioBrowser, type Theme } from './studio-browser.ts';

const themes: readonly Theme[] = ['light', 'dark', 'hc-dark', 'hc-light'];
const names = [
  'home',
  'preview',
  'profile',
  'plan',
  'samples',
  'dead-letters',
  'run',
  'parquet',
  'parquet-structure',
  'parquet-sql',
] as const;

interface Shown {
  readonly route: PageRoute;
  /** What it shows when it has come to rest. */
  readonly sign: RegExp;
  /** Of its tabs. */
  readonly tab?: string;
}

describeInBrowser('every page of the studio', () => {
  let studio: StudioBrowser;
  let pages: Readonly<Record<(typeof names)[number], Shown>>;

  beforeAll(async () => {
    studio = await openStudio();
    const { page } = studio;
    const folder = `${studio.folder}/movies`;
    const of = (name: string) => ({ page: name, folder, environment: 'local' }) as PageRoute;
    await studio.show(of('preview'), `${folder}/transform.ts`);
    await page.getByRole('banner').getByRole('button', { name: 'Run' }).click();
    await page.getByRole('spinbutton', { name: 'Records', exact: true }).fill('100');
    await page.getByRole('button', { name: 'Feed', exact: true }).click();
    await page.getByText('received 100').waitFor();
    await page.getByRole('button', { name: 'Stop and drain' }).click();
    const file = page.getByRole('button', { name: /decade=1990.*\.parquet/ });
    const uri = (await file.getAttribute('title'))!;
    const run = new URLSearchParams(page.url().split('?')[1]).get('run')!;
    const parquet: PageRoute = { page: 'parquet', uri, folder, environment: 'local' };
    pages = {
      home: { route: { page: 'home' }, sign: /^Pipelines$/ },
      preview: { route: of('preview'), sign: /The Land Girls/ },
      profile: { route: of('profile'), sign: /rows\/s/ },
      plan: { route: of('plan'), sign: /Files an hour/ },
      samples: { route: of('samples'), sign: /movies\.ndjson/ },
      'dead-letters': { route: of('dead-letters'), sign: /letters in/ },
      run: { route: { page: 'run', run }, sign: /every record is accounted for/ },
      parquet: { route: parquet, sign: /director/, tab: 'Data' },
      'parquet-structure': { route: parquet, sign: /row group 1 of 1/, tab: 'Structure' },
      'parquet-sql': { route: parquet, sign: /rows? in/, tab: 'SQL' },
    };
  });
  afterAll(() => studio?.[Symbol.asyncDispose]());

  async function open(name: (typeof names)[number], file?: string): Promise<void> {
    const { page } = studio;
    const { route, sign, tab } = pages[name];
    await studio.show(route, file);
    if (tab !== undefined) await page.getByRole('tab', { name: tab, exact: true }).click();
    if (tab === 'SQL') await page.getByRole('textbox', { name: 'Query' }).press('Control+Enter');
    await page.getByRole('main').getByText(sign).locator('visible=true').first().waitFor();
  }

  describe.each(names)('%s', (name) => {
    test.each(themes)('has nothing that axe-core finds wrong in %s', async (theme) => {
      await studio.theme(theme);
      await open(name, `${studio.folder}/movies/transform.ts`);
      await studio.picture(`${name}-${theme}`);
      expect((await violationsOf(studio.page)).join('\n')).toBe('');
    });

    test('can be used at 400 px: nothing is cut off, and axe-core finds nothing wrong', async () => {
      await studio.page.setViewportSize({ width: 400, height: 800 });
      await studio.theme('dark');
      await open(name);
      await studio.picture(`${name}-400px`);
      const found = [...(await overflowsOf(studio.page)), ...(await violationsOf(studio.page))];
      await studio.page.setViewportSize({ width: 1280, height: 800 });
      expect(found.join('\n')).toBe('');
    });
  });

  test('none of them throws or warns', () => {
    expect(studio.problems).toEqual([]);
  });
});
