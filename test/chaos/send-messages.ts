import { bodyOf } from './workload.ts';

/** Ten of the largest stay below the megabyte of a call. */
const BATCH = 10;
const SENDERS = 8;

/** Puts messages `from` to `to` - 1 of the workload on a queue of the emulator, by SendMessageBatch. */
export async function sendMessages(endpoint: string, queueUrl: string, from: number, to: number): Promise<void> {
  let next = from;
  const send = async () => {
    while (next < to) {
      const first = next;
      next = Math.min(first + BATCH, to);
      await sendBatch(endpoint, queueUrl, first, next);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, send));
}

async function sendBatch(endpoint: string, queueUrl: string, from: number, to: number): Promise<void> {
  const entries = Array.from({ length: to - from }, (_, i) => ({ Id: String(i), MessageBody: bodyOf(from + i) }));
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'x-amz-target': 'AmazonSQS.SendMessageBatch', 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify({ QueueUrl: queueUrl, Entries: entries }),
  });
  const answer = (await response.json()) as { Failed?: unknown[] };
  if (!response.ok || answer.Failed?.length) throw new Error(`not sent: ${JSON.stringify(answer)}`);
}
