import { SqsError } from './errors.ts';

/** 1 MiB: the most one message, and one batch, may hold since August 2025. */
export const MAX_MESSAGE_BYTES = 1_048_576;

/** What a settable attribute accepts. */
interface AttributeRule {
  isValid(value: string): boolean;
  /** What a queue has that was not told otherwise; absent means the attribute is then absent too. */
  default?: string;
  /** Known to FIFO queues only. */
  fifoOnly?: boolean;
  /** Whether an empty value removes the attribute. */
  removable?: boolean;
}

const integer = (min: number, max: number, byDefault: number): AttributeRule => ({
  isValid: (value) => /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max,
  default: String(byDefault),
});
const oneOf = (...values: string[]) => ({ isValid: (value: string) => values.includes(value) });
const json: AttributeRule = { isValid: isJsonObject, removable: true };

const RULES: Record<string, AttributeRule> = {
  ContentBasedDeduplication: { ...oneOf('true', 'false'), default: 'false', fifoOnly: true },
  DeduplicationScope: { ...oneOf('queue', 'messageGroup'), default: 'queue', fifoOnly: true },
  DelaySeconds: integer(0, 900, 0),
  FifoThroughputLimit: { ...oneOf('perQueue', 'perMessageGroupId'), default: 'perQueue', fifoOnly: true },
  KmsDataKeyReusePeriodSeconds: { isValid: integer(60, 86_400, 300).isValid },
  KmsMasterKeyId: { isValid: (value) => value.length > 0, removable: true },
  MaximumMessageSize: integer(1024, MAX_MESSAGE_BYTES, MAX_MESSAGE_BYTES),
  MessageRetentionPeriod: integer(60, 1_209_600, 345_600),
  Policy: json,
  ReceiveMessageWaitTimeSeconds: integer(0, 20, 0),
  RedriveAllowPolicy: json,
  RedrivePolicy: json,
  SqsManagedSseEnabled: { ...oneOf('true', 'false'), default: 'true' },
  VisibilityTimeout: integer(0, 43_200, 30),
};

/** Attributes that are answered and cannot be set. */
const READ_ONLY = new Set([
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'CreatedTimestamp',
  'FifoQueue',
  'LastModifiedTimestamp',
  'QueueArn',
]);

/** Whether GetQueueAttributes may be asked for `name`. */
export function isAttributeName(name: string): boolean {
  return name === 'All' || READ_ONLY.has(name) || Object.hasOwn(RULES, name);
}

/** The settable attributes of a new queue. */
export function defaultAttributes(fifo: boolean): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [name, rule] of Object.entries(RULES)) {
    if (rule.default !== undefined && (fifo || !rule.fifoOnly)) attributes.set(name, rule.default);
  }
  return attributes;
}

/**
 * `current` with `changes` applied, all checked but for what needs other queues (see redrive-policy). Throws
 * InvalidAttributeName or InvalidAttributeValue and changes nothing.
 */
export function withAttributes(
  current: ReadonlyMap<string, string>,
  changes: Record<string, string>,
  fifo: boolean,
): Map<string, string> {
  const next = new Map(current);
  for (const [name, value] of Object.entries(changes)) {
    const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
    if (rule === undefined || (rule.fifoOnly && !fifo)) {
      throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    }
    if (value === '' && rule.removable) {
      next.delete(name);
      continue;
    }
    if (typeof value !== 'string' || !rule.isValid(value)) throw invalidAttribute(name);
    next.set(name, value);
  }
  checkEncryption(next, changes);
  checkThroughputLimit(next);
  return next;
}

/** The attribute's value breaks its rule. */
export function invalidAttribute(name: string): SqsError {
  return new SqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
}

function checkEncryption(next: Map<string, string>, changes: Record<string, string>): void {
  if (!next.has('KmsMasterKeyId')) return;
  if (changes.SqsManagedSseEnabled === 'true') {
    const rule =
      'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.';
    throw new SqsError('InvalidAttributeName', rule);
  }
  next.set('SqsManagedSseEnabled', 'false');
  if (!next.has('KmsDataKeyReusePeriodSeconds')) next.set('KmsDataKeyReusePeriodSeconds', '300');
}

function checkThroughputLimit(next: Map<string, string>): void {
  if (next.get('FifoThroughputLimit') !== 'perMessageGroupId') return;
  if (next.get('DeduplicationScope') !== 'messageGroup') throw invalidAttribute('FifoThroughputLimit');
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
