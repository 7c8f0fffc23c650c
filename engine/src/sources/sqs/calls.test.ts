import { CreateQueueCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AwsCaller, createCaller } from '../../aws/caller.ts';
import { sqsClient } from '../../aws/clients.ts';
import { createManualClock } from '../../emulator/clock.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { tokenUntil } from '../../emulator/expired-token.ts';
import { directCalls, type SqsCalls, sdkCalls } from './calls.ts';
import { SYSTEM_ATTRIBUTES } from './message.ts';

interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

const clock = createManualClock();
const signal = new AbortController().signal;
let emulator: Emulator;
let admin: SQSClient;
let callers: AwsCaller<SQSClient>[];
let queueUrl: string;
beforeEach(async () => {
  emulator = await startEmulator({ clock });
  callers = [];
  admin = await sqsClient({ endpoint: emulator.endpoint }, {});
  queueUrl = (await admin.send(new CreateQueueCommand({ QueueName: 'clicks' }))).QueueUrl!;
});
afterEach(async () => {
  for (const caller of callers) caller.close();
  admin.destroy();
  await emulator.stop();
});

type Kind = 'direct' | 'sdk';
const kinds: readonly Kind[] = ['direct', 'sdk'];

/** Calls with the keys that `provider` gives. */
async function open(kind: Kind, provider: () => Promise<Keys> = async () => fixedKeys): Promise<SqsCalls> {
  const caller = createCaller({ endpoint: emulator.endpoint }, async (settings) => {
    const client = await sqsClient(settings, {});
    client.config.credentials = provider;
    return client;
  });
  callers.push(caller);
  return kind === 'sdk' ? await sdkCalls(caller, 'queue clicks') : directCalls(caller, 'queue clicks');
}

const fixedKeys: Keys = { accessKeyId: 'A', secretAccessKey: 's' };
const input = () => ({
  QueueUrl: queueUrl,
  MaxNumberOfMessages: 10,
  VisibilityTimeout: 30,
  MessageSystemAttributeNames: SYSTEM_ATTRIBUTES,
  MessageAttributeNames: ['All'],
});
const send = (MessageBody: string, attributes = {}) =>
  admin.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody, MessageAttributes: attributes }));
/** The access keys of the calls that come from now on. Those with the key `refused` are refused as unknown. */
function keysSeen(refused?: string): string[] {
  const seen: string[] = [];
  const { handle } = emulator.sqs;
  emulator.sqs.handle = async (request, response, requestId) => {
    const key = /Credential=(\w+)/.exec(request.headers.authorization!)![1]!;
    seen.push(key);
    if (key !== refused) return handle(request, response, requestId);
    request.resume();
    response.writeHead(403).end('{"__type":"com.amazon.coral.service#UnrecognizedClientException"}');
  };
  return seen;
}

describe('both ways to call', () => {
  it('give the same answers', async () => {
    await send('{"text":"ä \u{1f600}"}', {
      kind: { DataType: 'String', StringValue: 'click' },
      weight: { DataType: 'Number.float', StringValue: '1.50' },
      raw: { DataType: 'Binary', BinaryValue: Buffer.from([0, 128, 255]) },
    });
    const answers = [];
    for (const kind of kinds) {
      const calls = await open(kind);
      const { Messages = [] } = await calls.receive({ ...input(), VisibilityTimeout: 0 }, signal);
      const [{ ReceiptHandle, Attributes, ...message }] = Messages as [(typeof Messages)[0]];
      const raw = [...message.MessageAttributes!.raw!.BinaryValue!];
      const unknown = { Id: 'x', ReceiptHandle: 'unknown' };
      const settled = [
        await calls.changeVisibilityBatch({
          QueueUrl: queueUrl,
          Entries: [{ ...unknown, VisibilityTimeout: 1 }],
        }),
        await calls.deleteBatch({ QueueUrl: queueUrl, Entries: [unknown] }),
      ].map(({ Successful, Failed }) => ({ Successful, Failed }));
      answers.push({ message, raw, sent: Attributes?.SentTimestamp, settled });
    }
    expect(answers[0]!.raw).toEqual([0, 128, 255]);
    expect(answers[0]).toEqual(answers[1]);
  });

  it('reject alike', async () => {
    const rules = [
      { code: 'AccessDenied', status: 403 },
      { code: 'QueueDoesNotExist', status: 400 },
      { code: 'RequestThrottled', status: 403 },
      { code: 'ThrottlingException', status: 400 },
      { code: 'OverLimit', status: 403 },
      { code: 'InternalFailure', status: 500 },
      { code: 'Unheard', status: 503 },
      { code: 'Unheard', status: 429 },
      { code: 'ExpiredToken', status: 403 },
      { code: 'InvalidClientTokenId', status: 403 },
    ];
    for (const rule of rules) {
      emulator.faults.set([{ action: 'DeleteMessageBatch', fault: { kind: 'error', ...rule } }]);
      const errors = [];
      for (const kind of kinds) {
        const calls = await open(kind);
        const failed = calls.deleteBatch({ QueueUrl: queueUrl, Entries: [{ Id: '0', ReceiptHandle: 'r' }] });
        const { code, retryable, message, details } = await failed.then(
          () => expect.fail('succeeded'),
          (error) => error,
        );
        errors.push({ code, retryable, message, httpStatus: details.httpStatus });
      }
      expect(errors[0], rule.code).toEqual(errors[1]);
    }
  });
});

