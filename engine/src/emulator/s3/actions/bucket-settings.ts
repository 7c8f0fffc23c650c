import { invalidArgument, s3Error } from '../errors.ts';
import { parseTagDocument, tagFields } from '../metadata.ts';
import { notificationFields, parseNotifications, testEventBody } from '../notifications.ts';
import type { Handler } from '../runtime.ts';
import { receiveDocument } from '../upload-body.ts';
import { textOf } from '../xml.ts';

export const getBucketVersioning: Handler = (runtime, call) => {
  const { versioning } = runtime.bucket(call).settings;
  return { status: 200, xml: { root: 'VersioningConfiguration', value: [['Status', versioning]] } };
};

export const putBucketVersioning: Handler = async (runtime, call) => {
  const { settings } = runtime.bucket(call);
  const status = textOf(await receiveDocument(call), 'Status');
  if (status !== 'Enabled' && status !== 'Suspended') throw s3Error('MalformedXML');
  settings.versioning = status;
  runtime.journal.saveBucket(settings);
  return { status: 200 };
};

export const getBucketTagging: Handler = (runtime, call) => {
  const { tags } = runtime.bucket(call).settings;
  if (!tags) throw s3Error('NoSuchTagSet', { fields: { BucketName: call.bucket } });
  return { status: 200, xml: { root: 'Tagging', value: tagFields(tags) } };
};

export const putBucketTagging: Handler = async (runtime, call) => {
  const { settings } = runtime.bucket(call);
  settings.tags = parseTagDocument(await receiveDocument(call), 'bucket');
  runtime.journal.saveBucket(settings);
  return { status: 204 };
};

export const deleteBucketTagging: Handler = (runtime, call) => {
  const { settings } = runtime.bucket(call);
  delete settings.tags;
  runtime.journal.saveBucket(settings);
  return { status: 204 };
};

export const getBucketNotificationConfiguration: Handler = (runtime, call) => {
  const { notifications } = runtime.bucket(call).settings;
  return { status: 200, xml: { root: 'NotificationConfiguration', value: notificationFields(notifications) } };
};

/** Every queue named gets an `s3:TestEvent`; if one is not there, nothing is configured. */
export const putBucketNotificationConfiguration: Handler = async (runtime, call) => {
  const { settings } = runtime.bucket(call);
  const configurations = parseNotifications(await receiveDocument(call));
  const body = testEventBody(settings.name, runtime.now(), call.requestId);
  for (const queueArn of new Set(configurations.map((configuration) => configuration.queueArn))) {
    if (!runtime.options.notify(queueArn, body)) {
      throw invalidArgument('Unable to validate the following destination configurations', 'QueueArn', queueArn);
    }
  }
  settings.notifications = configurations;
  runtime.journal.saveBucket(settings);
  return { status: 200 };
};
