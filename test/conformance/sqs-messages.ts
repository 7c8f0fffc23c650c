import { createHash } from 'node:crypto';
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect } from 'vitest';
import type { SqsHarness } from './sqs-target.ts';
import { bodies, expectError } from './sqs-target.ts';

const MIB = 1_048_576;

/** Sending, receiving and deleting; limits, digests and attributes. */
export function messageClaims(harness: SqsHarness): void {
  const { claim, sqs, newQueue, send, receive, remove, counts } = harness;
  const sendBatch = (QueueUrl: string, Entries: { Id: string; MessageBody: string; DelaySeconds?: number }[]) =>
    sqs().send(new SendMessageBatchCommand({ QueueUrl, Entries }));

  describe('messages', () => {
    claim('a message is received as it was sent, and gone once deleted', async () => {
      const queueUrl = await newQueue();
      const body = 'grüße 🌍 <&> "quoted"\n';
      const sent = await sqs().send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
      const [message] = await receive(queueUrl);
      expect(message).toMatchObject({ Body: body, MessageId: sent.MessageId, MD5OfBody: sent.MD5OfMessageBody });
      expect(sent.MD5OfMessageBody).toBe(createHash('md5').update(body).digest('hex'));
      await remove(queueUrl, message!);
      expect(await counts(queueUrl)).toBe('0/0/0');
    });

    claim('a receive answers no message list when there is nothing', async () => {
      const answer = await sqs().send(new ReceiveMessageCommand({ QueueUrl: await newQueue() }));
      expect(answer.Messages).toBeUndefined();
    });

    claim('a receive brings one message unless asked for up to ten, and ten when there are ten', async () => {
      const queueUrl = await newQueue();
      const entries = Array.from({ length: 10 }, (_, i) => ({ Id: `${i}`, MessageBody: `m${i}` }));
      await sendBatch(queueUrl, entries);
      await sendBatch(queueUrl, entries);
      expect(await receive(queueUrl, { MaxNumberOfMessages: undefined })).toHaveLength(1);
      expect(new Set((await receive(queueUrl)).map((message) => message.MessageId)).size).toBe(10);
      for (const max of [0, 11]) {
        await expectError(receive(queueUrl, { MaxNumberOfMessages: max }), 'InvalidParameterValue');
      }
    });

    claim('a body of 1 MiB is taken, a byte more is not, and attributes count', async () => {
      const queueUrl = await newQueue();
      await send(queueUrl, 'x'.repeat(MIB));
      expect((await receive(queueUrl))[0]?.Body).toHaveLength(MIB);
      await expectError(send(queueUrl, 'x'.repeat(MIB + 1)), 'InvalidParameterValue');
      const MessageAttributes = { a: { DataType: 'String', StringValue: 'b' } }; // 1 + 6 + 1 bytes
      await send(queueUrl, 'x'.repeat(MIB - 8), { MessageAttributes });
      await expectError(send(queueUrl, 'x'.repeat(MIB - 7), { MessageAttributes }), 'InvalidParameterValue');
    });

    claim('bytes are counted, not characters, against the queue’s own limit', async () => {
      const queueUrl = await newQueue({ MaximumMessageSize: '1024' });
      await send(queueUrl, 'ü'.repeat(512));
      await expectError(send(queueUrl, 'ü'.repeat(513)), 'InvalidParameterValue');
    });

    claim('a batch of more than 1 MiB in sum fails as a whole', async () => {
      const queueUrl = await newQueue();
      const half = 'x'.repeat(MIB / 2);
      await sendBatch(queueUrl, [
        { Id: 'a', MessageBody: half },
        { Id: 'b', MessageBody: half },
      ]);
      const tooLong = sendBatch(queueUrl, [
        { Id: 'a', MessageBody: half },
        { Id: 'b', MessageBody: `${half}x` },
      ]);
      await expectError(tooLong, 'BatchRequestTooLong');
      expect(await counts(queueUrl)).toBe('2/0/0');
    });

    claim('an empty body is missing, and characters outside XML 1.0 are invalid', async () => {
      const queueUrl = await newQueue();
      await expectError(send(queueUrl, ''), 'MissingParameter');
      for (const body of ['\u0000', 'a\u0008', '\u001f', '\uffff']) {
        await expectError(send(queueUrl, body), 'InvalidMessageContents');
      }
      await send(queueUrl, '\t\n\r \ud7ff\ue000\ufffd\u{10ffff}');
    });

    claim('batches of none, of eleven, with equal or malformed ids fail as a whole', async () => {
      const queueUrl = await newQueue();
      const entry = (Id: string) => ({ Id, MessageBody: 'm' });
      await expectError(sendBatch(queueUrl, []), 'EmptyBatchRequest');
      const eleven = Array.from({ length: 11 }, (_, i) => entry(`${i}`));
      await expectError(sendBatch(queueUrl, eleven), 'TooManyEntriesInBatchRequest');
      await expectError(sendBatch(queueUrl, [entry('a'), entry('a')]), 'BatchEntryIdsNotDistinct');
      for (const id of ['a.b', 'x'.repeat(81)]) {
        await expectError(sendBatch(queueUrl, [entry(id)]), 'InvalidBatchEntryId');
      }
      expect(await counts(queueUrl)).toBe('0/0/0');
    });

    claim('a bad entry fails alone', async () => {
      const queueUrl = await newQueue();
      const { Successful, Failed } = await sendBatch(queueUrl, [
        { Id: 'good', MessageBody: 'm' },
        { Id: 'bad', MessageBody: '\u0001' },
        { Id: 'late', MessageBody: 'm', DelaySeconds: 901 },
      ]);
      expect(Successful?.map((entry) => entry.Id)).toEqual(['good']);
      expect(Failed?.map(({ Id, Code, SenderFault }) => [Id, Code, SenderFault])).toEqual([
        ['bad', 'InvalidMessageContents', true],
        ['late', 'InvalidParameterValue', true],
      ]);
    });

    claim('a batch of deletes answers for each handle', async () => {
      const queueUrl = await newQueue();
      await send(queueUrl, 'm');
      const [message] = await receive(queueUrl);
      const command = new DeleteMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: [
          { Id: 'good', ReceiptHandle: message!.ReceiptHandle },
          { Id: 'bad', ReceiptHandle: 'no handle' },
        ],
      });
      const { Successful, Failed } = await sqs().send(command);
      expect(Successful).toEqual([{ Id: 'good' }]);
      expect(Failed).toMatchObject([{ Id: 'bad', Code: 'ReceiptHandleIsInvalid', SenderFault: true }]);
    });

    claim('message attributes come back when asked for, by name, by prefix, or all', async () => {
      const queueUrl = await newQueue({ VisibilityTimeout: '0' });
      const MessageAttributes = {
        plain: { DataType: 'String', StringValue: 'ü' },
        'geo.lat': { DataType: 'Number.float', StringValue: '47.5' },
        'geo.blob': { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255]) },
      };
      const command = new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'm', MessageAttributes });
      const sent = await sqs().send(command);
      const ask = async (...MessageAttributeNames: string[]) => {
        const [message] = await receive(queueUrl, { MessageAttributeNames });
        return message!;
      };
      const names = async (...asked: string[]) => Object.keys((await ask(...asked)).MessageAttributes ?? {}).sort();
      expect(await names()).toEqual([]);
      expect(await names('plain', 'unknown')).toEqual(['plain']);
      expect(await names('geo.*')).toEqual(['geo.blob', 'geo.lat']);
      expect(await names('All')).toEqual(['geo.blob', 'geo.lat', 'plain']);
      const all = await ask('.*');
      expect(all.MessageAttributes).toEqual(MessageAttributes);
      expect(all.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
      expect((await ask('plain')).MD5OfMessageAttributes).not.toBe(sent.MD5OfMessageAttributes);
    });

    claim('the digest of attributes is AWS’s', async () => {
      // Recorded from AWS.
      const queueUrl = await newQueue();
      const MessageAttributes = {
        Hello: { DataType: 'String', StringValue: 'There' },
        General: { DataType: 'String', StringValue: 'Kenobi' },
        'Help.Me': { DataType: 'String', StringValue: 'Me' },
      };
      const command = new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'msg', MessageAttributes });
      expect((await sqs().send(command)).MD5OfMessageAttributes).toBe('4c360f3fdafd970e05fae2f149d997f5');
      const [message] = await receive(queueUrl, { MessageAttributeNames: ['Hel.*'] });
      expect(message!.MD5OfMessageAttributes).toBe('83fee93c1bcd8b9a5a923ffacdc636c7');
    });

    claim('malformed message attributes are refused', async () => {
      const queueUrl = await newQueue();
      const wrong = [
        { 'AWS.x': { DataType: 'String', StringValue: 'v' } },
        { '.x': { DataType: 'String', StringValue: 'v' } },
        { x: { DataType: 'Text', StringValue: 'v' } },
        { x: { DataType: 'String', StringValue: '' } },
        { x: { DataType: 'Number', StringValue: 'seven' } },
        Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`a${i}`, { DataType: 'String', StringValue: 'v' }])),
      ];
      for (const MessageAttributes of wrong) {
        await expectError(send(queueUrl, 'm', { MessageAttributes }), 'InvalidParameterValue');
      }
    });

    // The model of AttributeNames lists attributes of queues; those of messages have to be forced in.
    claim('system attributes come back when asked for, the trace header among them', async () => {
      const queueUrl = await newQueue();
      const trace = 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1';
      const command = new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: 'm',
        MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: trace } },
      });
      expect((await sqs().send(command)).MD5OfMessageSystemAttributes).toMatch(/^[0-9a-f]{32}$/);
      const ask = { VisibilityTimeout: 0 };
      expect((await receive(queueUrl, ask))[0]!.Attributes).toBeUndefined();
      const [some] = await receive(queueUrl, { ...ask, AttributeNames: ['SentTimestamp' as 'All'] });
      expect(Object.keys(some!.Attributes!)).toEqual(['SentTimestamp']);
      const [all] = await receive(queueUrl, { ...ask, MessageSystemAttributeNames: ['All'] });
      expect(all!.Attributes).toMatchObject({ AWSTraceHeader: trace, ApproximateReceiveCount: '3' });
      for (const name of ['SenderId', 'SentTimestamp', 'ApproximateFirstReceiveTimestamp'] as const) {
        expect(all!.Attributes![name]).toBeTruthy();
      }
    });

    claim('a message that is delayed, by itself or by its queue, is counted and not received before', async () => {
      const queueUrl = await newQueue({ DelaySeconds: '1' });
      await send(queueUrl, 'by queue');
      await send(queueUrl, 'at once', { DelaySeconds: 0 });
      expect(await counts(queueUrl)).toBe('1/0/1');
      expect(bodies(await receive(queueUrl))).toEqual(['at once']);
      await harness.pass(1);
      expect(bodies(await receive(queueUrl))).toEqual(['by queue']);
      await expectError(send(queueUrl, 'm', { DelaySeconds: 901 }), 'InvalidParameterValue');
    });

    claim(
      'a message older than the retention period is gone, also when it was received meanwhile',
      async () => {
        const queueUrl = await newQueue({ MessageRetentionPeriod: '60', VisibilityTimeout: '1' });
        await send(queueUrl, 'never received');
        await harness.pass(30);
        await send(queueUrl, 'younger');
        expect(await receive(queueUrl)).toHaveLength(2);
        await harness.pass(31);
        expect(await counts(queueUrl)).toBe('1/0/0');
        expect(bodies(await receive(queueUrl))).toEqual(['younger']);
      },
      { needsClock: true },
    );
  });
}
