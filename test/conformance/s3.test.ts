import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll } from 'vitest';
import { startEmulator } from '../../engine/src/emulator/emulator.ts';
import { s3Conformance } from './s3.ts';

const shared = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, maxAttempts: 1 };

function clientsAt(endpoint: string) {
  return {
    createClient: (options: S3ClientConfig = {}) =>
      new S3Client({ endpoint, forcePathStyle: true, ...shared, ...options }),
    createSqsClient: () => new SQSClient({ endpoint, ...shared }),
  };
}

const emulator = await startEmulator();
afterAll(emulator.stop);
s3Conformance({ name: 'embedded', ...clientsAt(emulator.endpoint) });

const outside = process.env.PARQUETRY_CONFORMANCE_ENDPOINT;
if (outside !== undefined) s3Conformance({ name: outside, ...clientsAt(outside) });
