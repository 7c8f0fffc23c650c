import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { outcomeOf, patternBytes, type Suite } from './suite.ts';

const MIB = 1024 ** 2;

/** Multipart uploads. */
export function multipartClaims(suite: Suite): void {
  completionClaims(suite);
  checksumTypeClaims(suite);
  listingClaims(suite);
}

/** One multipart upload to `k` of a bucket. */
function uploader({ s3 }: Suite, Bucket: string) {
  const at = { Bucket, Key: 'k' };
  return {
    at,
    async create(input: Partial<CreateMultipartUploadCommandInput> = {}): Promise<string> {
      return (await s3.send(new CreateMultipartUploadCommand({ ...at, ...input }))).UploadId!;
    },
    async part(UploadId: string, PartNumber: number, Body: Buffer | string): Promise<CompletedPart> {
      const { ETag, ChecksumCRC32 } = await s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body }));
      return { PartNumber, ETag, ChecksumCRC32 };
    },
    complete(UploadId: string, Parts: CompletedPart[], input: object = {}) {
      return s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts }, ...input }));
    },
  };
}

function completionClaims(suite: Suite): void {
  const { s3, claim, freshBucket } = suite;

  claim('assembles parts in the order of their numbers, with etag md5-n', async () => {
    const upload = uploader(suite, await freshBucket());
    const bytes = patternBytes(11 * MIB);
    const [one, two, three] = [bytes.subarray(0, 5 * MIB), bytes.subarray(5 * MIB, 10 * MIB), bytes.subarray(10 * MIB)];
    const id = await upload.create({ ContentType: 'text/csv', Metadata: { a: '1' }, Tagging: 't=1' });
    await upload.part(id, 7, 'to be replaced');
    const parts = [await upload.part(id, 1, one), await upload.part(id, 7, two), await upload.part(id, 9, three)];
    const done = await upload.complete(id, parts);
    const md5 = (data: Buffer) => createHash('md5').update(data).digest();
    const ETag = `"${md5(Buffer.concat([md5(one), md5(two), md5(three)])).toString('hex')}-3"`;
    expect(done.ETag).toBe(ETag);
    const got = await s3.send(new GetObjectCommand(upload.at));
    expect(got).toMatchObject({ ETag, ContentType: 'text/csv', Metadata: { a: '1' }, TagCount: 1 });
    expect(bytes.equals(await got.Body!.transformToByteArray())).toBe(true);
    const second = await s3.send(new GetObjectCommand({ ...upload.at, PartNumber: 2 }));
    expect([second.PartsCount, second.ContentRange]).toEqual([3, `bytes ${5 * MIB}-${10 * MIB - 1}/${11 * MIB}`]);
    expect(two.equals(await second.Body!.transformToByteArray())).toBe(true);
  });

  claim('answers a repeated completion with the same object or with NoSuchUpload', async () => {
    const upload = uploader(suite, await freshBucket());
    const id = await upload.create();
    const parts = [await upload.part(id, 1, 'x')];
    await upload.complete(id, parts);
    // Documented is the refusal; S3 itself is seen to answer as it did the first time.
    expect(['ok', 'NoSuchUpload 404']).toContain(await outcomeOf(upload.complete(id, parts)));
    const got = await s3.send(new GetObjectCommand(upload.at));
    expect(await got.Body!.transformToString()).toBe('x');
  });

  claim('refuses wrong lists of parts and keeps the upload', async () => {
    const upload = uploader(suite, await freshBucket());
    const id = await upload.create();
    const one = await upload.part(id, 1, patternBytes(5 * MIB - 1));
    const two = await upload.part(id, 2, 'end');
    expect(await outcomeOf(upload.complete(id, [two, one]))).toBe('InvalidPartOrder 400');
    expect(await outcomeOf(upload.complete(id, [one, { ...two, PartNumber: 3 }]))).toBe('InvalidPart 400');
    expect(await outcomeOf(upload.complete(id, [{ ...two, ETag: one.ETag }]))).toBe('InvalidPart 400');
    expect(await outcomeOf(upload.complete(id, [one, two]))).toBe('EntityTooSmall 400');
    expect(await outcomeOf(upload.complete(id, []))).toBe('MalformedXML 400');
    await upload.complete(id, [two]);
    const got = await s3.send(new GetObjectCommand(upload.at));
    expect(await got.Body!.transformToString()).toBe('end');
  });

  claim('bounds part numbers to 1 to 10000', async () => {
    const upload = uploader(suite, await freshBucket());
    const id = await upload.create();
    for (const number of [0, 10_001]) {
      expect(await outcomeOf(upload.part(id, number, 'x'))).toBe('InvalidArgument 400');
    }
    expect(await outcomeOf(upload.part(id, 10_000, 'x'))).toBe('ok');
  });

  claim('forgets an aborted upload', async () => {
    const upload = uploader(suite, await freshBucket());
    const UploadId = await upload.create();
    const part = await upload.part(UploadId, 1, 'x');
    await s3.send(new AbortMultipartUploadCommand({ ...upload.at, UploadId }));
    expect(await outcomeOf(upload.part(UploadId, 2, 'x'))).toBe('NoSuchUpload 404');
    expect(await outcomeOf(upload.complete(UploadId, [part]))).toBe('NoSuchUpload 404');
    expect(await outcomeOf(s3.send(new ListPartsCommand({ ...upload.at, UploadId })))).toBe('NoSuchUpload 404');
    expect(await outcomeOf(s3.send(new GetObjectCommand(upload.at)))).toBe('NoSuchKey 404');
  });

  claim('completes on condition', async () => {
    const upload = uploader(suite, await freshBucket());
    const { ETag } = await s3.send(new PutObjectCommand({ ...upload.at, Body: 'first' }));
    const id = await upload.create();
    const parts = [await upload.part(id, 1, 'x')];
    expect(await outcomeOf(upload.complete(id, parts, { IfNoneMatch: '*' }))).toBe('PreconditionFailed 412');
    expect(await outcomeOf(upload.complete(id, parts, { IfMatch: '"other"' }))).toBe('PreconditionFailed 412');
    expect(await outcomeOf(upload.complete(id, parts, { IfMatch: ETag }))).toBe('ok');
  });

  claim('copies ranges of an object as parts', async () => {
    const Bucket = await freshBucket();
    const upload = uploader(suite, Bucket);
    const bytes = patternBytes(6 * MIB);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'source', Body: bytes }));
    const UploadId = await upload.create();
    const copy = (PartNumber: number, CopySourceRange?: string) =>
      s3.send(
        new UploadPartCopyCommand({
          ...upload.at,
          UploadId,
          PartNumber,
          CopySource: `${Bucket}/source`,
          CopySourceRange,
        }),
      );
    const one = await copy(1, `bytes=0-${5 * MIB - 1}`);
    const two = await copy(2, `bytes=${5 * MIB}-${6 * MIB - 1}`);
    expect(await outcomeOf(copy(3, `bytes=0-${6 * MIB}`))).toBe('InvalidArgument 400');
    const parts = [one, two].map(({ CopyPartResult }, i) => ({
      PartNumber: i + 1,
      ETag: CopyPartResult!.ETag,
      ChecksumCRC32: CopyPartResult!.ChecksumCRC32,
    }));
    await upload.complete(UploadId, parts);
    const got = await s3.send(new GetObjectCommand(upload.at));
    expect(bytes.equals(await got.Body!.transformToByteArray())).toBe(true);
  });
}

