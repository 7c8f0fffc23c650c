import { z } from 'zod';
import { BufferPool } from '../../core/buffer-pool.ts';
import type { Component, ComponentContext } from '../../core/component.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { Source } from '../../core/source.ts';
import { createPieceSource } from '../lines/piece-source.ts';
import { findFiles } from './find-files.ts';
import { checkParquetFile, readParquetPieces } from './read-parquet.ts';
import { readPieces } from './read-pieces.ts';

const fileConfig = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe(
      'A file, or a pattern such as data/**/*.ndjson; relative to the pipeline. JSON files ending in .gz or .zst are unpacked.',
    ),
  format: z
    .enum(['json', 'parquet'])
    .default('json')
    .describe('How records are written: NDJSON or a JSON array, or Parquet files.'),
});

export const component: Component<'source', typeof fileConfig, Source> = {
  kind: 'source',
  type: 'file',
  summary: 'Reads local files of NDJSON, JSON or Parquet in the order of their names, then ends.',
  config: fileConfig,
  create: createFileSource,
};

function createFileSource({ path, format }: z.output<typeof fileConfig>, context: ComponentContext): Source {
  const { folder, input, bodyMemory } = context;
  const find = () => findFiles(folder, path);
  return {
    ...(format === 'parquet' ? parquetPieces(folder, find, input) : linePieces(folder, find, bodyMemory)),
    async check() {
      const [first] = await find();
      if (first !== undefined) return format === 'parquet' ? checkParquetFile(folder, first, input) : undefined;
      throw new ParquetryError('E_NOT_FOUND', `source.file.path must match a file, got ${JSON.stringify(path)}`, {
        hint: `Relative paths start at ${folder}.`,
      });
    },
  };
}

type Find = () => Promise<string[]>;

function linePieces(folder: string, find: Find, memory: ComponentContext['bodyMemory']): Source {
  const pool = new BufferPool(memory);
  return createPieceSource((signal) => readPieces(folder, find, signal, pool), 'file', pool);
}

function parquetPieces(folder: string, find: Find, input: ComponentContext['input']): Source {
  const pool = new BufferPool();
  const open = (signal: AbortSignal) => readParquetPieces(folder, find, { input, signal, pool });
  return createPieceSource(open, 'file', pool);
}
