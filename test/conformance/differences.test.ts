import { expect, test } from 'vitest';
import { judge, readReport } from './differences.ts';

const report = {
  testResults: [
    {
      assertionResults: [
        { ancestorTitles: ['S3 conformance of embedded', 'buckets'], title: 'names', status: 'passed' },
        { ancestorTitles: ['S3 conformance of http://a:1', 'buckets'], title: 'names', status: 'failed' },
        { ancestorTitles: ['S3 conformance of http://a:1', 'objects'], title: 'ranges', status: 'passed' },
        { ancestorTitles: ['SQS conformance: http://a:1'], title: 'delays', status: 'failed' },
        { ancestorTitles: ['SQS conformance: http://a:1'], title: 'hours', status: 'pending' },
        { ancestorTitles: [], title: 'something else', status: 'failed' },
      ],
    },
  ],
};
const results = readReport(report).filter(({ target }) => target === 'http://a:1');

test('claims are told apart by service, section and title', () => {
  expect(results.map(({ claim }) => claim)).toEqual([
    's3 > buckets > names',
    's3 > objects > ranges',
    'sqs > delays',
    'sqs > hours',
  ]);
});

test('known differences are no news', () => {
  const verdict = judge(results, ['s3 > buckets > names', 'sqs > delays']);
  expect(verdict).toEqual({ kept: 1, asked: 3, skipped: 1, unknown: [], vanished: [] });
});

test('a difference that is new, and one that is gone, are news', () => {
  expect(judge(results, ['s3 > buckets > names', 's3 > objects > ranges', 's3 > gone'])).toMatchObject({
    unknown: ['sqs > delays'],
    vanished: ['s3 > objects > ranges', 's3 > gone'],
  });
});
