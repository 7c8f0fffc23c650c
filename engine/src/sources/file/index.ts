import { z } from 'zod';
import type { Component, ComponentContext } from '../../core/component.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { Source } from '../../core/source.ts';
import { createPieceSource } from '../lines/piece-source.ts';
import { findFiles } from './find-files.ts';
import { readPieces } from './read-pieces.ts';

const fileConfig = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe(
      'A file, or a pattern such as data/**/*.ndjson; relative to the pipeline. Files ending in .gz or .zst are unpacked.',
    ),
  format: z.enum(['json']).default('json').describe('How records are written: NDJSON, or a JSON array.'),
});

export const component: Component<'source', typeof fileConfig, Source> = {
  kind: 'source',
  type: 'file',
  summary: 'Reads local files of NDJSON or JSON, plain or compressed, in the order of their names, then ends.',
  config: fileConfig,
  create: createFileSource,
};

function createFileSource({ path }: z.output<typeof fileConfig>, { folder }: ComponentContext): Source {
  return {
    ...createPieceSource((signal) => readPieces(folder, () => findFiles(folder, path), signal), 'file'),
    async check() {
      if ((await findFiles(folder, path)).length > 0) return;
      throw new ParquetryError('E_NOT_FOUND', `source.file.path must match a file, got ${JSON.stringify(path)}`, {
        hint: `Relative paths start at ${folder}.`,
      });
    },
  };
}
