import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HeadBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCaller, s3Caller } from './caller.ts';
import { s3Client, sqsClient } from './clients.ts';
import { isLoopback } from './network.ts';
import { headObject, readObject, readRange } from './s3-object.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server that answers as told and is gone after the test. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('made-up credentials', () => {
  it.each([
    ['http://127.0.0.1:4566', true],
    ['http://127.8.8.8', true],
    ['http://[::1]:4566', true],
    ['http://localhost:9324', true],
    ['http://s3.localhost.localstack.cloud:4566', true],
    ['http://127.0.0.1.example.com', false],
    ['http://localhost.example.com', false],
    ['https://minio.internal', false],
    ['nonsense', false],
  ])('for %s: %s', (endpoint, loopback) => expect(isLoopback(endpoint)).toBe(loopback));

  it('are used on a loopback endpoint when the environment has none, in us-east-1', async () => {
    const client = await sqsClient({ endpoint: 'http://127.0.0.1:1' }, {});
    closers.push(() => client.destroy());
    expect(await client.config.credentials()).toMatchObject({ accessKeyId: 'test' });
    expect(await client.config.region()).toBe('us-east-1');
  });

  it('are not used when the environment has credentials', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'from-env');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    closers.push(() => void vi.unstubAllEnvs());
    const client = await s3Client({ endpoint: 'http://127.0.0.1:1' });
    closers.push(() => client.destroy());
    expect(await client.config.credentials()).toMatchObject({ accessKeyId: 'from-env' });
  });
});

describe('an S3 client', () => {
  it('uses path style where an endpoint is given, unless told otherwise', async () => {
    const styles = await Promise.all(
      [
        { endpoint: 'http://127.0.0.1:1' },
        { endpoint: 'http://127.0.0.1:1', forcePathStyle: false },
        { region: 'eu-west-1' },
      ].map(async (settings) => {
        const client = await s3Client(settings, {});
        closers.push(() => client.destroy());
        return client.config.forcePathStyle;
      }),
    );
    expect(styles).toEqual([true, false, false]);
  });

  it('says what to set when no region is known', async () => {
    vi.stubEnv('AWS_REGION', '');
    vi.stubEnv('AWS_CONFIG_FILE', 'no-such-file');
    closers.push(() => void vi.unstubAllEnvs());
    await expect(s3Client({}, {})).rejects.toMatchObject({
      code: 'E_CONFIG',
      hint: expect.stringContaining('aws.region'),
    });
  });

  it('says parquetry in its user agent and sends no Expect header', async () => {
    const headers: IncomingMessage['headers'][] = [];
    const endpoint = await serve((request, response) => {
      headers.push(request.headers);
      response.end();
    });
    const client = await s3Client({ endpoint }, {});
    closers.push(() => client.destroy());
    await client.send(
      new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: Buffer.alloc(3 << 20), ChecksumCRC32: 'AAAAAA==' }),
    );
    expect(headers[0]?.['user-agent']).toContain('parquetry/');
    expect(headers[0]).not.toHaveProperty('expect');
    expect(headers[0]?.['x-amz-checksum-crc32']).toBe('AAAAAA==');
  });
});

