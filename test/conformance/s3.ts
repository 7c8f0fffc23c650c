import { describe } from 'vitest';
import { bucketClaims } from './s3/buckets.ts';
import { checksumClaims } from './s3/checksums.ts';
import { conditionClaims } from './s3/conditions.ts';
import { listingClaims } from './s3/listings.ts';
import { multipartClaims } from './s3/multipart.ts';
import { notificationClaims } from './s3/notifications.ts';
import { objectClaims } from './s3/objects.ts';
import { createSuite, type S3Target } from './s3/suite.ts';
import { versionClaims } from './s3/versions.ts';

/**
 * Registers everything Parquetry relies on S3 for, as claims against one target. What AWS documents decides; S3.md says
 * where emulators differ. Each claim makes its own bucket and nothing is cleaned up: the target is thrown away.
 */
export function s3Conformance(target: S3Target): void {
  describe(`S3 conformance of ${target.name}`, () => {
    const suite = createSuite(target);
    describe('buckets', () => bucketClaims(suite));
    describe('objects', () => objectClaims(suite));
    describe('conditions', () => conditionClaims(suite));
    describe('checksums', () => checksumClaims(suite));
    describe('multipart', () => multipartClaims(suite));
    describe('listings', () => listingClaims(suite));
    describe('versions', () => versionClaims(suite));
    describe('notifications', () => notificationClaims(suite));
  });
}
