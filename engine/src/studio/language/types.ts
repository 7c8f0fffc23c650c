import path from 'node:path';
import type { Schema } from '../../core/schema.ts';
import type { Workbench } from '../workbench.ts';

/** Declarations that type a pipeline's transform, and which of them were written. As `language.types` says. */
export interface TypesAnswer {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly written: readonly string[];
}

/** Throws E_NOT_FOUND if the pipeline has no input schema yet: without one there is nothing to say of a record. */
export async function typesOf(
  workbench: Workbench,
  { folder, write = false }: { readonly folder: string; readonly write?: boolean },
): Promise<TypesAnswer> {
  const { pipelineTypeFiles, writePipelineTypes } = await import('../../pipeline/types-file.ts');
  const root = workbench.within(folder);
  const { schema, rest } = await inputOf(workbench, root);
  const files = pipelineTypeFiles(schema, { rest }).map(({ name, text }) => ({ path: path.join(root, name), text }));
  return { files, written: write ? await writePipelineTypes(root, schema, { rest }) : [] };
}

/** What a record is; of a pipeline file with mistakes, what the usual folder of schemas says. */
async function inputOf(workbench: Workbench, folder: string): Promise<{ schema: Schema; rest: boolean }> {
  const { findPipelineFile, readPipelineText } = await import('../../pipeline/file.ts');
  const file = findPipelineFile(folder);
  const texts = workbench.overlays;
  const { pipeline } = await readPipelineText(await workbench.read(file), file, {
    variables: { ...process.env, PARQUETRY_ENV: undefined },
    texts,
  });
  if (pipeline) return pipeline.input;
  const { readInputSchema } = await import('../../pipeline/schema-files.ts');
  return { schema: await readInputSchema(path.join(folder, 'schema'), texts), rest: false };
}
