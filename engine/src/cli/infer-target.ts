import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { findPipelineFile } from '../pipeline/file.ts';

/** The folders of a pipeline that inference reads and writes. */
export interface InferTarget {
  readonly folder: string;
  readonly schemaFolder: string;
  /** The pipeline keeps unknown keys. */
  readonly rest: boolean;
}

/** Only what inference needs: the rest of the file may still be wrong, and the schema it asks for be missing. */
const inputSection = z
  .object({
    input: z.object({ schema: z.string().default('./schema'), rest: z.boolean().default(false) }).prefault({}),
  })
  .catch({ input: { schema: './schema', rest: false } });

/**
 * The pipeline that was named, or the one in the current folder, or none. Throws E_NOT_FOUND if a named one does not exist.
 */
export async function findInferTarget(named: string | undefined, cwd: string): Promise<InferTarget | undefined> {
  const here = ['pipeline.yaml', 'pipeline.yml'].some((name) => existsSync(path.join(cwd, name)));
  if (named === undefined && !here) return undefined;
  const file = findPipelineFile(path.resolve(cwd, named ?? '.'));
  const { input } = inputSection.parse(parseLeniently(await readFile(file, 'utf8')));
  const folder = path.dirname(file);
  return { folder, schemaFolder: path.resolve(folder, input.schema), rest: input.rest };
}

function parseLeniently(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return {};
  }
}