describe.each(kinds)('credentials (client: %s)', (kind) => {
  it('that a service calls expired are renewed, whatever their provider thought, and the call succeeds', async () => {
    let made = 0;
    const provider = async () => ({
      accessKeyId: `A${++made}`,
      secretAccessKey: 's',
      sessionToken: tokenUntil(clock.now() + 2_000),
      expiration: new Date(Date.now() + 3_600_000),
    });
    const calls = await open(kind, provider);
    emulator.faults.set([{ fault: { kind: 'expired-token' } }]);
    const seen = keysSeen();
    for (let i = 0; i < 4; i++) {
      await calls.receive(input(), signal);
      clock.advance(1_000);
    }
    expect(seen).toEqual(['A1', 'A1', 'A1', 'A2', 'A2']);
  });

  it('that end soon are renewed before they do', async () => {
    let made = 0;
    const provider = async () => ({
      ...fixedKeys,
      accessKeyId: `A${++made}`,
      expiration: new Date(Date.now() + 2_000),
    });
    const calls = await open(kind, provider);
    const seen = keysSeen();
    for (let i = 0; i < 3; i++) await calls.receive(input(), signal);
    expect(new Set(seen).size).toBe(3);
  });

  it('that were rotated are asked for anew, by all calls that they failed', async () => {
    let key = 'OLD';
    const calls = await open(kind, async () => ({ ...fixedKeys, accessKeyId: key }));
    await calls.receive(input(), signal);
    key = 'NEW';
    keysSeen('OLD');
    await Promise.all([1, 2, 3].map(() => calls.receive(input(), signal)));
  });

  it('that are unknown and stay so fail at once', async () => {
    const calls = await open(kind);
    const seen = keysSeen('A');
    await expect(calls.receive(input(), signal)).rejects.toMatchObject({ code: 'E_ACCESS', retryable: false });
    expect(seen).toEqual(['A']);
  });

  it('that cannot be had for a while are no reason to stop once there were some', async () => {
    let isAway = true;
    const provider = async () => {
      if (isAway) throw Object.assign(new Error('away'), { name: 'CredentialsProviderError' });
      return { ...fixedKeys, expiration: new Date(Date.now() + 1_000) };
    };
    const calls = await open(kind, provider);
    await expect(calls.receive(input(), signal)).rejects.toMatchObject({ code: 'E_ACCESS', retryable: false });
    isAway = false;
    await calls.receive(input(), signal);
    isAway = true;
    await expect(calls.receive(input(), signal)).rejects.toMatchObject({ code: 'E_ACCESS', retryable: true });
  });
});

it.each(kinds)('a clock that is far off is set right, by all calls that it failed (client: %s)', async (kind) => {
  const calls = await open(kind);
  const isoOf = (text: string) => text.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5');
  const serverMs = () => Date.now() + 7_200_000;
  const { handle } = emulator.sqs;
  emulator.sqs.handle = async (request, response, requestId) => {
    response.setHeader('date', new Date(serverMs()).toUTCString());
    const signedMs = Date.parse(isoOf(String(request.headers['x-amz-date'])));
    if (Math.abs(signedMs - serverMs()) < 300_000) return handle(request, response, requestId);
    request.resume();
    response.writeHead(400).end('{"__type":"com.amazon.coral.service#InvalidSignatureException"}');
  };
  await Promise.all([1, 2, 3].map(() => calls.receive(input(), signal)));
});
