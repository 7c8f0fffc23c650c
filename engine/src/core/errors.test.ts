import { expect, test } from 'vitest';
import { asParquetryError, ParquetryError } from './errors.ts';

test('an error of the copy that is bundled into an own module keeps code, facts and retryability', () => {
  class Copy extends Error {
    override name = 'ParquetryError';
    code = 'E_UNAVAILABLE';
    retryable = true;
    hint = 'Try later.';
  }
  const thrown = new Copy('the spool must answer, got nothing');
  const error = asParquetryError(thrown);
  expect(error).toBeInstanceOf(ParquetryError);
  expect(error).toMatchObject({ code: 'E_UNAVAILABLE', retryable: true, hint: 'Try later.', cause: thrown });
  expect(error.message).toBe(thrown.message);
});

test('anything else that is thrown is a defect, and not retryable', () => {
  for (const thrown of [new TypeError('x'), 'x', undefined, { code: 'E_ACCESS' }]) {
    expect(asParquetryError(thrown)).toMatchObject({ code: 'E_INTERNAL', retryable: false });
  }
});
