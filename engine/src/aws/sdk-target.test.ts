import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { sqsClient } from './clients.ts';
import { sdkTarget } from './sdk-target.ts';

const credentials = { accessKeyId: 'A', secretAccessKey: 's' };
const silent = () => {};
/** The SDK remarks on other hosts in queue URLs. */
const logger = { trace: silent, debug: silent, info: silent, warn: silent, error: silent };
const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/clicks';

async function targetOf(config: SQSClientConfig, url: string) {
  const client = new SQSClient({ credentials, logger, ...config });
  const { origin, path, scope } = await sdkTarget(client, url);
  client.destroy();
  return `${origin}${path} ${scope.region}/${scope.service}`;
}

describe('the endpoint and the region are what the SDK makes of them:', () => {
  it.each<[string, SQSClientConfig, string, string]>([
    ['AWS itself', { region: 'eu-west-1' }, queueUrl, 'https://sqs.eu-west-1.amazonaws.com/ eu-west-1/sqs'],
    [
      'China',
      { region: 'cn-north-1' },
      'https://sqs.cn-north-1.amazonaws.com.cn/1/clicks',
      'https://sqs.cn-north-1.amazonaws.com.cn/ cn-north-1/sqs',
    ],
    [
      'FIPS',
      { region: 'us-east-1', useFipsEndpoint: true },
      'https://sqs-fips.us-east-1.amazonaws.com/1/clicks',
      'https://sqs-fips.us-east-1.amazonaws.com/ us-east-1/sqs',
    ],
    [
      'dual stack',
      { region: 'us-east-1', useDualstackEndpoint: true },
      'https://sqs.us-east-1.api.aws/1/clicks',
      'https://sqs.us-east-1.api.aws/ us-east-1/sqs',
    ],
    [
      'the host of the queue URL, as of a VPC endpoint',
      { region: 'eu-west-1' },
      'https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com/1/clicks',
      'https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com/ eu-west-1/sqs',
    ],
    [
      'a configured endpoint, with a port and a path, before the host of the queue URL',
      { region: 'eu-west-1', endpoint: 'http://127.0.0.1:4566/sqs' },
      queueUrl,
      'http://127.0.0.1:4566/sqs/ eu-west-1/sqs',
    ],
  ])('%s', async (_, config, url, target) => {
    expect(await targetOf(config, url)).toBe(target);
  });
});

it('has the headers that calls have in common, and none that belong to one of them', async () => {
  const client = await sqsClient({ region: 'eu-west-1', endpoint: 'http://127.0.0.1:1' }, {});
  const { headers, unsignedHeaders } = await sdkTarget(client, queueUrl);
  client.destroy();
  expect(Object.keys(headers).sort()).toEqual(['content-type', 'host', 'x-amzn-query-mode']);
  expect(headers).toMatchObject({ host: '127.0.0.1:1', 'content-type': 'application/x-amz-json-1.0' });
  expect(unsignedHeaders).toEqual({ 'user-agent': expect.stringContaining('parquetry/') });
});

it('fails as a call would when there are no credentials', async () => {
  const none = () => Promise.reject(Object.assign(new Error('none'), { name: 'CredentialsProviderError' }));
  const client = new SQSClient({ region: 'eu-west-1', credentials: none });
  await expect(sdkTarget(client, queueUrl)).rejects.toMatchObject({ name: 'CredentialsProviderError' });
});
