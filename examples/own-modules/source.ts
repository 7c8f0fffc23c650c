import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ComponentContext, Delivery, Source } from 'parquetry';

interface Options {
  /** Of NDJSON files; relative to the pipeline. */
  folder: string;
}

/**
 * Hands out the files of a folder, one a delivery, and ends. What is acked is remembered by an empty file in
 * `.parquetry/done`, so that the next run begins where this one ended. The reader lives in a lane, the settler on the main
 * thread: they share nothing but the receipt.
 */
export default function createInbox({ folder }: Options, context: ComponentContext): Source {
  const inbox = path.join(context.folder, folder);
  const done = path.join(context.folder, '.parquetry', 'done');
  return {
    replay: 'ordered',
    maxLanes: 1, // a second reader would hand out the same files
    async createReader() {
      const names = (await readdir(inbox)).filter((name) => name.endsWith('.ndjson')).sort();
      return {
        receive: async () => {
          for (let name = names.shift(); name !== undefined; name = names.shift()) {
            if (!(await exists(path.join(done, name))))
              return [deliveryOf(name, await readFile(path.join(inbox, name)))];
          }
          return undefined;
        },
        close: async () => {},
      };
    },
    async createSettler() {
      await mkdir(done, { recursive: true });
      const remember = async (name: string) => {
        await writeFile(path.join(done, name), '');
        return 'done' as const;
      };
      return {
        ack: (names) => Promise.all(names.map(remember)),
        nack: async (names) => names.map(() => 'done' as const), // not remembered, so it comes again
        close: async () => {},
      };
    },
  };
}

function deliveryOf(name: string, body: Uint8Array): Delivery {
  return { id: name, receipt: name, body, attributes: { file: name }, receiveCount: 1, receivedAtMs: Date.now() };
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
