import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInBrowser } from './harness.ts';
import { openStudio, type StudioBrowser } from './studio-browser.ts';

/** Of the home page, fonts of icons included, not packed. */
const FIRST_PAGE_BYTES = 500_000;

describeInBrowser('a folder with one pipeline', () => {
  test('opens at its preview, beside its transform', async () => {
    await using studio = await openStudio({ examples: ['movies'] });
    await studio.page.getByRole('main').getByText('The Land Girls').first().waitFor();
    await studio.page.locator('.view-line', { hasText: 'defineTransform' }).first().waitFor();
  });
});

describeInBrowser('the shell around the pages', () => {
  let studio: StudioBrowser;
  let movies: string;

  beforeAll(async () => {
    studio = await openStudio();
    movies = `${studio.folder}/movies`;
  });
  afterAll(() => studio?.[Symbol.asyncDispose]());

  const files = () => studio.page.getByRole('navigation', { name: 'Files' });
  const editor = () => studio.page.locator('.monaco-editor').first();
  const openPreview = (file: string) =>
    studio.show({ page: 'preview', folder: movies, environment: 'local' }, `${movies}/${file}`);

  /** Types at the end of a line that holds a text. */
  async function typeBehind(text: string, typed: string): Promise<void> {
    const { page } = studio;
    await page.locator('.view-line', { hasText: text }).first().click();
    await page.keyboard.press('End');
    await page.keyboard.type(typed);
  }

  test('the secret is gone from the address, and a reload needs none', async () => {
    const { page } = studio;
    expect(page.url()).not.toMatch(/#[\w-]{20,}/);
    await page.reload();
    await files().getByRole('link', { name: 'movies', exact: true }).waitFor();
  });

  test('files are reached by keys alone, and the address names them', async () => {
    const { page } = studio;
    await files().getByRole('link', { name: 'movies', exact: true }).focus();
    await page.keyboard.press('Enter');
    await files().getByRole('link', { name: 'pipeline.yaml' }).waitFor();
    await files().getByRole('link', { name: 'movies', exact: true }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/file=.*\/movies\/pipeline\.yaml/);
    await page.locator('.view-line', { hasText: 'waitTime' }).waitFor();
    await page.goBack();
    await page.locator('.view-line', { hasText: 'defineTransform' }).first().waitFor();
  });

  test('the transform is completed by the types of its own schema', async () => {
    const { page } = studio;
    await openPreview('transform.ts');
    await typeBehind('director: movie.Director', ' x: movie.Ti');
    await page.keyboard.press('Control+Space');
    await page.locator('.suggest-widget .monaco-list-row', { hasText: 'Title' }).first().waitFor();
    await studio.picture('shell-completion-ts');
    await page.keyboard.press('Escape');
    for (let undo = 0; undo < 12; undo++) await page.keyboard.press('Control+Z');
    await page.getByText('not saved').first().waitFor({ state: 'detached' });
  });

  test('pipeline.yaml is completed, explained, and its mistakes are underlined', async () => {
    const { page } = studio;
    await openPreview('pipeline.yaml');
    await typeBehind('batch:', '\ntele');
    await page.keyboard.press('Control+Space');
    await page.locator('.suggest-widget .monaco-list-row', { hasText: 'telemetry' }).first().waitFor();
    await studio.picture('shell-completion-yaml');
    await page.keyboard.press('Escape');
    await page.locator('.squiggly-error').first().waitFor();
    for (let undo = 0; undo < 6; undo++) await page.keyboard.press('Control+Z');
    await page.locator('.squiggly-error').first().waitFor({ state: 'detached' });
    await page.locator('.view-line span', { hasText: 'batch' }).last().hover();
    await page.locator('.monaco-hover-content').first().waitFor();
  });

  test('what was changed on disk meanwhile is not written over unasked', async () => {
    const { page } = studio;
    const file = `${movies}/README.md`;
    await openPreview('README.md');
    await typeBehind('#', ' typed here');
    await writeFile(file, '# written elsewhere\n');
    await page.keyboard.press('Control+S');
    await page.getByText('was changed on disk').waitFor();
    await studio.picture('shell-conflict');
    expect(await readFile(file, 'utf8')).toBe('# written elsewhere\n');
    await page.getByText('Reload from disk').click();
    await page.locator('.view-line', { hasText: 'written elsewhere' }).waitFor();
    await page.getByText('was changed on disk').waitFor({ state: 'detached' });
  });

  test('an engine that is killed is told, comes back, and knows what is not saved', async () => {
    const { page } = studio;
    await openPreview('transform.ts');
    await typeBehind('title: String(movie.Title),', '\n      ');
    await page.keyboard.type('/* not saved */ ...{},');
    await page.getByText('not saved').first().waitFor();
    const cell = page
      .locator('[role=gridcell]')
      .filter({ hasText: /^The Land Girls/ })
      .first();
    await cell.waitFor();
    await studio.killEngine();
    await page.getByText('The engine is gone').waitFor();
    expect(await cell.isVisible()).toBe(true);
    await page.getByText('The engine is gone').waitFor({ state: 'detached' });
    await page.reload();
    await page.locator('.view-line', { hasText: 'not saved' }).waitFor();
    await page.getByText('not saved').first().waitFor();
  });

  test('colours follow the choice, and the choice stays', async () => {
    const { page } = studio;
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await studio.theme('light');
    expect(await background()).toBe('rgb(255, 255, 255)');
    await page.getByRole('combobox', { name: 'Colours' }).click();
    await page.getByRole('option', { name: 'Dark', exact: true }).click();
    await expect.poll(background).toBe('rgb(31, 31, 31)');
    await page.reload();
    await expect.poll(background).toBe('rgb(31, 31, 31)');
  });

  test('at 400 px files, editor and page take turns', async () => {
    const { page } = studio;
    await page.setViewportSize({ width: 400, height: 800 });
    await page.getByRole('button', { name: 'Files', exact: true }).click();
    await studio.picture('shell-400px-files');
    await files().getByRole('link', { name: 'transform.ts' }).click();
    await editor().waitFor();
    await page.locator('.view-line', { hasText: 'defineTransform' }).first().waitFor();
    await studio.picture('shell-400px-editor');
    expect(await page.getByRole('main').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Page', exact: true }).click();
    expect(await page.getByRole('main').isVisible()).toBe(true);
    expect(await editor().isVisible()).toBe(false);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test('the first page is small: the editor comes with the first file', async () => {
    const { page } = studio;
    await page.evaluate(() => {
      location.hash = '#/home';
    });
    await page.reload();
    await page.getByRole('main').getByRole('heading', { name: 'Pipelines' }).waitFor();
    const loaded = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .map((entry) => [entry.name, (entry as PerformanceResourceTiming).encodedBodySize] as const),
    );
    expect(loaded.filter(([name]) => name.includes('/monaco/'))).toEqual([]);
    const sizeBytes = loaded.reduce((sum, [, size]) => sum + size, 0);
    expect(sizeBytes).toBeGreaterThan(10_000);
    expect(sizeBytes).toBeLessThan(FIRST_PAGE_BYTES);
  });

  test('a server that was started anew tells old pages so', async () => {
    const { page } = studio;
    await studio.restart();
    await page.getByText('The studio was started anew').waitFor();
    await studio.picture('shell-stale');
  });

  test('a page without a session says where to get one', async () => {
    const { page } = studio;
    await page.context().clearCookies();
    await page.goto(page.url().split('#')[0]!);
    await page.reload();
    await page.getByText('This page does not know the secret of its server').waitFor();
    await studio.picture('shell-no-session');
  });
});
