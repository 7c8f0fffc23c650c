import { setTimeout } from 'node:timers/promises';
import { ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import { sqsClient } from './clients.ts';
import { type Answering, answerJson, type FakeService, startFakeService } from './fake-sqs.test-support.ts';
import { openSqsWire, type SqsWire } from './sqs-wire.ts';

const QUEUE_URL = 'http://sqs.example.com/1/clicks';
const closers: (() => PromiseLike<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Opened {
  readonly service: FakeService;
  readonly client: SQSClient;
  readonly wire: SqsWire;
}

async function open(answer: Answering): Promise<Opened> {
  const service = await startFakeService(answer);
  const client = await sqsClient({ endpoint: service.endpoint, region: 'eu-west-1' }, {});
  const wire = await openSqsWire(client, QUEUE_URL, {});
  closers.push(
    () => service[Symbol.asyncDispose](),
    () => client.destroy(),
    () => wire.close(),
  );
  return { service, client, wire };
}

const input = { QueueUrl: QUEUE_URL, MaxNumberOfMessages: 10 };
const hour = 3_600_000;

describe('a request', () => {
  it('is the one that the SDK sends, but for its own counters and the hash that the body has anyway', async () => {
    const { service, client, wire } = await open((_, response) => answerJson(response, {}));
    await wire.send('ReceiveMessage', input);
    await client.send(new ReceiveMessageCommand(input));
    const [ours, theirs] = service.heard.map(({ url, headers, body }) => ({ url, body: JSON.parse(body), ...headers }));
    const ofSdk = /^(amz-sdk-.*|x-amz-content-sha256|authorization|x-amz-date|(x-amz-)?user-agent)$/;
    const common = Object.entries(theirs!).filter(([name]) => !ofSdk.test(name));
    expect(Object.keys(ours!).sort()).toEqual(
      [...common.map(([name]) => name), 'authorization', 'user-agent', 'x-amz-date'].sort(),
    );
    expect(ours).toMatchObject(Object.fromEntries(common));
  });

  it('carries what the answer is signed over: host, type, target and date', async () => {
    const { service, wire } = await open((_, response) => answerJson(response, {}));
    await wire.send('DeleteMessageBatch', input);
    expect(service.heard[0]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=test\/\d{8}\/eu-west-1\/sqs\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target;x-amzn-query-mode, Signature=[0-9a-f]{64}$/,
    );
  });

  it('goes over connections that are there', async () => {
    const { service, wire } = await open((_, response) => answerJson(response, {}));
    for (let i = 0; i < 10; i++) await wire.send('ReceiveMessage', input);
    // The pool counts a connection as busy for a moment after its answer, so a second one is opened.
    expect(service.connections()).toBeLessThanOrEqual(2);
  });

  it('does not wait for those before it', async () => {
    const held: (() => void)[] = [];
    const { wire } = await open(({ headers }, response) => {
      if (headers['x-amz-target'] === 'AmazonSQS.ReceiveMessage') held.push(() => answerJson(response, {}));
      else answerJson(response, { Successful: [] });
    });
    const polls = Array.from({ length: 64 }, () => wire.send('ReceiveMessage', input));
    expect(await wire.send('DeleteMessageBatch', input)).toEqual({ Successful: [] });
    while (held.length < 64) await setTimeout(1);
    for (const answer of held) answer();
    await Promise.all(polls);
  });
});

describe('a refusal', () => {
  it.each<[string, Answering, object]>([
    [
      'of SQS has its name, its older code and its request id',
      (_, response) =>
        answerJson(response, { __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'No.' }, 400, {
          'x-amzn-query-error': 'AWS.SimpleQueueService.NonExistentQueue;Sender',
          'x-amzn-requestid': 'r-1',
        }),
      {
        name: 'QueueDoesNotExist',
        Code: 'AWS.SimpleQueueService.NonExistentQueue',
        message: 'No.',
        $metadata: { httpStatusCode: 400, requestId: 'r-1' },
      },
    ],
    [
      'of a proxy has its status',
      (_, response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>'),
      { name: 'UnknownError', $metadata: { httpStatusCode: 502 } },
    ],
    [
      'that says it is none is found out',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Log in, please</h1>'),
      { name: 'UnreadableAnswer' },
    ],
    ['by hanging up has the code of the socket', (_, response) => response.destroy(), { code: 'UND_ERR_SOCKET' }],
    [
      'in mid-answer, too',
      (_, response) => {
        response.writeHead(200, { 'content-length': 100 }).write('{"Messages":[');
        setImmediate(() => response.destroy());
      },
      { code: 'UND_ERR_SOCKET' },
    ],
  ])('%s', async (_, answer, error) => {
    const { wire } = await open(answer);
    await expect(wire.send('ReceiveMessage', input)).rejects.toMatchObject(error);
  });
});

describe('an abort', () => {
  it('ends a poll at once, and its connection', async () => {
    const arrived = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const { wire } = await open((_, response) => {
      response.on('close', left.resolve);
      response.writeProcessing(); // a sign of life is no answer
      arrived.resolve();
    });
    const stop = new AbortController();
    const poll = wire.send('ReceiveMessage', input, stop.signal);
    await arrived.promise;
    await setTimeout(20); // until the client has read what is there
    stop.abort();
    await expect(poll).rejects.toMatchObject({ name: 'AbortError' });
    await left.promise;
  });

  it('sends nothing when it came before', async () => {
    const { service, wire } = await open((_, response) => answerJson(response, {}));
    const poll = wire.send('ReceiveMessage', input, AbortSignal.abort());
    await expect(poll).rejects.toMatchObject({ name: 'AbortError' });
    expect(service.heard).toEqual([]);
  });

  it('takes an answer that has begun: the messages in it are ours until their visibility ends', async () => {
    const begun = Promise.withResolvers<void>();
    let finish = () => {};
    const { wire } = await open((_, response) => {
      response.writeHead(200).write('{"Messages":[{"MessageId":"m-1"', () => begun.resolve());
      finish = () => void response.end('}]}');
    });
    const stop = new AbortController();
    const poll = wire.send('ReceiveMessage', input, stop.signal);
    await begun.promise;
    await setTimeout(20); // until the client has read what is there
    stop.abort();
    finish();
    expect(await poll).toEqual({ Messages: [{ MessageId: 'm-1' }] });
  });
});

describe('the clock', () => {
  const refuseUnless = (isRight: (date: string) => boolean, serverMs: () => number): Answering => {
    const iso = (text: string) => text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
    return ({ headers }, response) => {
      const date = new Date(serverMs()).toUTCString();
      if (isRight(iso(String(headers['x-amz-date'])))) answerJson(response, {}, 200, { date });
      else answerJson(response, { __type: 'x#InvalidSignatureException' }, 400, { date });
    };
  };
  const serverMs = () => Date.now() + 2 * hour;
  const service = refuseUnless((date) => Math.abs(Date.parse(date) - serverMs()) < 300_000, serverMs);

  it('is corrected by an answer that says how far off it is, for every call that was signed with it', async () => {
    const { wire, client } = await open(service);
    const calls = await Promise.allSettled([1, 2, 3].map(() => wire.send('ReceiveMessage', input)));
    for (const call of calls)
      expect(call).toMatchObject({
        status: 'rejected',
        reason: { name: 'InvalidSignatureException', $metadata: { clockSkewCorrected: true } },
      });
    expect(client.config.systemClockOffset).toBeGreaterThan(1.9 * hour);
    expect(await wire.send('ReceiveMessage', input)).toEqual({});
  });

  it('is left alone by other refusals', async () => {
    const { wire, client } = await open((_, response) => answerJson(response, { __type: 'x#OverLimit' }, 403));
    await expect(wire.send('ReceiveMessage', input)).rejects.toMatchObject({
      $metadata: { clockSkewCorrected: false },
    });
    expect(client.config.systemClockOffset).toBe(0);
  });
});
