import { chunksOf } from '../../../engine/src/core/sink.ts';
import { silentLogger, silentMetrics } from '../../../engine/src/core/telemetry.ts';
import { startEmulator } from '../../../engine/src/emulator/emulator.ts';
import { loadComponent } from '../../../engine/src/pipeline/components.ts';
import { type Call, spyS3 } from './calls.ts';
import { type OptionCase, type OptionCases, option, setting } from './option-case.ts';

/** The requests that writing a file of so many bytes makes, into any bucket. */
async function requests(config: object, sizeBytes = 10): Promise<Call[]> {
  await using emulator = await startEmulator();
  for (const bucket of ['lake', 'sea']) await fetch(`${emulator.endpoint}/${bucket}`, { method: 'PUT' });
  const calls = spyS3(emulator);
  const component = await loadComponent('sink', 's3');
  const aws = { endpoint: emulator.endpoint };
  const context = { pipeline: 'p', runId: 'r', folder: '.', aws, expectedHoldMs: 0 };
  const parsed = component.config.parse({ bucket: 'lake', ...config });
  const sink = await component.create(parsed, { ...context, logger: silentLogger, metrics: silentMetrics });
  const chunks = chunksOf([new Uint8Array(sizeBytes)]);
  const file = { name: 'f', chunks, sizeBytes, contentType: 'x/y', metadata: {} };
  // Storage classes that the emulator refuses are asked for all the same.
  await sink.write(file, new AbortController().signal).catch(() => undefined);
  await sink.close();
  return calls;
}

/** The values that a setting gives some headers of the request that creates the object. */
function headers<T>(path: string, names: string[], seen: readonly (readonly [T | undefined, unknown])[], also = {}) {
  return option<T>(async (value) => {
    const set = setting(path, value) as Record<string, object>;
    const [name] = path.split('.');
    const config = name === 'sse' ? { sse: { ...also, ...set.sse } } : set;
    const [put] = await requests(config);
    const found = names.map((header) => put!.headers[header] ?? null);
    return found.length === 1 ? found[0] : found;
  }, seen);
}

/** The kinds of requests a file of 12 MiB takes. */
const kinds = (config: object) => async () => {
  const calls = await requests(config, 12 << 20);
  return calls.map(({ method, url }) => `${method} ${/partNumber=\d|uploads/.exec(url)?.[0] ?? ''}`.trim());
};

const place = (name: 'bucket' | 'prefix', seen: readonly (readonly [string | undefined, string])[]): OptionCase =>
  option<string>(async (value) => (await requests(setting(name, value)))[0]!.url.split('?')[0], seen);

const classes = ['STANDARD', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR', 'GLACIER'];
const moreClasses = ['DEEP_ARCHIVE', 'EXPRESS_ONEZONE', 'REDUCED_REDUNDANCY'];
const SSE = 'x-amz-server-side-encryption';
const OWNER = '123456789012';

/** What the S3 sink's own keys change in the requests it makes. */
export const s3Options: OptionCases = {
  'sinks[].s3.bucket': place('bucket', [
    ['lake', '/lake/f'],
    ['sea', '/sea/f'],
  ]),
  'sinks[].s3.prefix': place('prefix', [
    [undefined, '/lake/f'],
    ['a/b', '/lake/a/b/f'],
  ]),
  'sinks[].s3.storageClass': headers<string>(
    'storageClass',
    ['x-amz-storage-class'],
    [[undefined, null], ...[...classes, ...moreClasses].map((name) => [name, name] as const)],
  ),
  'sinks[].s3.metadata': headers<object>(
    'metadata',
    ['x-amz-meta-team'],
    [
      [undefined, null],
      [{ team: 'data' }, 'data'],
    ],
  ),
  'sinks[].s3.tags': headers<object>(
    'tags',
    ['x-amz-tagging'],
    [
      [undefined, null],
      [{ team: 'data', 'a b': '1' }, 'team=data&a%20b=1'],
    ],
  ),
  'sinks[].s3.sse.type': option<string>(
    async (type) => (await requests(type === undefined ? {} : { sse: { type } }))[0]!.headers[SSE] ?? null,
    [[undefined, null], ...['AES256', 'aws:kms', 'aws:kms:dsse'].map((type) => [type, type] as const)],
  ),
  'sinks[].s3.sse.kmsKeyId': headers<string>(
    'sse.kmsKeyId',
    [`${SSE}-aws-kms-key-id`],
    [
      [undefined, null],
      ['alias/lake', 'alias/lake'],
    ],
    { type: 'aws:kms' },
  ),
  'sinks[].s3.sse.bucketKey': headers<boolean>(
    'sse.bucketKey',
    [`${SSE}-bucket-key-enabled`],
    [
      [undefined, 'true'],
      [true, 'true'],
      [false, 'false'],
    ],
    { type: 'aws:kms' },
  ),
  'sinks[].s3.expectedBucketOwner': headers<string>(
    'expectedBucketOwner',
    ['x-amz-expected-bucket-owner'],
    [
      [undefined, null],
      [OWNER, OWNER],
    ],
  ),
  'sinks[].s3.partSize': option<string>(
    (size) => kinds({ multipartThreshold: '5MiB', ...setting('partSize', size) })(),
    [
      [undefined, ['POST uploads', 'PUT partNumber=1', 'PUT partNumber=2', 'POST']],
      ['5MiB', ['POST uploads', 'PUT partNumber=1', 'PUT partNumber=2', 'PUT partNumber=3', 'POST']],
    ],
  ),
  'sinks[].s3.multipartThreshold': option<string>(
    async (size) => (await kinds(setting('multipartThreshold', size))())[0],
    [
      [undefined, 'PUT'],
      ['5MiB', 'POST uploads'],
    ],
  ),
  'sinks[].s3.conditionalWrites': option<string>(
    async (conditionalWrites) => {
      const [first, second] = await requests(setting('conditionalWrites', conditionalWrites));
      return [first, second].map((call) => `${call!.method} ${call!.headers['if-none-match'] ?? ''}`.trim());
    },
    [
      // The first object is sent again, to see whether the store heeds the condition.
      [undefined, ['PUT *', 'PUT *']],
      ['auto', ['PUT *', 'PUT *']],
      ['never', ['HEAD', 'PUT']],
    ],
  ),
};
