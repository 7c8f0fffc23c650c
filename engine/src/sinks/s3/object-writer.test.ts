import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { formatCrc32 } from '../../aws/s3-checksum.ts';
import { ParquetryError } from '../../core/errors.ts';
import { chunksOf } from '../../core/sink.ts';
import { silentMetrics } from '../../core/telemetry.ts';
import type {
  Bucket,
  CheckedBytes,
  Condition,
  ObjectToWrite,
  StoredObject,
  Upload,
  UploadedPart,
  WriteOutcome,
} from './bucket.ts';
import { checkedBytes, sliceChunks } from './checked-bytes.ts';
import { createObjectWriter, type WriterSettings } from './object-writer.ts';

type Trouble = ParquetryError | 'lose-answer' | WriteOutcome;

/** A bucket in memory, with multipart uploads. Troubles are taken from the front, one a call of the operation. */
class FakeBucket implements Bucket {
  readonly objects = new Map<string, Buffer>();
  readonly uploads = new Map<string, Map<number, Buffer>>();
  readonly calls: string[] = [];
  readonly troubles = new Map<string, Trouble[]>();
  keepsChecksums = true;
  ignoresConditions = false;
  #uploadIds = 0;

  trouble(operation: string, ...troubles: Trouble[]) {
    this.troubles.set(operation, troubles);
  }

  put(object: ObjectToWrite, condition: Condition) {
    return this.#call('put', async () => this.#store(object, await bytesOf(object.content), condition));
  }

  head(key: string): Promise<StoredObject | undefined> {
    return this.#call('head', async () => {
      const bytes = this.objects.get(key);
      return bytes && { sizeBytes: bytes.length, etag: 'v', crc32: this.keepsChecksums ? crcOf(bytes) : undefined };
    });
  }

  readCrc32(key: string) {
    return this.#call('readCrc32', async () => crcOf(this.objects.get(key)!));
  }

  start({ key }: ObjectToWrite) {
    return this.#call('start', async () => {
      const id = String(++this.#uploadIds);
      this.uploads.set(id, new Map());
      return { key, id };
    });
  }

  uploadPart({ id }: Upload, number: number, content: CheckedBytes, signal: AbortSignal): Promise<UploadedPart> {
    return this.#call('uploadPart', async () => {
      if (signal.aborted) throw new ParquetryError('E_CANCELLED', 'stopped');
      const bytes = await bytesOf(content);
      this.uploads.get(id)!.set(number, bytes);
      return { number, etag: `e${number}`, crc32: crcOf(bytes) };
    });
  }

  complete(
    { id }: Upload,
    { parts, object, condition }: { parts: readonly UploadedPart[]; object: ObjectToWrite; condition: Condition },
  ) {
    return this.#call('complete', async (): Promise<WriteOutcome> => {
      const uploaded = this.uploads.get(id);
      if (!uploaded) return { kind: 'gone' };
      const outcome = this.#store(object, Buffer.concat(parts.map(({ number }) => uploaded.get(number)!)), condition);
      if (outcome.kind === 'written') this.uploads.delete(id);
      return outcome;
    });
  }

  abort({ id }: Upload) {
    return this.#call('abort', async () => void this.uploads.delete(id));
  }

  list = async () => [];
  read = async () => undefined;
  remove = async () => {};
  headBucket = async () => {};
  close = () => {};

  #store({ key }: ObjectToWrite, bytes: Buffer, condition: Condition): WriteOutcome {
    if (condition === 'if-absent' && !this.ignoresConditions && this.objects.has(key)) return { kind: 'exists' };
    this.objects.set(key, bytes);
    return { kind: 'written', etag: 'v', crc32: this.keepsChecksums ? crcOf(bytes) : undefined };
  }

  async #call<T>(operation: string, run: () => Promise<T>): Promise<T> {
    this.calls.push(operation);
    const trouble = this.troubles.get(operation)?.shift();
    if (trouble instanceof ParquetryError) throw trouble;
    if (trouble === undefined) return run();
    if (trouble !== 'lose-answer') return trouble as T;
    await run();
    throw new ParquetryError('E_UNAVAILABLE', 'the answer got lost');
  }
}

const bytesOf = async ({ chunks }: CheckedBytes) => Buffer.concat(await Array.fromAsync(chunks()));
const crcOf = (bytes: Uint8Array) => formatCrc32(crc32(bytes));
const away = () => new ParquetryError('E_UNAVAILABLE', 'away');

const KEY = 'clicks/a.parquet';
const small = () => object([Buffer.from('PAR1'), Buffer.from('rows')]);
/** 25 bytes in parts of 10: three parts, cut across the arrays. */
const large = () => object([Buffer.from('0123456'), Buffer.from('789abcdef'), Buffer.from('ghijklmno')]);
const object = (parts: Uint8Array[]): ObjectToWrite => ({
  key: KEY,
  contentType: 'application/vnd.apache.parquet',
  metadata: {},
  content: checkedBytes(parts),
});

