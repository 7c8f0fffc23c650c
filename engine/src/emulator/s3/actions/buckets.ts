import { Bucket } from '../bucket.ts';
import { header } from '../call.ts';
import { s3Error } from '../errors.ts';
import { type Handler, OWNER_ID } from '../runtime.ts';
import { receiveDocument } from '../upload-body.ts';
import { textOf, type XmlField } from '../xml.ts';

const HOME_REGION = 'us-east-1';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET_NAME = /^(?!xn--|sthree-|amzn-s3-demo-)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]$/;
const RESERVED_SUFFIX = /(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

export const listBuckets: Handler = (runtime, call) => {
  const prefix = call.query.get('prefix') ?? '';
  const names = [...runtime.buckets.keys()].filter((name) => name.startsWith(prefix)).sort();
  const buckets = names.map((name): XmlField => {
    const { createdMs, region } = runtime.buckets.get(name)!.settings;
    return [
      'Bucket',
      [
        ['Name', name],
        ['CreationDate', new Date(createdMs).toISOString()],
        ['BucketRegion', region],
      ],
    ];
  });
  const value: XmlField[] = [
    ['Owner', [['ID', OWNER_ID]]],
    ['Buckets', buckets],
  ];
  return { status: 200, xml: { root: 'ListAllMyBucketsResult', value } };
};

export const createBucket: Handler = async (runtime, call) => {
  const { bucket: name } = call;
  if (!BUCKET_NAME.test(name) || RESERVED_SUFFIX.test(name)) {
    throw s3Error('InvalidBucketName', { fields: { BucketName: name } });
  }
  const region = (await requestedRegion(call)) ?? call.region;
  const existing = runtime.buckets.get(name);
  // Legacy of the first region: creating one's own bucket again succeeds there and is a conflict anywhere else.
  if (existing && (region !== HOME_REGION || existing.settings.region !== HOME_REGION)) {
    throw s3Error('BucketAlreadyOwnedByYou', { fields: { BucketName: name } });
  }
  if (!existing) {
    const bucket = new Bucket({ name, region, createdMs: runtime.now(), notifications: [] });
    runtime.journal.saveBucket(bucket.settings);
    runtime.buckets.set(name, bucket);
  }
  return { status: 200, headers: { location: `/${name}` } };
};

async function requestedRegion(call: Parameters<Handler>[1]): Promise<string | undefined> {
  const length = header(call, 'content-length');
  if (length === '0' || (length === undefined && header(call, 'transfer-encoding') === undefined)) return undefined;
  const region = textOf(await receiveDocument(call), 'LocationConstraint');
  return region === 'EU' ? 'eu-west-1' : region || undefined;
}

export const headBucket: Handler = (runtime, call) => ({
  status: 200,
  headers: { 'x-amz-bucket-region': runtime.bucket(call).settings.region },
});

export const deleteBucket: Handler = (runtime, call) => {
  const bucket = runtime.bucket(call);
  if (bucket.objects.size > 0) throw s3Error('BucketNotEmpty', { fields: { BucketName: call.bucket } });
  runtime.buckets.delete(call.bucket);
  runtime.journal.dropBucket(call.bucket);
  return { status: 204 };
};

export const getBucketLocation: Handler = (runtime, call) => {
  const { region } = runtime.bucket(call).settings;
  return { status: 200, xml: { root: 'LocationConstraint', value: region === HOME_REGION ? undefined : region } };
};