describe('a caller', () => {
  const region = (request: IncomingMessage) =>
    /Credential=\w+\/\d+\/([\w-]+)\//.exec(request.headers.authorization!)?.[1];

  it('follows a bucket to its region and stays there', async () => {
    const regions: unknown[] = [];
    const endpoint = await serve((request, response) => {
      regions.push(region(request));
      if (region(request) !== 'eu-central-1') response.writeHead(301, { 'x-amz-bucket-region': 'eu-central-1' });
      response.end();
    });
    const caller = s3Caller({ endpoint, region: 'us-east-1' });
    closers.push(() => caller.close());
    const head = () => caller.call('bucket lake', (client) => client.send(new HeadBucketCommand({ Bucket: 'lake' })));
    await head();
    await head();
    expect(regions).toEqual(['us-east-1', 'eu-central-1', 'eu-central-1']);
  });

  it('gives up when the other region sends it back', async () => {
    let calls = 0;
    const endpoint = await serve((request, response) => {
      calls++;
      response
        .writeHead(301, { 'x-amz-bucket-region': region(request) === 'us-east-1' ? 'eu-west-1' : 'us-east-1' })
        .end();
    });
    const caller = s3Caller({ endpoint, region: 'us-east-1' });
    closers.push(() => caller.close());
    const head = caller.call('bucket lake', (client) => client.send(new HeadBucketCommand({ Bucket: 'lake' })));
    await expect(head).rejects.toMatchObject({ code: 'E_CONFIG' });
    expect(calls).toBe(2);
  });

  it('renews expired credentials once and calls again', async () => {
    const renewals: unknown[] = [];
    const credentials = async (options?: object) => {
      if (options) renewals.push(options);
      return { accessKeyId: 'A' };
    };
    const client = { config: { region: async () => 'us-east-1', credentials }, destroy: () => {} };
    const caller = createCaller({}, async () => client);
    let calls = 0;
    const expired = Object.assign(new Error('expired'), { name: 'ExpiredToken' });
    const attempt = async () => {
      if (++calls === 1) throw expired;
      return 'answer';
    };
    expect(await caller.call('bucket lake', attempt)).toBe('answer');
    expect(renewals).toEqual([{ forceRefresh: true }]);

    const stillExpired = caller.call('bucket lake', () => Promise.reject(expired));
    await expect(stillExpired).rejects.toMatchObject({ code: 'E_ACCESS' });
    expect(renewals).toHaveLength(2);
  });

  it('calls again with renewed keys even if another call had them renewed meanwhile', async () => {
    let key = 'OLD';
    const credentials = async (options?: object) => {
      if (options) key = 'NEW';
      return { accessKeyId: key };
    };
    const client = { config: { region: async () => 'us-east-1', credentials }, destroy: () => {} };
    const caller = createCaller({}, async () => client);
    const refused = Object.assign(new Error('unknown'), { name: 'InvalidAccessKeyId' });
    const slow = Promise.withResolvers<string>();
    const answers = [slow.promise, Promise.reject(refused), Promise.resolve('quick'), Promise.resolve('slow')];
    const attempt = () => answers.shift()!;
    const late = caller.call('bucket lake', attempt);
    expect(await caller.call('bucket lake', attempt)).toBe('quick');
    slow.reject(refused);
    expect(await late).toBe('slow');
  });

  describe('whose keys end before a HEAD, which is refused without a word', () => {
    const credentialsOf = (changing: boolean) => {
      let secret = 'OLD';
      return async (options?: { forceRefresh?: boolean }) => {
        if (options?.forceRefresh && changing) secret = 'NEW';
        return { accessKeyId: secret, secretAccessKey: 'x' };
      };
    };
    const open = async (changing: boolean) => {
      let ended = false;
      const endpoint = await serve((request, response) => {
        const isRefused = ended && request.headers.authorization!.includes('Credential=OLD');
        response.writeHead(isRefused ? 400 : 200, { 'content-length': 10 }).end();
      });
      const credentials = credentialsOf(changing);
      const caller = createCaller({ endpoint }, async () => {
        const { S3Client } = await import('@aws-sdk/client-s3');
        return new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
      });
      closers.push(() => caller.close());
      await headObject(caller, { bucket: 'lake', key: 'x' });
      ended = true;
      return headObject(caller, { bucket: 'lake', key: 'x' });
    };

    it('renews them and calls again', async () => expect(await open(true)).toMatchObject({ sizeBytes: 10 }));

    it('is told to try again later where there are no others yet', async () => {
      await expect(open(false)).rejects.toMatchObject({ code: 'E_CONFIG', retryable: true });
    });
  });

  it('names subject and hint when nobody listens', async () => {
    const caller = s3Caller({ endpoint: 'http://127.0.0.1:1' });
    closers.push(() => caller.close());
    await expect(headObject(caller, { bucket: 'lake', key: 'x' })).rejects.toMatchObject({
      code: 'E_UNAVAILABLE',
      message: 's3://lake/x cannot be reached (ECONNREFUSED)',
    });
  });
});

describe('reading an object', () => {
  const bytes = Buffer.from('0123456789');
  const store = () =>
    serve((request, response) => {
      const [, start, end] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
      const body = start === undefined ? bytes : bytes.subarray(Number(start), Number(end) + 1);
      response.writeHead(start === undefined ? 200 : 206, { 'content-length': body.length, etag: '"v1"' });
      response.end(request.method === 'HEAD' ? undefined : body);
    });
  const open = async () => {
    const caller = s3Caller({ endpoint: await store() });
    closers.push(() => caller.close());
    return caller;
  };
  const at = { bucket: 'lake', key: 'x' };

  it('gives a range, the whole, and its facts', async () => {
    const caller = await open();
    expect(Buffer.from(await readRange(caller, at, { start: 2, end: 5 })).toString()).toBe('234');
    expect(await readRange(caller, at, { start: 5, end: 5 })).toHaveLength(0);
    expect(Buffer.from(await readObject(caller, at, 10)).toString()).toBe('0123456789');
    expect(await headObject(caller, at)).toMatchObject({ sizeBytes: 10, etag: '"v1"' });
  });

  it('notices damaged bytes and broken connections, so that they are read again', async () => {
    const endpoint = await serve((request, response) => {
      if (request.url?.startsWith('/lake/broken')) {
        response.writeHead(200, { 'content-length': 10 }).write('01234');
        setImmediate(() => response.destroy());
      } else response.writeHead(200, { 'content-length': 10, 'x-amz-checksum-crc32': 'AAAAAA==' }).end(bytes);
    });
    const caller = s3Caller({ endpoint });
    closers.push(() => caller.close());
    const damaged = readObject(caller, at, 10);
    await expect(damaged).rejects.toMatchObject({ code: 'E_INTEGRITY', retryable: true });
    const broken = readObject(caller, { bucket: 'lake', key: 'broken' }, 10);
    await expect(broken).rejects.toMatchObject({ code: 'E_UNAVAILABLE', retryable: true });
  });

  it('refuses one that is larger than allowed', async () => {
    await expect(readObject(await open(), at, 9)).rejects.toMatchObject({ code: 'E_RECORD' });
  });
});
