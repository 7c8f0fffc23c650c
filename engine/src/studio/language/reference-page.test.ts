import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadComponents } from '../../pipeline/components.ts';
import { referencePageOf } from './reference-page.ts';

const pages = readdirSync(path.join(import.meta.dirname, '../../../../docs/reference'));

test.each([
  [['batch', 'maxAge'], 'pipeline'],
  [['source'], 'pipeline'],
  [['source', 'sqs', 'queue'], 'sources-sqs'],
  [['source', 'module'], 'pipeline'],
  [['sinks', 0, 's3'], 'sinks-s3'],
  [['sinks', 1, 'file', 'path'], 'sinks-file'],
  [['sinks', 0, 's3', 'partitionBy', 0], 'pipeline'],
  [['sinks', 0, 's3', 'parquet', 'compression'], 'encoders-parquet'],
  [['environments', 'local', 'source', 'sqs', 'waitTime'], 'sources-sqs'],
  [['environments', 'local'], 'pipeline'],
])('%j is told of in %s.md, which there is', async (keys, page) => {
  expect(referencePageOf(keys, await loadComponents())).toBe(page);
  expect(pages).toContain(`${page}.md`);
});
