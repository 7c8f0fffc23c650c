import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violationsOf } from './accessibility.ts';
import { describeInBrowser } from './harness.ts';
import { openStudio, type StudioBrowser } from './studio-browser.ts';

/* What does not work is told where it was asked for, and can be tried again. */
describeInBrowser('what does not work', () => {
  let studio: StudioBrowser;
  let movies: string;
  const packed = gzipSync('{"Title":"Slam"}\n');

  beforeAll(async () => {
    studio = await openStudio();
    movies = path.join(studio.folder, 'movies');
    await writeFile(path.join(movies, 'samples', 'more.ndjson.gz'), packed);
    const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
    const rows = path.join(movies, 'samples', 'rows.parq');
    await duckdb.run(`COPY (SELECT i AS number FROM range(10) t(i)) TO '${rows}' (FORMAT parquet)`);
    duckdb.closeSync();
    await studio.show({ page: 'home' });
    await studio.page.getByRole('main').getByRole('heading', { name: 'movies' }).waitFor();
  });
  afterAll(() => studio?.[Symbol.asyncDispose]());

  const files = () => studio.page.getByRole('navigation', { name: 'Files' });
  /** Monaco has some of its own. */
  const alert = () => studio.page.locator('.banner[role=alert]');

  test('an editor that could not be loaded is loaded once more', async () => {
    const { page } = studio;
    await page.route('**/monaco/monaco.js*', (route) => route.abort(), { times: 1 });
    await studio.show({ page: 'home' }, `${movies}/transform.ts`);
    await alert().getByText('The editor was not loaded').waitFor();
    await studio.picture('editor-not-loaded');
    await alert().getByRole('button', { name: 'Try again' }).click();
    await page.locator('.view-line', { hasText: 'defineTransform' }).first().waitFor();
    await alert().waitFor({ state: 'detached' });
  });

  test('a packed sample is no text: it leads to the samples, and not into the editor', async () => {
    const { page } = studio;
    await studio.show({ page: 'preview', folder: movies }, `${movies}/transform.ts`);
    await files().getByRole('link', { name: 'samples/more.ndjson.gz' }).click();
    await page.getByRole('main').getByRole('heading', { name: 'In the project' }).waitFor();
    await page.locator('.view-line', { hasText: 'defineTransform' }).first().waitFor();
    expect(await page.getByRole('main').getByRole('button', { name: 'more.ndjson.gz' }).count()).toBe(0);
    // As a bookmark may have it.
    await studio.show({ page: 'home' }, `${movies}/samples/more.ndjson.gz`);
    await alert().getByText('more.ndjson.gz is no text in UTF-8').waitFor();
    expect(await page.locator('.view-line').first().isVisible()).toBe(false);
    await studio.picture('editor-no-text');
    expect((await violationsOf(page)).join('\n')).toBe('');
    await page.keyboard.press('Control+S');
    expect(await readFile(path.join(movies, 'samples', 'more.ndjson.gz'))).toEqual(packed);
  });

  test('a Parquet sample opens as one, whatever its ending', async () => {
    const { page } = studio;
    await studio.show({ page: 'preview', folder: movies }, `${movies}/transform.ts`);
    await files().getByRole('link', { name: 'samples/rows.parq' }).click();
    await page.getByText('10 rows').first().waitFor();
    await studio.show({ page: 'samples', folder: movies });
    await page.getByRole('main').getByRole('button', { name: 'rows.parq' }).click();
    await page.getByText('10 rows').first().waitFor();
  });

  test('a file that is gone is told above the page', async () => {
    const { page } = studio;
    await studio.show({ page: 'samples', folder: movies });
    const link = page.getByRole('main').getByRole('button', { name: 'movies.ndjson' });
    await link.waitFor();
    const sample = path.join(movies, 'samples', 'movies.ndjson');
    const text = await readFile(sample);
    await rm(sample);
    await link.click();
    await alert()
      .getByText(/there is no file .*movies\.ndjson/)
      .waitFor();
    await studio.picture('page-notice');
    expect((await violationsOf(page)).join('\n')).toBe('');
    const notice = alert().filter({ hasText: 'there is no file' });
    await notice.getByRole('button', { name: 'Close' }).click();
    await notice.waitFor({ state: 'detached' });
    await writeFile(sample, text);
  });

  test('what is copied is copied where pages have no clipboard, too', async () => {
    const { page } = studio;
    await page.evaluate(() => {
      Object.assign(globalThis, { clipboardBefore: navigator.clipboard });
      Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true });
    });
    await studio.show({ page: 'parquet', uri: path.join(movies, 'samples', 'rows.parq') });
    await page.getByRole('gridcell').getByText('7', { exact: true }).dblclick();
    await page.getByRole('button', { name: 'Copy value' }).click();
    const copied = () =>
      page.evaluate(() => (globalThis as unknown as { clipboardBefore: Clipboard }).clipboardBefore.readText());
    await expect.poll(copied, { timeout: 20_000 }).toBe('7');
    await page.evaluate(() => {
      document.execCommand = () => false;
    });
    await page.getByRole('button', { name: 'Copy value' }).click();
    await alert().getByText('the browser lets this page copy nothing').waitFor();
  });

  test('to look again while the engine is gone throws nothing', async () => {
    const { page } = studio;
    await studio.show({ page: 'home' });
    await page.getByRole('main').getByRole('heading', { name: 'movies' }).waitFor();
    await studio.killEngine();
    await page.getByText('The engine is gone').waitFor();
    await page.getByRole('button', { name: 'Look again' }).first().click();
    await page.getByText('The engine is gone').waitFor({ state: 'detached' });
    const missing = /net::ERR_FAILED|Failed to fetch dynamically/;
    expect(studio.problems.filter((problem) => !missing.test(problem))).toEqual([]);
  });
});