function setUp(settings: Partial<WriterSettings> = {}) {
  const bucket = new FakeBucket();
  const warnings: string[] = [];
  const writer = createObjectWriter(
    {
      bucket,
      bucketUri: 's3://lake',
      clock: { now: () => 0, sleep: async () => {} },
      random: () => 0.5,
      retry: { baseMs: 1, maxMs: 1, attempts: 3, deadlineMs: 1_000 },
      logger: { debug: () => {}, info: () => {}, warn: (event) => warnings.push(event), error: () => {} },
      metrics: silentMetrics,
    },
    { partSizeBytes: 10, multipartThresholdBytes: 20, conditionalWrites: 'auto', trusted: true, ...settings },
  );
  const write = (what: ObjectToWrite, signal = new AbortController().signal) => writer(what, signal);
  return { bucket, warnings, write };
}

describe.each([
  ['in a single request', small, 'put'],
  ['in parts', large, 'complete'],
])('a file written %s', (_, file, lastCall) => {
  it('holds its bytes, checked, and leaves no upload behind', async () => {
    const { bucket, write } = setUp();
    expect(await write(file())).toEqual({ etag: 'v' });
    expect(bucket.objects.get(KEY)).toEqual(await bytesOf(file().content));
    expect(bucket.uploads.size).toBe(0);
    expect(bucket.calls).not.toContain('head');
  });

  it('counts as written when the answer was lost', async () => {
    const { bucket, write } = setUp();
    bucket.trouble(lastCall, 'lose-answer');
    expect(await write(file())).toEqual({ etag: 'v' });
    expect(bucket.calls.filter((call) => call === lastCall)).toHaveLength(2);
    expect(bucket.calls.at(-1)).toBe('head');
    expect(bucket.uploads.size).toBe(0);
  });

  it('counts as written when a replay finds equal bytes', async () => {
    const { bucket, write } = setUp();
    bucket.objects.set(KEY, await bytesOf(file().content));
    expect(await write(file())).toEqual({ etag: 'v' });
    expect(bucket.uploads.size).toBe(0);
  });

  it('is a conflict when the name holds other bytes, and leaves those alone', async () => {
    const { bucket, write } = setUp();
    for (const other of [Buffer.from('x'), Buffer.from(await bytesOf(file().content)).reverse()]) {
      bucket.objects.set(KEY, other);
      await expect(write(file())).rejects.toMatchObject({ code: 'E_CONFLICT', retryable: false });
      expect(bucket.objects.get(KEY)).toEqual(other);
    }
    expect(bucket.uploads.size).toBe(0);
  });

  it('is uploaded anew after a concurrent conditional write', async () => {
    const { bucket, write } = setUp();
    bucket.trouble(lastCall, { kind: 'conflict' }, { kind: 'conflict' });
    await write(file());
    expect(bucket.calls.filter((call) => call === lastCall)).toHaveLength(3);
    expect(bucket.objects.get(KEY)).toEqual(await bytesOf(file().content));
    expect(bucket.uploads.size).toBe(0);
  });

  it('is given up when the conflicts do not end', async () => {
    const { bucket, write } = setUp();
    bucket.trouble(lastCall, ...Array.from({ length: 9 }, (): Trouble => ({ kind: 'conflict' })));
    await expect(write(file())).rejects.toMatchObject({ code: 'E_CONFLICT' });
    expect(bucket.uploads.size).toBe(0);
  });

  it('is looked up before the write, with one warning, where the store has no conditional writes', async () => {
    const { bucket, warnings, write } = setUp();
    bucket.trouble(lastCall, { kind: 'unsupported' });
    await write(file());
    await write(file());
    expect(bucket.objects.get(KEY)).toEqual(await bytesOf(file().content));
    expect(warnings).toEqual(['sink.s3.conditional_writes.missing']);
    bucket.objects.set(KEY, Buffer.from('other'));
    await expect(write(file())).rejects.toMatchObject({ code: 'E_CONFLICT' });
  });

  it('is verified by size, with one warning, where the store keeps no checksums', async () => {
    const { bucket, warnings, write } = setUp();
    bucket.keepsChecksums = false;
    await write(file());
    bucket.objects.clear();
    await write(file());
    expect(warnings).toEqual(['sink.s3.checksum.missing']);
  });

  it('is compared by reading it back where the store keeps no checksums', async () => {
    const { bucket, write } = setUp();
    bucket.keepsChecksums = false;
    bucket.objects.set(KEY, await bytesOf(file().content));
    await write(file());
    expect(bucket.calls).toContain('readCrc32');
    bucket.objects.set(KEY, Buffer.from(await bytesOf(file().content)).reverse());
    await expect(write(file())).rejects.toMatchObject({ code: 'E_CONFLICT' });
  });

  it('is refused when the store answers with another checksum', async () => {
    const { bucket, write } = setUp();
    bucket.trouble(lastCall, { kind: 'written', crc32: 'AAAAAA==' });
    await expect(write(file())).rejects.toMatchObject({ code: 'E_INTEGRITY' });
  });

  it('rejects at once what will never work, and leaves no upload behind', async () => {
    const { bucket, write } = setUp();
    bucket.trouble(lastCall, new ParquetryError('E_ACCESS', 's3://lake refuses access'));
    await expect(write(file())).rejects.toMatchObject({ code: 'E_ACCESS' });
    expect(bucket.calls.filter((call) => call === lastCall)).toHaveLength(1);
    expect(bucket.uploads.size).toBe(0);
  });
});

