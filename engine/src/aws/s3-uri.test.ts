import { expect, it } from 'vitest';
import { formatS3Uri, parseS3Uri, requireS3Uri } from './s3-uri.ts';

it.each([
  ['s3://lake/a/b.parquet', { bucket: 'lake', key: 'a/b.parquet' }],
  ['s3://lake', { bucket: 'lake', key: '' }],
  ['s3://lake/', { bucket: 'lake', key: '' }],
  ['s3://lake//odd key%20+\n', { bucket: 'lake', key: '/odd key%20+\n' }],
])('%j is bucket and key, undecoded', (text, location) => expect(parseS3Uri(text)).toEqual(location));

it.each(['', 'lake/key', 's3:/lake', 's3:///key', 'https://lake/key'])('%j is no S3 URI', (text) => {
  expect(parseS3Uri(text)).toBeUndefined();
  expect(() => requireS3Uri(text, 'input')).toThrow(/^input must look like s3:\/\/bucket\/key, got /);
});

it('survives a round trip', () => {
  expect(formatS3Uri(parseS3Uri('s3://lake/dt=2026-01-01/x')!)).toBe('s3://lake/dt=2026-01-01/x');
});
