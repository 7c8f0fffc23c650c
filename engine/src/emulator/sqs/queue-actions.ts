import type { Action } from './action.ts';
import { queueOf } from './action.ts';
import { invalidParameter } from './errors.ts';
import type { Fields } from './fields.ts';
import { optionalInteger, optionalString, requiredString, stringList, stringMap } from './fields.ts';

/** The longest page of ListQueues and ListDeadLetterSourceQueues. */
const MAX_PAGE = 1000;
/** A queue has up to 50 tags. */
const MAX_TAGS = 50;

/** The operations on queues, their attributes and tags. */
export const QUEUE_ACTIONS: Record<string, Action> = {
  CreateQueue(input, { registry, queueUrl }) {
    const entry = registry.create(requiredString(input, 'QueueName'), stringMap(input, 'Attributes'));
    // The API's model has `tags` in lower case here and `Tags` in TagQueue.
    for (const [name, value] of Object.entries(stringMap(input, 'tags'))) entry.tags.set(name, value);
    return { QueueUrl: queueUrl(entry.name) };
  },

  GetQueueUrl(input, { registry, queueUrl }) {
    return { QueueUrl: queueUrl(registry.require(requiredString(input, 'QueueName')).name) };
  },

  ListQueues(input, { registry, queueUrl }) {
    const prefix = optionalString(input, 'QueueNamePrefix') ?? '';
    const names = registry.list().map((entry) => entry.name);
    const { page, nextToken } = pageOf(
      names.filter((name) => name.startsWith(prefix)),
      input,
    );
    return { QueueUrls: page.map(queueUrl), NextToken: nextToken };
  },

  ListDeadLetterSourceQueues(input, context) {
    const { arn } = queueOf(input, context);
    const sources = context.registry.list().filter(({ queue }) => queue.settings.redrive?.deadLetterTargetArn === arn);
    const { page, nextToken } = pageOf(
      sources.map((entry) => entry.name),
      input,
    );
    return { queueUrls: page.map(context.queueUrl), NextToken: nextToken }; // lower case in the API's model
  },

  DeleteQueue(input, context) {
    context.registry.delete(queueOf(input, context));
    return {};
  },

  PurgeQueue(input, context) {
    context.registry.purge(queueOf(input, context));
    return {};
  },

  GetQueueAttributes(input, context) {
    const names = stringList(input, 'AttributeNames');
    const attributes = context.registry.attributesOf(queueOf(input, context), names);
    return { Attributes: Object.keys(attributes).length === 0 ? undefined : attributes };
  },

  SetQueueAttributes(input, context) {
    context.registry.setAttributes(queueOf(input, context), stringMap(input, 'Attributes'));
    return {};
  },

  ListQueueTags(input, context) {
    const { tags } = queueOf(input, context);
    return { Tags: tags.size === 0 ? undefined : Object.fromEntries(tags) };
  },

  TagQueue(input, context) {
    const { tags } = queueOf(input, context);
    const added = stringMap(input, 'Tags');
    const names = new Set([...tags.keys(), ...Object.keys(added)]);
    if (names.size > MAX_TAGS) throw invalidParameter('Tags', names.size, `Too many tags, the limit is ${MAX_TAGS}.`);
    for (const [name, value] of Object.entries(added)) tags.set(name, value);
    return {};
  },

  UntagQueue(input, context) {
    const { tags } = queueOf(input, context);
    for (const name of stringList(input, 'TagKeys')) tags.delete(name);
    return {};
  },
};

/** One page of sorted names. The token is the last name shown, so queues created meanwhile shift nothing. */
function pageOf(names: string[], input: Fields): { page: string[]; nextToken: string | undefined } {
  const max = optionalInteger(input, 'MaxResults', 1, MAX_PAGE);
  const token = optionalString(input, 'NextToken');
  const after = token === undefined ? '' : Buffer.from(token, 'base64').toString();
  const rest = names.filter((name) => name > after);
  const page = rest.slice(0, max ?? MAX_PAGE);
  // AWS pages only callers that asked for pages; others get the first thousand.
  const isLast = max === undefined || page.length === rest.length;
  return { page, nextToken: isLast ? undefined : Buffer.from(page.at(-1)!).toString('base64') };
}
