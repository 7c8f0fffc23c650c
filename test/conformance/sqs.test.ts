import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll } from 'vitest';
import { createManualClock } from '../../engine/src/emulator/clock.ts';
import { startEmulator } from '../../engine/src/emulator/emulator.ts';
import { sqsConformance } from './sqs.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const clientOf = (endpoint: string) => new SQSClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });

const clock = createManualClock();
const emulator = await startEmulator({ clock });
afterAll(emulator.stop);

sqsConformance({
  name: 'embedded',
  createClient: () => clientOf(emulator.endpoint),
  manualClock: clock,
  expireInFlight: (queueName) => void emulator.sqs.expireInFlight(queueName),
});

const outside = process.env.PARQUETRY_CONFORMANCE_ENDPOINT;
if (outside !== undefined) sqsConformance({ name: outside, createClient: () => clientOf(outside) });
