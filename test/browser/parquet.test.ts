import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violationsOf } from './accessibility.ts';
import { describeInBrowser } from './harness.ts';
import { openStudio, type StudioBrowser } from './studio-browser.ts';

describeInBrowser('a Parquet file', () => {
  let studio: StudioBrowser;
  let file: string;
  beforeAll(async () => {
    studio = await openStudio({ examples: [] });
    file = path.join(studio.folder, 'events.parquet');
    await mkdir(studio.folder, { recursive: true });
    const query = `SELECT i AS id, (9007199254740993 + i)::BIGINT AS large, 'event ' || (i % 7) AS name,
      CASE WHEN i % 5 > 0 THEN i / 3 END AS amount, {'city': 'Oslo', 'zip': i} AS place, repeat('long ', 2000) AS note
      FROM range(20000) t(i)`;
    const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
    await duckdb.run(`COPY (${query}) TO '${file}' (FORMAT parquet, ROW_GROUP_SIZE 4096)`);
    duckdb.closeSync();
    await studio.show({ page: 'parquet', uri: file });
  });
  afterAll(() => studio?.[Symbol.asyncDispose]());

  const cells = () => studio.page.getByRole('gridcell');

  test('shows rows exactly, and what each column is like', async () => {
    const { page } = studio;
    await page.getByText('20,000 rows').first().waitFor();
    await cells().getByText('9007199254740993').first().waitFor();
    await cells().getByText('{"city":"Oslo","zip":0}').waitFor();
    await page.getByText('20 % null').waitFor();
  });

  test('shows a long value in full when its cell is opened', async () => {
    const { page } = studio;
    await cells()
      .getByText(/^long long/)
      .first()
      .dblclick();
    await page.getByRole('region', { name: 'Value of note' }).getByText('long '.repeat(2_000).trim()).waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
  });

  test('is filtered and sorted by what is clicked and typed', async () => {
    const { page } = studio;
    await page.getByRole('combobox', { name: 'Column' }).fill('name');
    await page.getByRole('textbox', { name: 'Value' }).fill('event 3');
    await page.getByRole('textbox', { name: 'Value' }).press('Enter');
    await page.getByText('2,857 of 20,000 rows match').waitFor();
    const heading = page.getByRole('columnheader', { name: /^id/ });
    await heading.click();
    await heading.click();
    await cells().getByText('19995', { exact: true }).waitFor();
    await studio.picture('parquet-filtered');
    await page.getByRole('button', { name: /^Remove the filter/ }).click();
    await page.getByRole('button', { name: 'Do not sort' }).click();
    await page.getByText('20,000 rows').first().waitFor();
  });

  test('shows where its bytes are, chunk by chunk', async () => {
    const { page } = studio;
    await page.getByRole('tab', { name: 'Structure' }).click();
    await page.getByRole('button', { name: 'large', exact: true }).click();
    const chunk = page.getByRole('region', { name: /large in row group 1/ });
    await chunk.getByText('9007199254740993 … 9007199254745088').first().waitFor();
    await chunk.getByRole('button', { name: 'Next row group' }).click();
    await page
      .getByRole('region', { name: /large in row group 2/ })
      .getByText('row group 2 of 5')
      .waitFor();
    await studio.picture('parquet-structure');
    expect((await violationsOf(page)).join('\n')).toBe('');
  });

  test('answers queries, and says what is wrong with one', async () => {
    const { page } = studio;
    await page.getByRole('tab', { name: 'SQL' }).click();
    const query = page.getByRole('textbox', { name: 'Query' });
    await query.fill('SELECT max(large) AS top FROM file');
    await query.press('Control+Enter');
    await cells().getByText('9007199254760992').waitFor();
    await query.fill('SELECT nothing FROM file');
    await page.getByRole('button', { name: 'Run' }).click();
    await page
      .getByRole('alert')
      .getByText(/Binder Error/)
      .waitFor();
    await studio.picture('parquet-sql');
    expect((await violationsOf(page)).join('\n')).toBe('');
  });

  test('that is none says so, with what to do', async () => {
    const { page } = studio;
    const other = path.join(studio.folder, 'other.parquet');
    await writeFile(other, (await readFile(file)).subarray(0, 5_000));
    await studio.show({ page: 'parquet', uri: other });
    await page
      .getByRole('alert')
      .getByText(/must end in "PAR1"/)
      .waitFor();
    await page.getByText(/damaged, cut short/).waitFor();
  });

  test('throws nothing on its way', () => {
    expect(studio.problems).toEqual([]);
  });
});
