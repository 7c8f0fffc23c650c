import { randomUUID } from 'node:crypto';
import { invalidArgument, s3Error } from './errors.ts';
import { NULL_VERSION, type Version } from './object.ts';
import { encodeKey } from './url-encoding.ts';
import { childrenOf, textOf, type XmlElement, type XmlField } from './xml.ts';

/** One queue that hears of a bucket's events. */
export interface QueueConfiguration {
  id: string;
  queueArn: string;
  /** Event types as configured, such as `s3:ObjectCreated:*`. */
  events: string[];
  prefix?: string;
  suffix?: string;
}

/** The events this emulator sends, without the `s3:` of the configuration, as event records spell them. */
export type EventName =
  | 'ObjectCreated:Put'
  | 'ObjectCreated:Copy'
  | 'ObjectCreated:CompleteMultipartUpload'
  | 'ObjectRemoved:Delete'
  | 'ObjectRemoved:DeleteMarkerCreated';

/** What happened, to which version, on whose request. */
export interface ObjectEvent {
  name: EventName;
  bucket: string;
  region: string;
  key: string;
  version: Version | undefined;
  atMs: number;
  sequence: number;
  requestId: string;
  sourceIp: string;
}

const EVENT_TYPE =
  /^s3:(ObjectCreated:(\*|Put|Post|Copy|CompleteMultipartUpload)|ObjectRemoved:(\*|Delete|DeleteMarkerCreated)|(ObjectRestore|ObjectTagging|ObjectAcl|Replication|LifecycleExpiration):[\w*]+|ReducedRedundancyLostObject|LifecycleTransition|IntelligentTiering)$/;
const QUEUE_ARN = /^arn:aws[\w-]*:sqs:[\w-]+:\d{12}:[\w-]{1,75}(\.fifo)?$/;
const OWNER = { principalId: 'A000000000000' };

/** Reads a `NotificationConfiguration`. Throws `MalformedXML`, `InvalidArgument`, or 501 for anything but queues. */
export function parseNotifications(document: XmlElement): QueueConfiguration[] {
  if (document.name !== 'NotificationConfiguration') throw s3Error('MalformedXML');
  const foreign = document.children.find(({ name }) => name !== 'QueueConfiguration');
  if (foreign) throw s3Error('NotImplemented', { message: `${foreign.name} is not emulated.` });
  return document.children.map(parseQueueConfiguration);
}

function parseQueueConfiguration(element: XmlElement): QueueConfiguration {
  const queueArn = textOf(element, 'Queue') ?? '';
  const events = childrenOf(element, 'Event').map(({ text }) => text);
  if (!QUEUE_ARN.test(queueArn)) throw invalidArgument('The ARN could not be parsed', 'Queue', queueArn);
  if (queueArn.endsWith('.fifo')) throw invalidArgument('FIFO SQS queues are not supported', 'Queue', queueArn);
  if (events.length === 0) throw s3Error('MalformedXML');
  const unknown = events.find((event) => !EVENT_TYPE.test(event));
  if (unknown !== undefined) throw invalidArgument('The event is not supported for notifications', 'Event', unknown);
  return { id: textOf(element, 'Id') || randomUUID(), queueArn, events, ...parseFilter(element) };
}

function parseFilter(element: XmlElement): Pick<QueueConfiguration, 'prefix' | 'suffix'> {
  const rules = childrenOf(element, 'Filter')
    .flatMap((filter) => childrenOf(filter, 'S3Key'))
    .flatMap((key) => childrenOf(key, 'FilterRule'));
  const filter: Pick<QueueConfiguration, 'prefix' | 'suffix'> = {};
  for (const rule of rules) {
    const name = (textOf(rule, 'Name') ?? '').toLowerCase();
    if (name !== 'prefix' && name !== 'suffix') {
      throw invalidArgument('filter rule name must be either prefix or suffix', 'FilterRule.Name', name);
    }
    if (filter[name] !== undefined) {
      throw invalidArgument(`Cannot specify more than one ${name} rule in a filter.`, 'FilterRule.Name', name);
    }
    filter[name] = textOf(rule, 'Value') ?? '';
  }
  return filter;
}

/** The configuration as a document, as it was put. */
export function notificationFields(configurations: readonly QueueConfiguration[]): XmlField[] {
  return configurations.map(({ id, queueArn, events, prefix, suffix }) => {
    const rules = Object.entries({ Prefix: prefix, Suffix: suffix })
      .filter(([, value]) => value !== undefined)
      .map(
        ([name, value]): XmlField => [
          'FilterRule',
          [
            ['Name', name],
            ['Value', value],
          ],
        ],
      );
    return [
      'QueueConfiguration',
      [
        ['Id', id],
        ['Queue', queueArn],
        ...events.map((event): XmlField => ['Event', event]),
        ['Filter', rules.length === 0 ? undefined : [['S3Key', rules]]],
      ],
    ];
  });
}

/** Whether a configuration asks for this event. Filters compare the plain key, not its encoding. */
export function wantsEvent(configuration: QueueConfiguration, name: EventName, key: string): boolean {
  const { events, prefix = '', suffix = '' } = configuration;
  const full = `s3:${name}`;
  const listed = events.some((event) => event === full || (event.endsWith('*') && full.startsWith(event.slice(0, -1))));
  return listed && key.startsWith(prefix) && key.endsWith(suffix);
}

/** The message S3 sends to every queue of a new configuration, before anything happened. */
export function testEventBody(bucket: string, atMs: number, requestId: string): string {
  return JSON.stringify({
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: new Date(atMs).toISOString(),
    Bucket: bucket,
    RequestId: requestId,
    HostId: hostId(requestId),
  });
}

/** An event message, structure version 2.1. https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
export function eventBody(configurationId: string, event: ObjectEvent): string {
  const record = {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: event.region,
    eventTime: new Date(event.atMs).toISOString(),
    eventName: event.name,
    userIdentity: { principalId: `AWS:${OWNER.principalId}` },
    requestParameters: { sourceIPAddress: event.sourceIp },
    responseElements: { 'x-amz-request-id': event.requestId, 'x-amz-id-2': hostId(event.requestId) },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId,
      bucket: { name: event.bucket, ownerIdentity: OWNER, arn: `arn:aws:s3:::${event.bucket}` },
      object: eventObject(event),
    },
  };
  return JSON.stringify({ Records: [record] });
}

function eventObject({ key, version, sequence }: ObjectEvent) {
  return {
    key: encodeKey(key),
    ...(version?.kind === 'object' && { size: version.payload.sizeBytes, eTag: version.etag }),
    ...(version && version.versionId !== NULL_VERSION && { versionId: version.versionId }),
    // Compared as text, so the width is fixed.
    sequencer: sequence.toString(16).toUpperCase().padStart(18, '0'),
  };
}

/** The second half of S3's request identity: opaque, here derived from the first. */
export function hostId(requestId: string): string {
  return Buffer.from(`parquetry/${requestId}`).toString('base64');
}
