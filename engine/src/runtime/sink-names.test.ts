import { expect, test } from 'vitest';
import { sinkNames } from './sink-names.ts';

test('sinks are called by their types, and are told apart where there are several of one', () => {
  const s3 = { type: 's3', config: {} };
  const sinks = [s3, { type: 'file', config: {} }, s3, { module: '/own.ts', options: {} }, s3];
  expect(sinkNames(sinks)).toEqual(['s3', 'file', 's3-2', 'module', 's3-3']);
});
