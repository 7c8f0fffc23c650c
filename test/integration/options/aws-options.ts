import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { vi } from 'vitest';
import { s3Client, sqsClient } from '../../../engine/src/aws/clients.ts';
import type { AwsSettings } from '../../../engine/src/core/component.ts';
import { createWorld, QUEUE, type World } from '../harness.ts';
import { spySqs } from './calls.ts';
import { alone, type OptionCases, option, setting } from './option-case.ts';
import { load, run, withFolder } from './scratch.ts';

const HERE = 'http://localhost:1';
const THERE = 'http://localhost:2';

/** What the SDK gives to its HTTP handler. */
interface SignedRequest {
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The request that a client made from the pipeline's `aws` sends first; it goes no further. */
async function firstRequest(service: 's3' | 'sqs', aws: object) {
  const settings = (await load({ config: { aws } })).aws as AwsSettings;
  const s3 = await s3Client(settings, {});
  const sqs = await sqsClient(settings, {});
  let request: SignedRequest | undefined;
  for (const { requestHandler } of [s3.config, sqs.config]) {
    const send = requestHandler.handle.bind(requestHandler);
    const handle: typeof send = (signed, ...rest) => {
      // Roles are assumed through the same handler.
      if (scopeOf(signed).service === 'sts') return send(signed, ...rest);
      request = signed;
      throw new Error('far enough');
    };
    Object.assign(requestHandler, { handle });
  }
  const sent =
    service === 's3' ? s3.send(new HeadBucketCommand({ Bucket: 'lake' })) : sqs.send(new ListQueuesCommand());
  const failure = await sent.catch((error: Error) => error);
  s3.destroy();
  sqs.destroy();
  if (!request) throw failure;
  return { host: `${request.hostname}:${request.port}`, path: request.path, ...scopeOf(request) };
}

/** Who signed a request, and for what. */
function scopeOf({ headers }: SignedRequest) {
  const [, keyId, region, service] = /Credential=(\w+)\/\d+\/([\w-]+)\/(\w+)/.exec(headers.authorization!)!;
  return { keyId, region, service };
}

const hostOf = async (service: 's3' | 'sqs', aws: object) => (await firstRequest(service, aws)).host;
const hostsOf = async (aws: object) => [await hostOf('sqs', aws), await hostOf('s3', aws)];

/** A profile `other` with a key of its own, for as long as `use` lasts. */
function withProfile<T>(use: () => Promise<T>): Promise<T> {
  return withFolder({}, async (folder) => {
    const file = path.join(folder, 'credentials');
    await writeFile(file, '[other]\naws_access_key_id = OTHERKEY\naws_secret_access_key = secret\n');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', file);
    vi.stubEnv('AWS_CONFIG_FILE', file);
    return use().finally(() => vi.unstubAllEnvs());
  });
}

/** A token service that grants every role, with a key that is named after it. */
async function startTokenService() {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const role = new URLSearchParams(Buffer.concat(chunks).toString()).get('RoleArn')!.split('/').at(-1);
      const keys = `<AccessKeyId>ROLE${role}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>`;
      const granted = `<Credentials>${keys}<Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>`;
      response.writeHead(200, { 'content-type': 'text/xml' });
      response.end(`<AssumeRoleResponse><AssumeRoleResult>${granted}</AssumeRoleResult></AssumeRoleResponse>`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, [Symbol.asyncDispose]: close };
}

/** Whether a run asked SQS of the one world or of the other. */
async function askedOf(worlds: Readonly<Record<string, World>>, aws: unknown, embedded: string): Promise<string[]> {
  const calls = Object.entries(worlds).map(([name, world]) => [name, spySqs(world.emulator)] as const);
  const source = { sqs: { queue: QUEUE, waitTime: '0s' } };
  await run({ config: { source, aws }, options: { embeddedEndpoint: embedded, backlogEveryMs: 20 } });
  return calls.flatMap(([name, heard]) => (heard.length > 0 ? [name] : []));
}

/** Keys that say where AWS is, and who asks. */
export const awsOptions: OptionCases = {
  aws: option<string>(
    async (aws) => {
      await using inside = await createWorld();
      await using outside = await createWorld();
      const endpoint = outside.emulator.endpoint;
      return await askedOf({ inside, outside }, aws ?? { endpoint }, inside.emulator.endpoint);
    },
    [
      [undefined, ['outside']],
      ['embedded', ['inside']],
    ],
  ),
  'aws.endpoint': option<string>(
    (endpoint) => hostsOf({ region: 'eu-west-1', endpoint }),
    [
      [HERE, ['localhost:1', 'localhost:1']],
      [THERE, ['localhost:2', 'localhost:2']],
    ],
  ),
  'aws.sqsEndpoint': option<string>(
    (sqsEndpoint) => hostsOf({ endpoint: HERE, ...setting('sqsEndpoint', sqsEndpoint) }),
    [
      [undefined, ['localhost:1', 'localhost:1']],
      [THERE, ['localhost:2', 'localhost:1']],
    ],
  ),
  'aws.s3Endpoint': option<string>(
    (s3Endpoint) => hostsOf({ endpoint: HERE, ...setting('s3Endpoint', s3Endpoint) }),
    [
      [undefined, ['localhost:1', 'localhost:1']],
      [THERE, ['localhost:1', 'localhost:2']],
    ],
  ),
  'aws.forcePathStyle': option<boolean>(
    async (forcePathStyle) => {
      const { host, path: below } = await firstRequest('s3', {
        endpoint: HERE,
        ...setting('forcePathStyle', forcePathStyle),
      });
      return host + below;
    },
    [
      [undefined, 'localhost:1/lake/'],
      [true, 'localhost:1/lake/'],
      [false, 'lake.localhost:1/'],
    ],
  ),
  'aws.region': option<string>(
    async (region) => (await firstRequest('s3', { endpoint: HERE, ...setting('region', region) })).region,
    [
      [undefined, 'us-east-1'],
      ['eu-west-1', 'eu-west-1'],
    ],
  ),
  ...alone({
    'aws.profile': option<string>(
      (profile) =>
        withProfile(async () => (await firstRequest('s3', { endpoint: HERE, ...setting('profile', profile) })).keyId),
      [
        [undefined, 'test'],
        ['other', 'OTHERKEY'],
      ],
    ),
    'aws.roleArn': option<string>(
      (roleArn) =>
        withProfile(async () => {
          await using tokens = await startTokenService();
          const aws = { endpoint: tokens.endpoint, profile: 'other', ...setting('roleArn', roleArn) };
          return (await firstRequest('s3', aws)).keyId;
        }),
      [
        [undefined, 'OTHERKEY'],
        ['arn:aws:iam::123456789012:role/writer', 'ROLEwriter'],
        ['arn:aws:iam::123456789012:role/reader', 'ROLEreader'],
      ],
    ),
  }),
};
