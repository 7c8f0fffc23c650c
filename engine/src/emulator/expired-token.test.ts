import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { createManualClock } from './clock.ts';
import { startEmulator } from './emulator.ts';
import { tokenUntil } from './expired-token.ts';

it('a token is refused from the time on that it names, by both services, and only where a rule says so', async () => {
  const clock = createManualClock();
  await using emulator = await startEmulator({ clock });
  const keys = { accessKeyId: 'A', secretAccessKey: 's' };
  const outcomes = async (sessionToken?: string) => {
    const config = {
      endpoint: emulator.endpoint,
      region: 'us-east-1',
      maxAttempts: 1,
      forcePathStyle: true,
      credentials: { ...keys, sessionToken },
    };
    const [sqs, s3] = [new SQSClient(config), new S3Client(config)];
    const sent = [sqs.send(new ListQueuesCommand()), s3.send(new ListBucketsCommand())];
    const names = await Promise.all(
      sent.map((call) =>
        call.then(
          () => 'fine',
          ({ name }: Error) => name,
        ),
      ),
    );
    sqs.destroy();
    s3.destroy();
    return names;
  };
  const token = tokenUntil(clock.now() + 1_000);
  emulator.faults.add({ fault: { kind: 'expired-token' } });
  expect(await outcomes(token)).toEqual(['fine', 'fine']);
  clock.advance(1_000);
  expect(await outcomes(token)).toEqual(['ExpiredToken', 'ExpiredToken']);
  for (const good of [undefined, 'another', tokenUntil(clock.now() + 1)])
    expect(await outcomes(good)).toEqual(['fine', 'fine']);
  emulator.faults.clear();
  expect(await outcomes(token)).toEqual(['fine', 'fine']);
});
