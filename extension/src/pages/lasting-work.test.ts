import { expect, test } from 'vitest';
import { isLasting, type LastingMethod, wordsOf } from './lasting-work.ts';

test('what changes something outlives its page, what shows something does not', () => {
  expect(['deadLetters.replay', 'run.feed', 'samples.take', 'parquet.export', 'run.start'].every(isLasting)).toBe(true);
  expect(['preview.watch', 'run.watch', 'parquet.rows', 'deadLetters.retry', 'toString'].some(isLasting)).toBe(false);
});

test.each<[LastingMethod, unknown, string]>([
  [
    'deadLetters.replay',
    { sent: 1_200, again: 1, failed: [{ id: '1', why: 'it is too large' }] },
    '1,200 dead letters replayed; 1 record became dead letters again; 1 could not be: it is too large',
  ],
  ['deadLetters.replay', { sent: 1, failed: [] }, '1 dead letter replayed'],
  ['parquet.export', { rows: 3 }, '3 rows exported to /out.csv'],
  ['run.feed', { sent: 50 }, '50 records of the samples sent'],
  [
    'samples.take',
    { file: '/p/samples/a.ndjson', records: 2, redactedFields: [], warnings: [] },
    '/p/samples/a.ndjson: 2 records were saved. Nothing was redacted.',
  ],
])('%s that ended says what came of it: %j', (method, result, said) => {
  expect(wordsOf(method).done?.(result as never, { file: '/out.csv' } as never)).toBe(said);
});
