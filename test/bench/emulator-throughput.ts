/**
 * How many messages a second the emulator carries end to end, each sent, received and deleted through the official SDK
 * in batches of ten: the emulator in a thread of its own, the sender in another, the receiver here. One JSON line.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { startEmulatorThread } from '../../engine/src/emulator/thread.ts';

const MESSAGES = Number(process.env.BENCH_MESSAGES ?? 40_000);
const WARM_UP_MESSAGES = 5_000;
const BATCH = 10;
/** Calls each side keeps under way. */
const CONCURRENCY = 4;
const BODY = JSON.stringify({
  id: 1234567890,
  event: 'click',
  url: 'https://example.com/a/b/c',
  agent: 'x'.repeat(120),
});

interface SenderData {
  endpoint: string;
  queueUrl: string;
}

function createClient(endpoint: string): SQSClient {
  return new SQSClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
}

async function inParallel(work: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
}

/** Sends `messages` each time it is told a number, in the thread of the sender. */
function runSender({ endpoint, queueUrl }: SenderData): void {
  const client = createClient(endpoint);
  const entries = Array.from({ length: BATCH }, (_, i) => ({ Id: String(i), MessageBody: BODY }));
  parentPort!.on('message', (messages: number) => {
    let batches = messages / BATCH;
    inParallel(async () => {
      while (batches-- > 0) await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
    });
  });
}

async function receiveAndDelete(client: SQSClient, queueUrl: string, messages: number): Promise<void> {
  let remaining = messages;
  const done = new AbortController(); // ends the polls that still wait when the last message was taken
  const receive = new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: BATCH, WaitTimeSeconds: 20 });
  await inParallel(async () => {
    while (remaining > 0) {
      const options = { abortSignal: done.signal };
      const { Messages: received = [] } = await client
        .send(receive, options)
        .catch(() => ({ Messages: [] as Message[] }));
      if (received.length === 0) continue;
      const entries = received.map((message, i) => ({ Id: String(i), ReceiptHandle: message.ReceiptHandle }));
      await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
      remaining -= received.length;
      if (remaining <= 0) done.abort();
    }
  });
}

async function main(): Promise<void> {
  await using emulator = await startEmulatorThread();
  const client = createClient(emulator.endpoint);
  const { QueueUrl: queueUrl } = await client.send(new CreateQueueCommand({ QueueName: 'bench' }));
  const sender = new Worker(new URL(import.meta.url), { workerData: { endpoint: emulator.endpoint, queueUrl } });
  const carry = async (messages: number) => {
    sender.postMessage(messages);
    await receiveAndDelete(client, queueUrl!, messages);
  };
  await carry(WARM_UP_MESSAGES);
  const startedAt = performance.now();
  await carry(MESSAGES);
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(JSON.stringify({ bench: 'emulator', messagesPerS: Math.round(MESSAGES / seconds) }));
  await sender.terminate();
  client.destroy();
}

if (isMainThread) await main();
else runSender(workerData);
