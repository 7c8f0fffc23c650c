import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PageRoute } from '../../engine/src/protocol/shell.ts';
import { describeInBrowser } from './harness.ts';
import { openStudio, type StudioBrowser } from './studio-browser.ts';

const patience = { timeout: 20_000 };

/* What was typed into a page is there again after another page was in its place, and after a reload. */
describeInBrowser('a page that comes back', () => {
  let studio: StudioBrowser;
  let file: string;

  beforeAll(async () => {
    studio = await openStudio();
    file = path.join(studio.folder, 'movies', 'rows.parquet');
    const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
    await duckdb.run(`COPY (SELECT i AS id, i % 7 AS part FROM range(1000) t(i)) TO '${file}' (FORMAT parquet)`);
    duckdb.closeSync();
  });
  afterAll(() => studio?.[Symbol.asyncDispose]());

  const of = (page: 'preview' | 'plan' | 'samples', name = 'movies'): PageRoute => ({
    page,
    folder: `${studio.folder}/${name}`,
    environment: 'local',
  });
  const textbox = (name: string) => studio.page.getByRole('textbox', { name, exact: true });
  const tab = (name: RegExp | string) => studio.page.getByRole('tab', { name });

  /** Away, and back; then a reload. */
  async function leaveAndReturn(route: PageRoute, isBack: () => Promise<void>): Promise<void> {
    await studio.show({ page: 'home' });
    await studio.page.getByRole('main').getByRole('heading', { name: 'Pipelines' }).waitFor();
    await studio.show(route);
    await isBack();
    await studio.page.reload();
    await isBack();
  }

  test('has the query and the rows of its SQL', async () => {
    const { page } = studio;
    const route: PageRoute = { page: 'parquet', uri: file };
    await studio.show(route);
    await tab('SQL').click();
    await textbox('Query').fill('SELECT max(id) + 41 AS top FROM file');
    await textbox('Query').press('Control+Enter');
    const answer = () => page.getByRole('gridcell').getByText('1040', { exact: true }).waitFor();
    await answer();
    await leaveAndReturn(route, async () => {
      await answer();
      expect(await textbox('Query').inputValue()).toContain('+ 41');
      expect(await tab('SQL').getAttribute('aria-selected')).toBe('true');
    });
  });

  test('has its filters and its order', async () => {
    const { page } = studio;
    const route: PageRoute = { page: 'parquet', uri: file };
    await studio.show(route);
    await tab('Data').click();
    await page.getByRole('combobox', { name: 'Column' }).fill('part');
    await page.getByRole('textbox', { name: 'Value' }).fill('3');
    await page.getByRole('textbox', { name: 'Value' }).press('Enter');
    await page.getByText('143 of 1,000 rows match').waitFor();
    await page.getByRole('columnheader', { name: /^id/ }).click();
    await page.getByRole('button', { name: 'Do not sort' }).waitFor();
    await leaveAndReturn(route, async () => {
      await page.getByText('143 of 1,000 rows match').waitFor();
      await page.getByRole('button', { name: 'Do not sort' }).waitFor();
    });
  });

  test('has what is searched for, in its pipeline and no other', async () => {
    const { page } = studio;
    await studio.show(of('preview'));
    await tab(/^Changed/).click();
    await page.getByRole('toolbar', { name: 'Preview' }).locator('input').fill('land girls');
    const isBack = async () => {
      const search = page.getByRole('toolbar', { name: 'Preview' }).locator('input');
      await expect.poll(() => search.inputValue(), patience).toBe('land girls');
      expect(await tab(/^Changed/).getAttribute('aria-selected')).toBe('true');
    };
    await leaveAndReturn(of('preview'), isBack);
    await studio.show(of('preview', 'flights'));
    await page.getByRole('main').getByRole('heading', { name: 'flights' }).waitFor();
    expect(await page.getByRole('toolbar', { name: 'Preview' }).locator('input').inputValue()).toBe('');
  });

  test('has the rate that was planned for', async () => {
    const { page } = studio;
    const rate = () => page.getByRole('toolbar', { name: 'Plan' }).locator('input').first();
    await studio.show(of('plan'));
    await rate().fill('30k');
    await leaveAndReturn(of('plan'), () => expect.poll(() => rate().inputValue(), patience).toBe('30k'));
  });

  test('has where samples come from, but no secret', async () => {
    const { page } = studio;
    const input = (label: string) => page.getByLabel(label, { exact: true });
    await studio.show(of('samples'));
    await tab('Running engine').click();
    await input('Address').fill('127.0.0.1:9464');
    await input('Token').fill('a-secret');
    expect(await input('Token').getAttribute('type')).toBe('password');
    await input('Fields to redact').fill('user.email');
    await leaveAndReturn(of('samples'), async () => {
      await expect.poll(() => input('Address').inputValue(), patience).toBe('127.0.0.1:9464');
      expect(await input('Fields to redact').inputValue()).toBe('user.email');
      expect(await input('Token').inputValue()).toBe('');
    });
    expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain('a-secret');
  });

  test('throws nothing on its way', () => {
    expect(studio.problems).toEqual([]);
  });
});
