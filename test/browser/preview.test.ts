import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violationsOf } from './accessibility.ts';
import { describeInBrowser } from './harness.ts';
import { openStudio, type StudioBrowser } from './studio-browser.ts';

/** Records enough to scroll; some are dropped, some throw, some become two rows. */
const records = Array.from({ length: 200 }, (_, i) => ({
  Title: `Movie ${i + 1}`,
  'Release Date': 'Jan 01 2000',
  Director: i % 5 === 0 ? null : `D${i}`,
}));
const transform = (row: string) => `import { defineTransform, drop, t } from 'parquetry';

export default defineTransform({
  output: t.row({ title: t.string(), director: t.string().optional(), decade: t.int32() }),
  map: (movie) => {
    const title = String(movie.Title);
    if (title === 'Movie 2') return drop('the second');
    if (title === 'Movie 3') throw new Error('the third is refused');
    const row = { title: ${row}, director: movie.Director, decade: 2000 };
    return title === 'Movie 4' ? [row, row] : row;
  },
});
`;

describeInBrowser('the preview', () => {
  let studio: StudioBrowser;
  let file: string;

  beforeAll(async () => {
    studio = await openStudio({ examples: ['movies'], size: { width: 1400, height: 800 } });
    file = `${studio.folder}/movies/transform.ts`;
    const lines = records.map((record) => JSON.stringify(record)).join('\n');
    await writeFile(`${studio.folder}/movies/samples/movies.ndjson`, `${lines}\n`);
    await writeFile(file, transform('title'));
    await studio.show({ page: 'preview', folder: `${studio.folder}/movies` });
    await output().getByText('Movie 1', { exact: true }).waitFor();
  });
  afterAll(() => studio?.[Symbol.asyncDispose]());

  const output = () => studio.page.getByRole('grid', { name: 'Output' });
  const input = () => studio.page.getByRole('grid', { name: 'Input' });
  const topOf = (grid: ReturnType<typeof output>) => grid.evaluate((element) => element.scrollTop);
  /** Label and cells of the row at a position, as they are said. */
  const row = (grid: ReturnType<typeof output>, position: number) =>
    grid.locator(`[role=row][aria-rowindex="${position + 1}"]`).innerText();

  test('puts each record beside what became of it', async () => {
    expect(await row(output(), 2)).toContain('the second');
    expect(await row(output(), 3)).toContain('the third is refused');
    expect(await row(output(), 3)).toContain('transform.ts:8');
    expect(await row(input(), 4)).toContain('Movie 4');
    expect(await row(output(), 4)).toContain('Movie 4');
    expect(await row(output(), 5)).toContain('Movie 4');
    expect(await row(input(), 5)).not.toContain('Movie 4');
    expect(await row(input(), 6)).toContain('Movie 5');
    await studio.picture('preview');
  });

  test('is moved through by keys, both sides at once, and copies what is selected', async () => {
    await output().focus();
    await studio.page.keyboard.press('Control+Home');
    for (const key of ['PageDown', 'PageDown', 'ArrowDown']) await studio.page.keyboard.press(key);
    const active = await output().getAttribute('aria-activedescendant');
    expect(await studio.page.locator(`[id="${active}"]`).innerText()).toMatch(/^Movie \d+/);
    const apart = async () => (await topOf(input())) - (await topOf(output()));
    await expect.poll(apart, { timeout: 20_000 }).toBe(0);
    await studio.page.keyboard.press('Shift+ArrowRight');
    await studio.page.keyboard.press('Control+C');
    const copied = await studio.page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/^Movie \d+\t(D\d+)?$/);
  });

  test('stays where it is, and keeps what is selected, when the transform changes', async () => {
    await output().getByText('Movie 30', { exact: true }).click();
    const before = await topOf(output());
    expect(before).toBeGreaterThan(0);
    await writeFile(file, transform('title.toUpperCase()'));
    await output()
      .getByText(/^MOVIE 30/)
      .waitFor();
    expect(await topOf(output())).toBe(before);
    expect(await output().locator('.is-active').innerText()).toContain('MOVIE 30');
    expect(await output().locator('.is-active').innerText()).toContain('changed');
  });

  test('keeps the last good rows below what is wrong now', async () => {
    await writeFile(file, transform('title.('));
    await studio.page.getByRole('alert').getByText('transform.ts:9').waitFor();
    expect(
      await output()
        .getByText(/^MOVIE 30/)
        .isVisible(),
    ).toBe(true);
    await writeFile(file, transform('title'));
    await studio.page.getByRole('alert').getByText('transform.ts:9').waitFor({ state: 'detached' });
  });

  test('shows those records only that are asked for', async () => {
    await studio.page.getByRole('tab', { name: /^Dropped/ }).click();
    await expect.poll(() => output().getAttribute('aria-rowcount')).toBe('2');
    await studio.page.getByRole('tab', { name: /^All/ }).click();
    await studio.page.getByRole('toolbar', { name: 'Preview' }).locator('input').fill('movie 77');
    await expect.poll(() => output().getAttribute('aria-rowcount')).toBe('2');
    expect(await row(output(), 1)).toContain('Movie 77');
    await studio.page.getByRole('toolbar', { name: 'Preview' }).locator('input').fill('');
    await expect.poll(() => output().getAttribute('aria-rowcount')).toBe('202');
  });

  test('tells all about a record that is dead-lettered', async () => {
    await output().focus();
    await studio.page.keyboard.press('Control+Home');
    await output().getByText('the third is refused').click();
    const details = studio.page.getByRole('region', { name: 'Why record 3 is dead-lettered' });
    await details.getByText('at Object.map').waitFor();
    expect(await details.innerText()).toContain('"Title":"Movie 3"');
    await details.getByRole('button', { name: 'Close' }).click();
  });

  test('saves what a record gives as a test', async () => {
    await output().getByText('Movie 1', { exact: true }).click();
    await studio.page.getByRole('button', { name: 'Save as a test' }).click();
    await studio.page.getByRole('toolbar', { name: 'Save as a test' }).getByRole('button', { name: 'Save' }).click();
    await studio.page.getByText('record 1', { exact: false }).first().waitFor();
    await studio.page.getByText('not saved').first().waitFor();
  });
});

describeInBrowser('home and preview', () => {
  // What every page looks like in the other themes, pages.test.ts knows.
  test.for([
    ['hc-light', 1280],
    ['light', 400],
  ] as const)('can be used by everybody: %s, %i pixels', async ([theme, width]) => {
    await using studio = await openStudio({ size: { width, height: 760 } });
    await studio.theme(theme);
    for (const page of ['home', 'preview'] as const) {
      await studio.show(page === 'home' ? { page } : { page, folder: `${studio.folder}/movies` });
      const shown =
        page === 'home' ? studio.page.getByRole('heading', { name: 'movies' }) : studio.page.getByText('1998-06-12');
      await shown.first().waitFor();
      await studio.picture(`${page}-${theme}-${width}`);
      expect(await violationsOf(studio.page), page).toEqual([]);
    }
    expect(studio.problems).toEqual([]);
  });
});
