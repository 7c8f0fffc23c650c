import { expect, test } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { ParquetryError } from '../../core/errors.ts';
import { defaultRetry } from '../../core/retry.ts';
import { silentLogger, silentMetrics } from '../../core/telemetry.ts';
import type { Bucket, ObjectToWrite, StoredObject } from './bucket.ts';
import { createS3IntentStore } from './intent-store.ts';

const intent = { file: 'p/f.parquet', partition: 'p', sizeBytes: 3, deliveries: ['m'] };

/** A store over a bucket with at most one object, under the file's name. */
function storeOver(stored?: StoredObject, head?: Bucket['head']) {
  const puts: ObjectToWrite[] = [];
  let lies = stored;
  const bucket: Partial<Bucket> = {
    head: head ?? (async () => lies),
    put: async (object) => {
      if (lies) return { kind: 'exists' };
      puts.push(object);
      lies = { sizeBytes: object.content.sizeBytes, metadata: object.metadata };
      return { kind: 'written' };
    },
  };
  const ports = { bucket: bucket as Bucket, bucketUri: 's3://lake', clock: systemClock, random: () => 0 };
  const quiet = { retry: defaultRetry, logger: silentLogger, metrics: silentMetrics };
  const store = createS3IntentStore({ ...ports, ...quiet }, { intents: '_intents/', keyOf: (file) => `t/${file}` });
  return { store, puts };
}

test('tells a file from nothing and from a fence', async () => {
  expect(await storeOver().store.stateOf(intent)).toBe('absent');
  expect(await storeOver({ sizeBytes: 3 }).store.stateOf(intent)).toBe('written');
  const fence = { sizeBytes: 3, metadata: { 'parquetry-fence': '1' } };
  expect(await storeOver(fence).store.stateOf(intent)).toBe('fenced');
});

test('a file that was damaged on its way does not count as written: its rows would be lost', async () => {
  await expect(storeOver({ sizeBytes: 2 }).store.stateOf(intent)).rejects.toMatchObject({
    code: 'E_INTEGRITY',
    message: 's3://lake/t/p/f.parquet must have 3 bytes, got 2',
  });
});

test('puts a fence where nothing lies, and finds the file where the writer was faster', async () => {
  const { store, puts } = storeOver();
  expect(await store.fence(intent, [Buffer.from('empty')])).toBe('fenced');
  expect(puts.map(({ key, metadata }) => ({ key, metadata }))).toEqual([
    { key: 't/p/f.parquet', metadata: { 'parquetry-fence': '1' } },
  ]);
  expect(await store.stateOf(intent)).toBe('fenced');
  expect(await storeOver({ sizeBytes: 3 }).store.fence(intent, [])).toBe('written');
});

test('closing cuts off what is under way', async () => {
  const cancelled = new ParquetryError('E_CANCELLED', 'cut off');
  const { store } = storeOver(undefined, (_key, signal) => {
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(cancelled)));
  });
  const answer = store.stateOf(intent);
  store.close();
  await expect(answer).rejects.toBe(cancelled);
});
