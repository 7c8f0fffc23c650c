import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ParquetryError } from '../core/errors.ts';
import type { Schema } from '../core/schema.ts';
import { compareSchemas, type SchemaComparison } from '../core/schema-compare.ts';
import { formatSchemaFile, parseSchemaFile, type SchemaVersion } from './schema-file.ts';

const FILE_NAME = /^input\.v([1-9]\d{0,5})\.json$/;

/**
 * The input schema in force: the highest version in the folder (`schema/` of a pipeline). Throws E_NOT_FOUND if there is none,
 * E_SCHEMA if a file has a mistake or a version does not take the records of the one before without saying so.
 */
export async function readInputSchema(folder: string, texts?: ReadonlyMap<string, string>): Promise<Schema> {
  const versions = await readSchemaVersions(folder, texts);
  const last = versions.at(-1);
  if (last) return last.schema;
  throw new ParquetryError('E_NOT_FOUND', `${folder} has no input schema`, {
    hint: 'Run `parquetry infer` over samples of the records; it writes input.v1.json.',
    file: folder,
  });
}

/**
 * All versions, ascending, checked to form a chain of widenings; empty if the folder is missing or has none. `texts`: what
 * editors have not saved yet, by absolute path.
 */
export async function readSchemaVersions(
  folder: string,
  texts?: ReadonlyMap<string, string>,
): Promise<SchemaVersion[]> {
  const files = await schemaFiles(folder);
  const versions = await Promise.all(files.map(([version, file]) => readVersion(version, file, texts)));
  versions.sort((a, b) => a.version - b.version);
  for (const [i, version] of versions.entries()) {
    const before = versions[i - 1];
    if (before && !version.breaking) checkStep(before, version);
  }
  return versions;
}

/** What `writeInputSchema` did. */
export interface WrittenSchema {
  readonly file: string;
  readonly version: number;
  /** False if the schema in force already says the same. */
  readonly written: boolean;
  /** With the schema that was in force; undefined if this is the first. */
  readonly comparison?: SchemaComparison;
}

/**
 * Adds `schema` as the next version, unless it is the same as the one in force. Existing files are never changed. Throws
 * E_SCHEMA, with the changes in `details`, if it does not widen the one in force and `breaking` is not set; E_CONFLICT if
 * somebody else wrote that version meanwhile.
 */
export async function writeInputSchema(
  folder: string,
  schema: Schema,
  options: { readonly breaking?: boolean } = {},
): Promise<WrittenSchema> {
  const last = (await readSchemaVersions(folder)).at(-1);
  const comparison = last && compareSchemas(last.schema, schema);
  if (last && comparison?.verdict === 'same')
    return { file: last.file, version: last.version, written: false, comparison };
  const breaking = comparison?.verdict === 'incompatible';
  if (breaking && !options.breaking) throw incompatible(`the new input schema`, `version ${last?.version}`, comparison);
  const version = (last?.version ?? 0) + 1;
  const file = path.join(folder, `input.v${version}.json`);
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(file, formatSchemaFile(schema, { version, breaking }), { flag: 'wx' });
  } catch (thrown) {
    if (!isCode(thrown, 'EEXIST')) throw thrown;
    throw new ParquetryError('E_CONFLICT', `${file} was written by somebody else meanwhile`, { cause: thrown, file });
  }
  return { file, version, written: true, comparison };
}

/** The refusal of a schema that does not widen the one in force; `details.changes` lists what stands in the way. */
export function incompatibleWith(version: number | undefined, comparison: SchemaComparison): ParquetryError {
  return incompatible('the new input schema', `version ${version}`, comparison);
}

async function schemaFiles(folder: string): Promise<[number, string][]> {
  const names = await readdir(folder).catch((thrown: unknown) => {
    if (isCode(thrown, 'ENOENT')) return [];
    throw thrown;
  });
  return names.flatMap((name): [number, string][] => {
    const match = FILE_NAME.exec(name);
    return match ? [[Number(match[1]), path.join(folder, name)]] : [];
  });
}

async function readVersion(version: number, file: string, texts?: ReadonlyMap<string, string>): Promise<SchemaVersion> {
  const read = parseSchemaFile(texts?.get(file) ?? (await readFile(file, 'utf8')), file);
  if (read.version === version) return read;
  throw new ParquetryError('E_SCHEMA', `version must be ${version}, as the file is named, got ${read.version}`, {
    file,
    line: 1,
  });
}

function checkStep(before: SchemaVersion, after: SchemaVersion): void {
  const comparison = compareSchemas(before.schema, after.schema);
  if (comparison.verdict !== 'incompatible') return;
  throw incompatible(path.basename(after.file), path.basename(before.file), comparison, after.file);
}

function incompatible(after: string, before: string, comparison: SchemaComparison, file?: string): ParquetryError {
  const changes = comparison.changes.filter((change) => !change.widening).map((change) => change.text);
  return new ParquetryError(
    'E_SCHEMA',
    `${after} must take every record that ${before} takes, but ${changes.join('; ')}`,
    {
      hint: 'Undo these changes; or, if producers really changed, set "breaking": true in the file (`parquetry infer --breaking` does).',
      file,
      details: { changes },
    },
  );
}

function isCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code;
}
