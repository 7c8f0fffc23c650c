import { describe, expect, test } from 'vitest';
import { SQS_MOST_HELD } from '../core/sqs-quotas.ts';
import { explainReachableSize, type FileSizeFacts, reachableSize } from './reachable-size.ts';

const MiB = 2 ** 20;
const facts: FileSizeFacts = {
  targetSizeBytes: 128 * MiB,
  maxAgeMs: 300_000,
  recordBytes: 240,
  recordsPerMessage: 1,
  inFlightCap: SQS_MOST_HELD,
};
const size = (bytes: number) => `${(bytes / MiB).toFixed(1)} MiB`;

describe('the size that a file reaches', () => {
  test.each<[string, Partial<FileSizeFacts>, object]>([
    ['one-event messages: what a run holds, 6 MB', {}, { limit: 'in-flight', messages: 100_000, sizeBytes: 6_000_000 }],
    [
      'enough records a message',
      { recordsPerMessage: 23 },
      { limit: 'target', messages: 97_260, sizeBytes: 128 * MiB },
    ],
    ['one record too few', { recordsPerMessage: 22 }, { limit: 'in-flight', enoughRecords: 23 }],
    [
      'a slow queue: age',
      { messagesPerSecond: 10 },
      { limit: 'age', messages: 3_000, sizeBytes: 180_000, closesAfterMs: 300_000 },
    ],
    ['a fast queue: still the cap', { messagesPerSecond: 4_000 }, { limit: 'in-flight', closesAfterMs: 25_000 }],
    [
      'just the rate that fills the cap',
      { messagesPerSecond: 334 },
      { limit: 'in-flight', enoughPerSecond: 100_000 / 300 },
    ],
    ['a rate below it', { messagesPerSecond: 333 }, { limit: 'age', messages: 99_900 }],
    ['a small target', { targetSizeBytes: MiB }, { limit: 'target', messages: 17_477, sizeBytes: MiB }],
    [
      'a small target, slow',
      { targetSizeBytes: MiB, messagesPerSecond: 100 },
      { limit: 'target', closesAfterMs: 174_770 },
    ],
    ['others hold most of the cap', { inFlightCap: 1_000 }, { limit: 'in-flight', sizeBytes: 60_000 }],
    ['no message at all', { messagesPerSecond: 0 }, { limit: 'age', messages: 0, sizeBytes: 0 }],
  ])('%s', (_name, change, wanted) => {
    expect(reachableSize({ ...facts, ...change })).toMatchObject(wanted);
  });
});

test('what limits it is said with a way out', () => {
  expect(explainReachableSize(facts, size)).toEqual({
    message:
      'batch.targetSize of 128.0 MiB cannot be reached: of the 120,000 messages that SQS lends at a time a run holds at most 100,000, and as many of 1 record of about 0.0 MiB are about 5.7 MiB of Parquet',
    hint: 'Have the producer put 23 records or more into a message, or expect files of 5.7 MiB.',
  });
  expect(explainReachableSize({ ...facts, messagesPerSecond: 2.5 }, size)).toMatchObject({
    message: expect.stringContaining('at 2.5 messages/s'),
    hint: expect.stringContaining('from 334 messages/s on'),
  });
  expect(explainReachableSize({ ...facts, messagesPerSecond: 2.5, isOfLargest: true }, size)).toMatchObject({
    message: expect.stringContaining('a file of the largest partition has about'),
  });
  expect(explainReachableSize({ ...facts, recordsPerMessage: 1_000 }, size)).toBeUndefined();
});
