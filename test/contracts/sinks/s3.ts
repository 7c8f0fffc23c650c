import { tmpdir } from 'node:os';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { s3Client } from '../../../engine/src/aws/clients.ts';
import { startEmulator } from '../../../engine/src/emulator/emulator.ts';
import type { AnyComponent } from '../../../engine/src/pipeline/components.ts';
import { contextAt } from '../context.ts';
import type { SinkFixture, SinkWorld } from '../sink-subject.ts';

const BUCKET = 'lake';
const PREFIX = 'some/table/';

/** Files in one request and, with the smallest threshold, in parts. */
export const fixture: SinkFixture = {
  subjects: (component) => [
    { name: 's3', hasCheck: true, open: () => openWorld(component, {}) },
    {
      name: 's3 (small parts)',
      hasCheck: true,
      open: () => openWorld(component, { partSize: '5MiB', multipartThreshold: '5MiB' }),
    },
    {
      name: 's3 (a store without conditional writes)',
      hasCheck: true,
      racy: 'such a store cannot tell two writers at the same moment apart',
      open: () => openWorld(component, { conditionalWrites: 'never' }),
    },
  ],
};

async function openWorld(component: AnyComponent<'sink'>, config: object): Promise<SinkWorld> {
  const emulator = await startEmulator();
  const aws = { endpoint: emulator.endpoint };
  const client = await s3Client(aws, {});
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const opened: { close(): Promise<void> }[] = [];
  const create = async (bucket = BUCKET) => {
    const parsed = component.config.parse({ bucket, prefix: PREFIX, ...config });
    const sink = await component.create(parsed, contextAt(tmpdir(), aws));
    opened.push(sink);
    return sink;
  };
  return {
    sink: await create(),
    another: () => create(),
    missing: () => create('missing'),
    read: (name) => readObject(client, PREFIX + name),
    names: async () =>
      (await keys(client)).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length)),
    outside: async () => JSON.stringify((await keys(client)).filter((key) => !key.startsWith(PREFIX))),
    async [Symbol.asyncDispose]() {
      for (const sink of opened) await sink.close();
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
      client.destroy();
      await emulator.stop();
      if (Uploads.length > 0) throw new Error(`an upload was left behind: ${Uploads[0]?.Key}`);
    },
  };
}

async function readObject(client: S3Client, Key: string): Promise<Uint8Array | undefined> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    return await Body!.transformToByteArray();
  } catch {
    return undefined;
  }
}

async function keys(client: S3Client): Promise<string[]> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  return Contents.map(({ Key }) => Key!).sort();
}
