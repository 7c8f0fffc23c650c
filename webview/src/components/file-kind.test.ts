import { expect, test } from 'vitest';
import { kindOf } from './file-kind.ts';

test.each([
  ['movies.parquet', 'parquet'],
  ['C:\\lake\\MOVIES.PARQ', 'parquet'],
  ['movies.pqt', 'parquet'],
  ['movies.ndjson.gz', 'packed'],
  ['movies.ndjson.zst', 'packed'],
  ['movies.ndjson', 'text'],
  ['transform.ts', 'text'],
  ['parquet', 'text'],
])('%s is %s', (file, kind) => {
  expect(kindOf(file)).toBe(kind);
});
