import { asParquetryError, ParquetryError } from '../../core/errors.ts';
import type { FileState, Intent, IntentStore } from '../../core/intents.ts';
import type { Bucket, ObjectToWrite } from './bucket.ts';
import { checkedBytes } from './checked-bytes.ts';
import { type WriterPorts, withRetries } from './requests.ts';

/** Says of an object that it is there to keep its name from being written. */
const FENCE = { 'parquetry-fence': '1' };
const PROBE = '_probe';
/** Another conditional write to the same name ends within seconds. */
const FENCE_TRIES = 20;
const FENCE_PAUSE_MS = 500;
/** Nothing cancels these requests: they are short, and a shutdown's grace bounds them all. */
const never = new AbortController().signal;

export interface IntentPlaces {
  /** Prefix of the intents, with a slash at its end. */
  readonly intents: string;
  /** The key of a file. */
  keyOf(file: string): string;
}

/** Intents as small JSON objects beside the table. S3 has been strongly consistent since December 2020, listings too. */
export function createS3IntentStore(ports: WriterPorts, places: IntentPlaces): IntentStore {
  const { bucket } = ports;
  const keyOf = (name: string) => `${places.intents}${name}.json`;
  const nameOf = (key: string) => key.slice(places.intents.length, -'.json'.length);
  const retried = <T>(attempt: (bucket: Bucket) => Promise<T>) => withRetries(ports, never, () => attempt(bucket));

  const stateOf = async ({ file }: Intent): Promise<FileState> => {
    const stored = await retried(() => bucket.head(places.keyOf(file), never));
    if (!stored) return 'absent';
    return stored.metadata?.['parquetry-fence'] === undefined ? 'written' : 'fenced';
  };

  const smallObject = (name: string, value: object): ObjectToWrite => ({
    key: keyOf(name),
    contentType: 'application/json',
    metadata: {},
    content: checkedBytes([Buffer.from(JSON.stringify(value))]),
  });

  return {
    async check() {
      try {
        const probe = smallObject(PROBE, {});
        await retried(() => bucket.put(probe, 'always', never));
        const { kind } = await retried(() => bucket.put(probe, 'if-absent', never));
        await retried(() => bucket.list(places.intents, never));
        await retried(() => bucket.remove([probe.key], never));
        if (kind !== 'exists') throw noConditions(ports.bucketUri);
      } catch (thrown) {
        throw withHint(asParquetryError(thrown), `${ports.bucketUri}/${places.intents}`);
      }
    },
    async put(name, intent) {
      const object = smallObject(name, { version: 1, ...intent });
      await retried(() => bucket.put(object, 'always', never));
    },
    async names() {
      const found = await retried(() => bucket.list(places.intents, never));
      return found.map(({ key, modifiedAtMs }) => ({ name: nameOf(key), modifiedAtMs }));
    },
    async get(name) {
      const bytes = await retried(() => bucket.read(keyOf(name), never));
      return bytes && (JSON.parse(Buffer.from(bytes).toString()) as Intent);
    },
    remove: (names) => retried(() => bucket.remove(names.map(keyOf), never)),
    stateOf,
    async fence(intent, empty) {
      const { file } = intent;
      const object: ObjectToWrite = {
        key: places.keyOf(file),
        contentType: 'application/octet-stream',
        metadata: FENCE,
        content: checkedBytes(empty),
      };
      for (let tries = 0; tries < FENCE_TRIES; tries++) {
        const { kind } = await retried(() => bucket.put(object, 'if-absent', never));
        if (kind === 'written') return 'fenced';
        const state = kind === 'unsupported' ? 'absent' : await stateOf(intent);
        if (state !== 'absent') return state;
        await ports.clock.sleep(FENCE_PAUSE_MS, never); // 409: somebody writes it at this moment; who wins is not known yet
      }
      throw new ParquetryError('E_UNAVAILABLE', `${ports.bucketUri}/${object.key} can be neither fenced nor found`);
    },
  };
}

function noConditions(bucketUri: string): ParquetryError {
  return new ParquetryError(
    'E_CONFIG',
    `${bucketUri} must refuse to overwrite (If-None-Match), but its store does not`,
    {
      hint: 'Without it there is no exactly once. Set `delivery: at-least-once`.',
    },
  );
}

function withHint(error: ParquetryError, uri: string): ParquetryError {
  if (error.details.awsCode !== 'AccessDenied') return error;
  const { code, message, cause, details } = error;
  const hint = `Grant s3:PutObject, s3:GetObject, s3:DeleteObject on ${uri}* and s3:ListBucket, or set \`delivery: at-least-once\`.`;
  return new ParquetryError(code, message, { cause, details, hint });
}
