import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { violationsOf } from './accessibility.ts';
import { describeInBrowser } from './harness.ts';
import { openStudio, type StudioBrowser } from './studio-browser.ts';

describeInBrowser('SQL without DuckDB', () => {
  let studio: StudioBrowser;
  let folder: string;
  /** While this is not there, neither is DuckDB, for all processes of the studio. */
  let installed: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-duckdb-'));
    installed = path.join(folder, 'installed');
    const hook = path.join(folder, 'hide.cjs');
    await writeFile(
      hook,
      `const Module = require('node:module');
      const resolve = Module._resolveFilename;
      Module._resolveFilename = function (request, ...rest) {
        if (request === '@duckdb/node-api' && !require('node:fs').existsSync(${JSON.stringify(installed)})) throw new Error('hidden');
        return resolve.call(this, request, ...rest);
      };`,
    );
    vi.stubEnv('NODE_OPTIONS', `--require ${hook}`);
    studio = await openStudio({ examples: [] });
    vi.unstubAllEnvs();
    const file = path.join(studio.folder, 'rows.parquet');
    const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
    await duckdb.run(`COPY (SELECT i AS id FROM range(10) t(i)) TO '${file}' (FORMAT parquet)`);
    duckdb.closeSync();
    await studio.show({ page: 'parquet', uri: file });
  });
  afterAll(async () => {
    await studio?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  test('says what to install, and goes on once it is', async () => {
    const { page } = studio;
    await page.getByRole('tab', { name: 'SQL' }).click();
    await page.getByText('SQL needs DuckDB').waitFor();
    await page.getByRole('button', { name: 'copy' }).click();
    await page.getByRole('button', { name: 'copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('npm install --save-dev @duckdb/node-api');
    await studio.picture('duckdb-missing');
    expect((await violationsOf(page)).join('\n')).toBe('');

    await writeFile(installed, '');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('textbox', { name: 'Query' }).press('Control+Enter');
    await page.getByText(/10 rows in/).waitFor();
    expect(studio.problems).toEqual([]);
  });
});