function crc32Base64(bytes: Buffer): string {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(crc32(bytes));
  return value.toString('base64');
}

function checksumTypeClaims(suite: Suite): void {
  const { s3, claim, freshBucket } = suite;
  const bytes = patternBytes(5 * MIB + 1000);
  const halves = [bytes.subarray(0, 5 * MIB), bytes.subarray(5 * MIB)] as const;

  claim('computes a composite CRC32 over the checksums of the parts', async () => {
    const upload = uploader(suite, await freshBucket());
    const id = await upload.create({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'COMPOSITE' });
    const parts = [await upload.part(id, 1, halves[0]), await upload.part(id, 2, halves[1])];
    const raw = Buffer.concat(halves.map((half) => Buffer.from(crc32Base64(half), 'base64')));
    const ChecksumCRC32 = `${crc32Base64(raw)}-2`;
    expect(await upload.complete(id, parts)).toMatchObject({ ChecksumCRC32, ChecksumType: 'COMPOSITE' });
    const head = await s3.send(new HeadObjectCommand({ ...upload.at, ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ ChecksumCRC32, ChecksumType: 'COMPOSITE' });
  });

  claim('computes a full-object CRC32 that equals the one over all bytes', async () => {
    const upload = uploader(suite, await freshBucket());
    const id = await upload.create({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const parts = [await upload.part(id, 1, halves[0]), await upload.part(id, 2, halves[1])];
    const ChecksumCRC32 = crc32Base64(bytes);
    const claimed = { ChecksumType: 'FULL_OBJECT' };
    const wrong = upload.complete(id, parts, { ...claimed, ChecksumCRC32: crc32Base64(halves[0]) });
    expect(await outcomeOf(wrong)).toBe('BadDigest 400');
    expect(await upload.complete(id, parts, { ...claimed, ChecksumCRC32 })).toMatchObject({ ChecksumCRC32 });
    const head = await s3.send(new HeadObjectCommand({ ...upload.at, ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ ChecksumCRC32, ChecksumType: 'FULL_OBJECT' });
  });

  claim('wants the checksums of all parts back when they are composite', async () => {
    const upload = uploader(suite, await freshBucket());
    const id = await upload.create({ ChecksumAlgorithm: 'CRC32' });
    const { ETag, ChecksumCRC32 } = await upload.part(id, 1, 'x');
    expect(await outcomeOf(upload.complete(id, [{ PartNumber: 1, ETag }]))).toBe('InvalidRequest 400');
    const wrong = { PartNumber: 1, ETag, ChecksumCRC32: crc32Base64(Buffer.from('y')) };
    expect(await outcomeOf(upload.complete(id, [wrong]))).toBe('InvalidPart 400');
    expect(await outcomeOf(upload.complete(id, [{ PartNumber: 1, ETag, ChecksumCRC32 }]))).toBe('ok');
  });

  claim('refuses checksum types that an algorithm does not have', async () => {
    const upload = uploader(suite, await freshBucket());
    const create = (ChecksumAlgorithm: 'SHA256' | 'CRC64NVME', ChecksumType: 'FULL_OBJECT' | 'COMPOSITE') =>
      outcomeOf(upload.create({ ChecksumAlgorithm, ChecksumType }));
    expect(await create('SHA256', 'FULL_OBJECT')).toBe('InvalidRequest 400');
    expect(await create('CRC64NVME', 'COMPOSITE')).toBe('InvalidRequest 400');
    expect(await create('CRC64NVME', 'FULL_OBJECT')).toBe('ok');
  });
}

function listingClaims(suite: Suite): void {
  const { s3, claim, freshBucket } = suite;

  claim('lists parts in pages', async () => {
    const upload = uploader(suite, await freshBucket());
    const UploadId = await upload.create();
    for (const number of [3, 1, 20, 2]) await upload.part(UploadId, number, `part ${number}`);
    const first = await s3.send(new ListPartsCommand({ ...upload.at, UploadId, MaxParts: 3 }));
    expect(first.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 6],
      [2, 6],
      [3, 6],
    ]);
    expect([first.IsTruncated, first.NextPartNumberMarker]).toEqual([true, '3']);
    const PartNumberMarker = first.NextPartNumberMarker;
    const second = await s3.send(new ListPartsCommand({ ...upload.at, UploadId, PartNumberMarker }));
    expect([second.IsTruncated, second.Parts?.map(({ PartNumber }) => PartNumber)]).toEqual([false, [20]]);
  });

  claim('lists uploads in pages, by key and then by age', async () => {
    const Bucket = await freshBucket();
    const ids: string[] = [];
    for (const Key of ['b', 'a', 'dir/c', 'a']) {
      ids.push((await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))).UploadId!);
    }
    const wanted = [ids[1], ids[3], ids[0], ids[2]].sort();
    const seen: string[] = [];
    let markers: { KeyMarker?: string; UploadIdMarker?: string } = {};
    for (let page = 0; page < 4; page++) {
      const listed = await s3.send(new ListMultipartUploadsCommand({ Bucket, MaxUploads: 1, ...markers }));
      seen.push(...listed.Uploads!.map(({ UploadId }) => UploadId!));
      expect(listed.IsTruncated).toBe(page < 3);
      markers = { KeyMarker: listed.NextKeyMarker, UploadIdMarker: listed.NextUploadIdMarker };
    }
    expect(seen.sort()).toEqual(wanted);
    const grouped = await s3.send(new ListMultipartUploadsCommand({ Bucket, Delimiter: '/', Prefix: '' }));
    expect(grouped.CommonPrefixes).toEqual([{ Prefix: 'dir/' }]);
    expect(grouped.Uploads?.map(({ Key }) => Key)).toEqual(['a', 'a', 'b']);
  });
}
