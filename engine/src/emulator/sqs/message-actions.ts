import type { Action, ActionContext } from './action.ts';
import { queueOf } from './action.ts';
import { parseEntries, runBatch } from './batch.ts';
import { SqsError } from './errors.ts';
import type { Fields } from './fields.ts';
import { optionalInteger, requiredInteger, requiredString, stringList } from './fields.ts';
import { md5OfAttributes, md5OfTraceHeader } from './message-digest.ts';
import { draftBytes, parseDraft } from './message-input.ts';
import { viewOf } from './message-view.ts';
import type { Queue } from './queue.ts';
import { MAX_MESSAGE_BYTES } from './queue-attributes.ts';

const MAX_RECEIVED = 10;
const MAX_WAIT_SECONDS = 20;
const MAX_VISIBILITY_SECONDS = 43_200;

/** The operations on messages. */
export const MESSAGE_ACTIONS: Record<string, Action> = {
  SendMessage: (input, context) => send(input, queueOf(input, context).queue),

  SendMessageBatch(input, context) {
    const { queue } = queueOf(input, context);
    const entries = parseEntries(input);
    if (queue.fifo) requireFifoIds(entries, queue);
    const totalBytes = entries.reduce((sum, entry) => sum + draftBytes(entry), 0);
    if (totalBytes > MAX_MESSAGE_BYTES) {
      const rule = `Batch requests cannot be longer than ${MAX_MESSAGE_BYTES} bytes. You have sent ${totalBytes} bytes.`;
      throw new SqsError('BatchRequestTooLong', rule);
    }
    return { ...runBatch(entries, (entry) => send(entry, queue)) };
  },

  async ReceiveMessage(input, context) {
    const { queue } = queueOf(input, context);
    const max = optionalInteger(input, 'MaxNumberOfMessages', 1, MAX_RECEIVED) ?? 1;
    const visibilityTimeoutSeconds = optionalInteger(input, 'VisibilityTimeout', 0, MAX_VISIBILITY_SECONDS);
    const waitSeconds =
      optionalInteger(input, 'WaitTimeSeconds', 0, MAX_WAIT_SECONDS) ?? queue.settings.receiveWaitSeconds;
    const view = {
      systemAttributes: [...stringList(input, 'MessageSystemAttributeNames'), ...stringList(input, 'AttributeNames')],
      attributes: stringList(input, 'MessageAttributeNames'),
    };
    const waitMs = waitSeconds * 1000;
    const deliveries = await queue.poll({ max, visibilityTimeoutSeconds, waitMs, signal: context.signal() });
    if (deliveries.length === 0) return {};
    return { Messages: deliveries.map((delivery) => viewOf(delivery, view, queue.fifo)) };
  },

  DeleteMessage: (input, context) => remove(input, queueOf(input, context).queue),
  DeleteMessageBatch: (input, context) => inBatch(input, context, remove),
  ChangeMessageVisibility: (input, context) => changeVisibility(input, queueOf(input, context).queue),
  ChangeMessageVisibilityBatch: (input, context) => inBatch(input, context, changeVisibility),
};

function inBatch(input: Fields, context: ActionContext, perform: (entry: Fields, queue: Queue) => Fields): Fields {
  const { queue } = queueOf(input, context);
  return { ...runBatch(parseEntries(input), (entry) => perform(entry, queue)) };
}

function send(fields: Fields, queue: Queue): Fields {
  const draft = parseDraft(fields, queue);
  const sent = queue.send(draft);
  return {
    MessageId: sent.id,
    MD5OfMessageBody: sent.bodyMd5,
    MD5OfMessageAttributes: md5OfAttributes(draft.attributes),
    MD5OfMessageSystemAttributes: md5OfTraceHeader(draft.traceHeader),
    SequenceNumber: sent.sequenceNumber,
  };
}

function remove(fields: Fields, queue: Queue): Fields {
  queue.delete(requiredString(fields, 'ReceiptHandle'));
  return {};
}

function changeVisibility(fields: Fields, queue: Queue): Fields {
  const receiptHandle = requiredString(fields, 'ReceiptHandle');
  queue.changeVisibility(receiptHandle, requiredInteger(fields, 'VisibilityTimeout', 0, MAX_VISIBILITY_SECONDS));
  return {};
}

/** AWS fails a FIFO batch as a whole when an entry lacks its ids, and says so with another code than for one message. */
function requireFifoIds(entries: Fields[], queue: Queue): void {
  for (const entry of entries) {
    if (entry.MessageGroupId === undefined) {
      throw new SqsError('InvalidParameterValue', 'The request must contain the parameter MessageGroupId.');
    }
    if (entry.MessageDeduplicationId === undefined && !queue.settings.contentBasedDeduplication) {
      const rule =
        'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly';
      throw new SqsError('InvalidParameterValue', rule);
    }
  }
}
