import { mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { type ComponentContext, type OutputFile, ParquetryError, type Sink } from 'parquetry';

interface Options {
  /** Relative to the pipeline. */
  folder: string;
}

/**
 * Files below a folder, each appearing whole. `write` resolves when the bytes are on the disk: that is when deliveries are
 * acked. The same name comes again after a retry, always with equal bytes; anything else under it is not ours to replace.
 */
export default function createFolder({ folder }: Options, context: ComponentContext): Sink {
  const root = path.join(context.folder, folder);
  return {
    async write(file) {
      const target = path.join(root, file.name);
      const there = await readFile(target).catch(() => undefined);
      if (there === undefined) await writeWhole(target, file);
      else if (!there.equals(await wholeOf(file))) {
        throw new ParquetryError('E_CONFLICT', `${target} is there already, with other bytes`);
      }
      return { uri: target, sizeBytes: file.sizeBytes };
    },
    close: async () => {},
  };
}

async function wholeOf({ chunks }: OutputFile): Promise<Buffer> {
  const bytes: Uint8Array[] = [];
  for await (const chunk of chunks()) bytes.push(chunk);
  return Buffer.concat(bytes);
}

async function writeWhole(target: string, { chunks }: OutputFile): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true });
  const partial = `${target}.partial`;
  const file = await open(partial, 'w');
  try {
    for await (const chunk of chunks()) await file.writeFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, target);
}
