import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { afterAll } from 'vitest';
import { startS3 } from '../../engine/src/emulator/s3/test-harness.ts';
import { s3Conformance } from './s3.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

function clientAt(endpoint: string) {
  return (options: S3ClientConfig = {}) =>
    new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true, maxAttempts: 1, ...options });
}

const embedded = await startS3();
afterAll(() => embedded[Symbol.asyncDispose]());
s3Conformance({ name: 'the embedded S3', createClient: clientAt(embedded.endpoint) });

const endpoint = process.env.PARQUETRY_CONFORMANCE_ENDPOINT;
if (endpoint) s3Conformance({ name: endpoint, createClient: clientAt(endpoint) });
