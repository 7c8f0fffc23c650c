import { createHash } from 'node:crypto';
import { type ChecksumAlgorithm, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { outcomeOf, type Suite } from './suite.ts';

/** Of `123456789`, the check input of CRC catalogues. */
const CHECK_VALUES = {
  CRC32: 'y/Q5Jg==',
  CRC32C: '4waSgw==',
  CRC64NVME: 'rosUhgp5mIg=',
  SHA1: createHash('sha1').update('123456789').digest('base64'),
  SHA256: createHash('sha256').update('123456789').digest('base64'),
} as const;

/** Verified on the way in, stored, and returned on demand. */
export function checksumClaims({ s3, target, claim, freshBucket }: Suite): void {
  for (const [algorithm, value] of Object.entries(CHECK_VALUES)) {
    const name = `Checksum${algorithm}`;
    claim(`verifies, stores and returns ${algorithm}`, async () => {
      const Bucket = await freshBucket();
      const plain = target.createClient({ requestChecksumCalculation: 'WHEN_REQUIRED' });
      const put = (checksum: string) =>
        plain.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '123456789', [name]: checksum }));
      const wrong = Buffer.from(value, 'base64');
      wrong[0] = wrong[0]! ^ 1;
      expect(await outcomeOf(put(wrong.toString('base64')))).toBe('BadDigest 400');
      expect(await outcomeOf(put('AAAA'))).toBe('InvalidRequest 400');
      expect(await put(value)).toMatchObject({ [name]: value });
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));
      expect(head).toMatchObject({ [name]: value, ChecksumType: 'FULL_OBJECT' });
      expect(await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).not.toHaveProperty(name, value);
    });

    claim(`agrees with the client's own ${algorithm}`, async () => {
      const Bucket = await freshBucket();
      const ChecksumAlgorithm = algorithm as ChecksumAlgorithm;
      const put = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '123456789', ChecksumAlgorithm }));
      expect(put).toHaveProperty(name, value);
      const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));
      expect(await got.Body!.transformToString()).toBe('123456789');
    });
  }

  claim('adds a CRC64NVME to an object that came without checksum', async () => {
    const Bucket = await freshBucket();
    const plain = target.createClient({ requestChecksumCalculation: 'WHEN_REQUIRED' });
    await plain.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '123456789' }));
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));
    expect(head.ChecksumCRC64NVME).toBe(CHECK_VALUES.CRC64NVME);
  });

  claim('verifies Content-MD5', async () => {
    const Bucket = await freshBucket();
    const put = (ContentMD5: string) =>
      outcomeOf(s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ContentMD5 })));
    const md5 = (text: string) => createHash('md5').update(text).digest('base64');
    expect(await put(md5('x'))).toBe('ok');
    expect(await put(md5('y'))).toBe('BadDigest 400');
    expect(await put('AAAA')).toBe('InvalidDigest 400');
  });
}
