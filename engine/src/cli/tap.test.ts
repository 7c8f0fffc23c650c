import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { s3Client, sqsClient } from '../aws/clients.ts';
import { startEmulator } from '../emulator/emulator.ts';
import { pipelineFolder } from '../pipeline/pipeline-folder.test-support.ts';
import { embeddedSettings } from '../studio/cloud/provision.ts';
import { captureContext } from './captured-context.ts';
import { main } from './main.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const transform = `import { defineTransform, t } from 'parquetry';
export default defineTransform({
  output: t.row({ id: t.int64(), price: t.decimal(20, 2) }),
  map: ({ id }) => ({ id: 9007199254740993n + BigInt(id), price: '12.30' }),
});`;

test('shows records of a running engine at the source, after the transform and set aside', {
  timeout: 30_000,
}, async () => {
  await using emulator = await startEmulator();
  const sqs = await sqsClient(embeddedSettings(emulator.endpoint));
  const s3 = await s3Client(embeddedSettings(emulator.endpoint));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'clicks' }));
  await s3.send(new CreateBucketCommand({ Bucket: 'lake' }));
  const port = await freePort();
  const yaml = `name: clicks
source: { sqs: { queue: clicks, waitTime: 100ms } }
transform: ./transform.ts
sinks: [ { s3: { bucket: lake, prefix: clicks } } ]
batch: { maxAge: 1m }
lanes: 1
aws: { endpoint: '${emulator.endpoint}' }
telemetry: { listen: '127.0.0.1:${port}' }
errors: { storm: { share: 1 } }
`;
  await using folder = await pipelineFolder(yaml, { 'transform.ts': transform });
  const stopped = new AbortController();
  const running = main(['run', '--json'], captureContext({ cwd: folder.path, signal: stopped.signal }));
  const tap = async (...args: string[]) => {
    const context = captureContext({ cwd: folder.path });
    const code = await main(['tap', ...args], context);
    return { code, out: context.out(), err: context.err() };
  };
  await expect
    .poll(
      () =>
        fetch(`http://127.0.0.1:${port}/readyz`).then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: 10_000 },
    )
    .toBe(200);

  const taps = Promise.all([
    tap('--count', '2'),
    tap('--at', 'source', '--count', '2'),
    tap('--address', `localhost:${port}`, '--at', 'dead-letters', '--count', '1'),
  ]);
  let done = false;
  void taps.finally(() => {
    done = true;
  });
  const body = '{"id": 1, "event_time": "2026-02-03T04:05:06"}\n{"id": "x"}\n';
  while (!done) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
  const [output, source, letters] = await taps;
  const value = (text: string) =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => line.slice(line.indexOf('"value"')));
  expect(value(output.out)).toEqual(Array(2).fill('"value":{"id":9007199254740994,"price":12.30}}'));
  expect(value(source.out)).toEqual(Array(2).fill('"value":{"id": 1, "event_time": "2026-02-03T04:05:06"}}'));
  expect(JSON.parse(letters.out)).toMatchObject({
    at: 'dead-letters',
    record: 1,
    error: { reason: 'misfit', field: 'id' },
    original: '{"id": "x"}',
  });
  expect([output, source, letters].map(({ code, err }) => [code, err])).toEqual(Array(3).fill([0, '']));

  // The same address and the same request from a page of some site.
  const page = await fetch(`http://127.0.0.1:${port}/tap`, { headers: { origin: 'https://evil.example' } });
  expect(page.status).toBe(403);
  stopped.abort();
  expect(await running).toBe(0);
  const gone = await tap('--address', `127.0.0.1:${port}`);
  expect(gone).toMatchObject({ code: 1, err: expect.stringContaining(`no engine answers at 127.0.0.1:${port}`) });
  sqs.destroy();
  s3.destroy();
});

test('a pipeline that does not listen says how to make it', async () => {
  await using folder = await pipelineFolder('name: clicks\nsource: { stdin: {} }\nsinks: [ { stdout: {} } ]\n');
  const context = captureContext({ cwd: folder.path });
  expect(await main(['tap'], context)).toBe(2);
  expect(context.err()).toContain('pipeline clicks cannot be tapped: it has no telemetry.listen');
  expect(context.err()).toContain('hint: Set telemetry.listen');
});