describe('a store that is not trusted', () => {
  const puts = (bucket: FakeBucket) => bucket.calls.filter((call) => call === 'put').length;

  it('is put to the test once, with a file under its own name', async () => {
    const { bucket, warnings, write } = setUp({ trusted: false });
    await write(small());
    expect(puts(bucket)).toBe(2);
    await write({ ...small(), key: 'other' });
    expect(puts(bucket)).toBe(3);
    expect(warnings).toEqual([]);
  });

  it('is asked before each write once it was seen to ignore the condition', async () => {
    const { bucket, warnings, write } = setUp({ trusted: false });
    bucket.ignoresConditions = true;
    await write(small());
    expect(warnings).toEqual(['sink.s3.conditional_writes.missing']);
    await expect(write(object([Buffer.from('otherrow')]))).rejects.toMatchObject({ code: 'E_CONFLICT' });
    expect(bucket.objects.get(KEY)).toEqual(await bytesOf(small().content));
  });

  it('is tested with the next file when the test fails', async () => {
    const { bucket, write } = setUp({ trusted: false });
    bucket.trouble('put', { kind: 'written', crc32: small().content.crc32 }, new ParquetryError('E_ACCESS', 'refused'));
    await write(small());
    await write({ ...small(), key: 'other' });
    expect(puts(bucket)).toBe(4);
  });
});

describe('an upload in parts', () => {
  it('sends a failed part again, not the others', async () => {
    const { bucket, write } = setUp();
    bucket.trouble('uploadPart', away(), away());
    await write(large());
    expect(bucket.calls.filter((call) => call === 'uploadPart')).toHaveLength(5);
    expect(bucket.calls.filter((call) => call === 'start')).toHaveLength(1);
  });

  it('is removed when a part cannot be sent', async () => {
    const { bucket, write } = setUp();
    bucket.trouble('uploadPart', ...Array.from({ length: 20 }, away));
    await expect(write(large())).rejects.toMatchObject({ code: 'E_UNAVAILABLE' });
    expect(bucket.uploads.size).toBe(0);
  });

  it('is removed when it is cancelled', async () => {
    const { bucket, write } = setUp();
    await expect(write(large(), AbortSignal.abort())).rejects.toMatchObject({ code: 'E_CANCELLED' });
    expect(bucket.uploads.size).toBe(0);
  });

  it('is removed when it is cancelled while it begins: its id still arrives', async () => {
    const { bucket, write } = setUp();
    const stop = new AbortController();
    const start = bucket.start.bind(bucket);
    bucket.start = async (what: ObjectToWrite, signal?: AbortSignal) => {
      const upload = await start(what);
      stop.abort();
      signal?.throwIfAborted();
      return upload;
    };
    await expect(write(large(), stop.signal)).rejects.toMatchObject({ code: 'E_CANCELLED' });
    expect(bucket.uploads.size).toBe(0);
  });

  it('begins anew when somebody removed it', async () => {
    const { bucket, write } = setUp();
    bucket.trouble('complete', { kind: 'gone' });
    await write(large());
    expect(bucket.objects.get(KEY)).toEqual(await bytesOf(large().content));
    expect(bucket.calls.filter((call) => call === 'start')).toHaveLength(2);
  });

  it('that cannot be removed is reported and does not hide the failure', async () => {
    const { bucket, warnings, write } = setUp();
    bucket.trouble('complete', new ParquetryError('E_ACCESS', 'refused'));
    bucket.trouble('abort', away());
    await expect(write(large())).rejects.toMatchObject({ code: 'E_ACCESS' });
    expect(warnings).toEqual(['sink.s3.upload.left']);
  });
});

describe('slices', () => {
  it.each([
    [[3, 4], 10, [7]],
    [[10], 10, [10]],
    [[7, 9, 9], 10, [10, 10, 5]],
    [[35], 10, [10, 10, 10, 5]],
    [[1, 0, 1], 1, [1, 1]],
    [[], 10, []],
  ])('of %j bytes by %i have %j bytes', async (sizes, sliceBytes, expected) => {
    const parts = sizes.map((size) => new Uint8Array(size));
    const slices = await Array.fromAsync(sliceChunks(chunksOf(parts)(), sliceBytes));
    expect(slices.map((slice) => slice.reduce((sum, part) => sum + part.byteLength, 0))).toEqual(expected);
    for (const view of slices.flat()) expect(parts.map(({ buffer }) => buffer)).toContain(view.buffer);
  });

  it('sum up to the checksum of the whole', () => {
    expect(checkedBytes([Buffer.from('1234'), Buffer.from('56789')]).crc32).toBe('y/Q5Jg=='); // CRC-32's check value cbf43926
  });
});
