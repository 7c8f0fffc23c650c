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

export interface IntentPlaces {
  /** Prefix of the intents, with a slash at its end. */
  readonly intents: string;
  /** The key of a file. */
  keyOf(file: string): string;
}

/** Intents as small JSON objects beside the table. S3 has been strongly consistent since December 2020, listings too. */
export function createS3IntentStore(ports: WriterPorts, places: IntentPlaces): IntentStore {
  const { bucket } = ports;
  // The end of a run alone cancels these requests: they are short.
  const closing = new AbortController();
  const { signal } = closing;
  const keyOf = (name: string) => `${places.intents}${name}.json`;
  const nameOf = (key: string) => key.slice(places.intents.length, -'.json'.length);
  const retried = <T>(attempt: (bucket: Bucket) => Promise<T>) => withRetries(ports, signal, () => attempt(bucket));

  const stateOf = async ({ file, sizeBytes }: Intent): Promise<FileState> => {
    const stored = await retried(() => bucket.head(places.keyOf(file), signal));
    if (!stored) return 'absent';
    if (stored.metadata?.['parquetry-fence'] !== undefined) return 'fenced';
    if (stored.sizeBytes === sizeBytes) return 'written';
    const uri = `${ports.bucketUri}/${places.keyOf(file)}`;
    const hint = 'It was damaged on its way. Remove it: its messages come again, and are written anew.';
    throw new ParquetryError('E_INTEGRITY', `${uri} must have ${sizeBytes} bytes, got ${stored.sizeBytes}`, { hint });
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
        await retried(() => bucket.put(probe, 'always', signal));
        const { kind } = await retried(() => bucket.put(probe, 'if-absent', signal));
        await retried(() => bucket.list(places.intents, signal));
        await retried(() => bucket.remove([probe.key], signal));
        if (kind !== 'exists') throw noConditions(ports.bucketUri);
      } catch (thrown) {
        throw withHint(asParquetryError(thrown), `${ports.bucketUri}/${places.intents}`);
      }
    },
    async put(name, intent) {
      const object = smallObject(name, { version: 1, ...intent });
      await retried(() => bucket.put(object, 'always', signal));
    },
    async names() {
      const found = await retried(() => bucket.list(places.intents, signal));
      return found.map(({ key, modifiedAtMs }) => ({ name: nameOf(key), modifiedAtMs }));
    },
    async get(name) {
      const bytes = await retried(() => bucket.read(keyOf(name), signal));
      return bytes && (JSON.parse(Buffer.from(bytes).toString()) as Intent);
    },
    remove: (names) => retried(() => bucket.remove(names.map(keyOf), signal)),
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
        const { kind } = await retried(() => bucket.put(object, 'if-absent', signal));
        if (kind === 'written') return 'fenced';
        const state = kind === 'unsupported' ? 'absent' : await stateOf(intent);
        if (state !== 'absent') return state;
        await ports.clock.sleep(FENCE_PAUSE_MS, signal); // 409: somebody writes it at this moment; who wins is not known yet
      }
      throw new ParquetryError('E_UNAVAILABLE', `${ports.bucketUri}/${object.key} can be neither fenced nor found`);
    },
    close: () => closing.abort(),
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
