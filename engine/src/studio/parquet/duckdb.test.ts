import os from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { loadDuckDb } from './duckdb.ts';

const nowhere = pathToFileURL(`${os.tmpdir()}/nowhere/module.js`).href;
const repository = fileURLToPath(new URL('../../../..', import.meta.url));

test('DuckDB is found where it is installed, from any of the folders', async () => {
  const { DuckDBInstance } = await loadDuckDb([os.tmpdir(), repository], nowhere);
  expect(DuckDBInstance).toBeTypeOf('function');
});

test('where it is not installed, the error says how to', async () => {
  await expect(loadDuckDb([os.tmpdir()], nowhere)).rejects.toMatchObject({
    code: 'E_NOT_FOUND',
    hint: expect.stringContaining('npm install --save-dev @duckdb/node-api'),
  });
});
