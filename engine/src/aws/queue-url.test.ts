import { describe, expect, it } from 'vitest';
import { parseQueue, settingsFor } from './queue-url.ts';

describe('a queue is named by', () => {
  it.each([
    ['clicks', { name: 'clicks', fifo: false }],
    ['clicks.fifo', { name: 'clicks.fifo', fifo: true }],
    [
      'arn:aws:sqs:eu-central-1:123456789012:clicks',
      { name: 'clicks', region: 'eu-central-1', account: '123456789012', fifo: false },
    ],
    [
      'arn:aws-cn:sqs:cn-north-1:123456789012:clicks.fifo',
      { name: 'clicks.fifo', region: 'cn-north-1', account: '123456789012', fifo: true },
    ],
    [
      'https://sqs.eu-west-1.amazonaws.com/123456789012/clicks',
      { name: 'clicks', region: 'eu-west-1', account: '123456789012', fifo: false },
    ],
    ['https://us-east-1.queue.amazonaws.com/123456789012/clicks', { name: 'clicks', region: 'us-east-1' }],
    ['http://localhost:4566/000000000000/clicks', { name: 'clicks', region: undefined, account: '000000000000' }],
  ])('%s', (text, expected) => expect(parseQueue(text)).toMatchObject(expected));

  it.each(['', 'two words', 'arn:aws:s3:::bucket', 'https://sqs.eu-west-1.amazonaws.com/clicks', 'ftp://a/b/c', 'ä'])(
    'not by %j',
    (text) => expect(() => parseQueue(text)).toThrow(expect.objectContaining({ code: 'E_CONFIG' })),
  );

  it('takes the region from an ARN over the settings, and leaves them alone for a name', () => {
    const settings = { region: 'us-east-1', profile: 'dev' };
    expect(settingsFor(parseQueue('arn:aws:sqs:eu-central-1:123456789012:clicks'), settings)).toEqual({
      region: 'eu-central-1',
      profile: 'dev',
    });
    expect(settingsFor(parseQueue('clicks'), settings)).toBe(settings);
  });
});
