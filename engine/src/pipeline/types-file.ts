import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Schema } from '../core/schema.ts';
import { formatInputTypes, type InputTypesOptions } from './input-types.ts';
import { transformApiTypes } from './transform-api-types.generated.ts';

/** Below the pipeline folder; not for version control. */
const FOLDER = '.parquetry';

/** What `.parquetry/tsconfig.json` says; the pipeline's own tsconfig.json extends it. */
const BASE_CONFIG = {
  compilerOptions: {
    target: 'es2024',
    module: 'preserve',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    verbatimModuleSyntax: true,
  },
  include: ['../**/*.ts', './types/*.d.ts'],
};

/** A file that types a pipeline's transform: path below the pipeline's folder. */
export interface TypeFile {
  readonly name: string;
  readonly text: string;
}

/** What an editor needs to understand `transform.ts` without any package installed: the transform API, and a record's type. */
export function pipelineTypeFiles(schema: Schema, options: InputTypesOptions): TypeFile[] {
  return [
    { name: `${FOLDER}/types/parquetry.d.ts`, text: transformApiTypes },
    { name: `${FOLDER}/types/input.d.ts`, text: formatInputTypes(schema, options) },
  ];
}

/**
 * Writes these files, compiler options beside them, and a `tsconfig.json` that points there if the folder has none. Files that
 * are right already are not touched, so that calling it often wakes no watcher. Returns the paths written.
 */
export async function writePipelineTypes(
  folder: string,
  schema: Schema,
  options: InputTypesOptions,
): Promise<string[]> {
  const config = { name: `${FOLDER}/tsconfig.json`, text: jsonText(BASE_CONFIG) };
  const written: string[] = [];
  for (const { name, text } of [...pipelineTypeFiles(schema, options), config])
    if (await writeChanged(path.join(folder, name), text)) written.push(name);
  if (await writeMissing(path.join(folder, 'tsconfig.json'), jsonText({ extends: `./${FOLDER}/tsconfig.json` }))) {
    written.push('tsconfig.json');
  }
  return written;
}

async function writeChanged(file: string, text: string): Promise<boolean> {
  const current = await readFile(file, 'utf8').catch(() => undefined);
  if (current === text) return false;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  return true;
}

async function writeMissing(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: 'wx' });
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST') return false;
    throw thrown;
  }
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
