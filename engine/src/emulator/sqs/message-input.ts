import { invalidParameter, missingParameter, SqsError } from './errors.ts';
import type { Fields } from './fields.ts';
import { optionalInteger, optionalString } from './fields.ts';
import type { MessageDraft } from './message.ts';
import { attributesBytes, parseAttributes, parseTraceHeader } from './message-attributes.ts';
import { isXmlText } from './message-text.ts';
import type { Queue } from './queue.ts';

const MAX_DELAY_SECONDS = 900;

/** A message to send, checked against the queue it goes to. */
export function parseDraft(fields: Fields, queue: Queue): MessageDraft {
  const body = optionalString(fields, 'MessageBody');
  if (body === undefined || body === '') throw missingParameter('MessageBody');
  const attributes = parseAttributes(fields.MessageAttributes);
  const { maxMessageBytes } = queue.settings;
  if (Buffer.byteLength(body) + attributesBytes(attributes) > maxMessageBytes) {
    const rule = `Message must be shorter than ${maxMessageBytes} bytes.`;
    throw new SqsError('InvalidParameterValue', `One or more parameters are invalid. Reason: ${rule}`);
  }
  if (!isXmlText(body)) {
    throw new SqsError('InvalidMessageContents', 'Invalid characters found: only those of XML 1.0 are allowed.');
  }
  return {
    body,
    attributes,
    traceHeader: parseTraceHeader(fields.MessageSystemAttributes),
    ...parseDelay(fields, queue),
    ...parseFifoIds(fields, queue),
  };
}

/** What an entry adds to the size of a batch, before it is checked itself. */
export function draftBytes(fields: Fields): number {
  const body = fields.MessageBody;
  const bodyBytes = typeof body === 'string' ? Buffer.byteLength(body) : 0;
  return bodyBytes + attributesBytes(parseAttributes(fields.MessageAttributes));
}

function parseDelay(fields: Fields, queue: Queue): { delaySeconds: number | undefined } {
  const delaySeconds = optionalInteger(fields, 'DelaySeconds', 0, MAX_DELAY_SECONDS);
  if (queue.fifo && delaySeconds) {
    const rule = 'The request include parameter that is not valid for this queue type.';
    throw invalidParameter('DelaySeconds', delaySeconds, rule);
  }
  return { delaySeconds: queue.fifo ? undefined : delaySeconds };
}

/** Standard queues take a group too (fair queues); it orders nothing there. */
function parseFifoIds(
  fields: Fields,
  queue: Queue,
): { groupId: string | undefined; deduplicationId: string | undefined } {
  const groupId = parseFifoId(fields, 'MessageGroupId');
  const deduplicationId = parseFifoId(fields, 'MessageDeduplicationId');
  if (!queue.fifo) {
    if (deduplicationId === undefined) return { groupId, deduplicationId };
    const rule = 'The request include parameter that is not valid for this queue type.';
    throw invalidParameter('MessageDeduplicationId', deduplicationId, rule);
  }
  if (groupId === undefined) throw missingParameter('MessageGroupId');
  if (deduplicationId === undefined && !queue.settings.contentBasedDeduplication) {
    const rule =
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly';
    throw new SqsError('InvalidParameterValue', rule);
  }
  return { groupId, deduplicationId };
}

function parseFifoId(fields: Fields, name: string): string | undefined {
  const id = optionalString(fields, name);
  if (id === undefined || /^[!-~]{1,128}$/.test(id)) return id;
  throw invalidParameter(
    name,
    id,
    `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}
