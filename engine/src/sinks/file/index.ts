import { resolve } from 'node:path';
import { z } from 'zod';
import type { Component, ComponentContext } from '../../core/component.ts';
import type { Sink } from '../../core/sink.ts';
import { resolveInside } from './resolve-inside.ts';
import { prepareFolder, writeNewFile } from './write-new-file.ts';

const fileConfig = z.strictObject({
  path: z.string().min(1).describe('Folder that the files go to; relative to the pipeline. It is created if missing.'),
});

export const component: Component<'sink', typeof fileConfig, Sink> = {
  kind: 'sink',
  type: 'file',
  summary: 'Writes files to a local folder, never overwriting one.',
  config: fileConfig,
  create: createFileSink,
};

/** A sink that makes each file durable below its folder. */
export function createFileSink(config: z.output<typeof fileConfig>, context: Pick<ComponentContext, 'folder'>): Sink {
  const folder = resolve(context.folder, config.path);
  return {
    check: () => prepareFolder(folder),
    async write(file, signal) {
      const path = resolveInside(folder, file.name);
      await writeNewFile(path, file, signal);
      return { uri: path, sizeBytes: file.sizeBytes };
    },
    close: async () => {},
  };
}
