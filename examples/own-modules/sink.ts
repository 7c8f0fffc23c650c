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
    async write({ name, parts, sizeBytes }) {
      const target = path.join(root, name);
      const there = await readFile(target).catch(() => undefined);
      if (there === undefined) await writeWhole(target, parts);
      else if (!there.equals(Buffer.concat(parts))) {
        throw new ParquetryError('E_CONFLICT', `${target} is there already, with other bytes`);
      }
      return { uri: target, sizeBytes };
    },
    close: async () => {},
  };
}

async function writeWhole(target: string, parts: OutputFile['parts']): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true });
  const partial = `${target}.partial`;
  const file = await open(partial, 'w');
  try {
    for (const part of parts) await file.writeFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, target);
}
