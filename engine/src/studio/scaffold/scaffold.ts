import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { formatExactJson, readRecords } from '../../core/exact-json.ts';
import { inferSchema } from '../../core/infer.ts';
import { writeInputSchema } from '../../pipeline/schema-files.ts';
import { writePipelineTypes } from '../../pipeline/types-file.ts';
import { exampleFiles, exampleSamples, ownFiles, type ScaffoldFacts } from './templates.ts';

/** Taken over from given records; the schema is inferred from all of them. */
const MAX_SAMPLE_RECORDS = 200;

/** A small pipeline that validates, passes its tests and runs as it is: files by path below its folder. */
export interface Scaffold {
  readonly facts: ScaffoldFacts;
  readonly files: Readonly<Record<string, string>>;
}

/** Clicks, with a transform that renames, derives and drops, and a test of it. */
export async function exampleScaffold(name: string): Promise<Scaffold> {
  const { schema } = await inferSchema([exampleSamples]);
  const facts = { name, samples: exampleSamples, schema };
  return { facts, files: exampleFiles(facts) };
}

/** For records of the user's, as JSON in whatever layout: their schema is inferred, and a transform passes them on as they are. */
export async function recordsScaffold(name: string, bytes: Uint8Array): Promise<Scaffold> {
  const { schema } = await inferSchema([bytes]);
  const facts = { name, schema, samples: firstRecords(new TextDecoder().decode(bytes)) };
  return { facts, files: ownFiles(facts) };
}

/** Writes the files, the input schema and the transform's types. Rejects with EEXIST where one of the files is there. */
export async function writeScaffold(folder: string, { facts, files }: Scaffold): Promise<void> {
  await writeNewFiles(folder, files);
  await writeInputSchema(path.join(folder, 'schema'), facts.schema);
  await writePipelineTypes(folder, { ...facts.schema, version: 1 }, { rest: false });
}

/** Files by path below a folder; none of them may be there. */
export async function writeNewFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), text, { flag: 'wx' });
  }
}

/** A name with whatever a pipeline's name must not have replaced. */
export function scaffoldName(text: string): string {
  const name = text.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return name.slice(0, 63) || 'pipeline';
}

/** Good samples are few enough to look at and to keep in version control. Exact: numbers keep their digits. */
function firstRecords(text: string): string {
  const records: string[] = [];
  for (const record of readRecords(text)) {
    if ('value' in record) records.push(`${formatExactJson(record.value)}\n`);
    if (records.length === MAX_SAMPLE_RECORDS) break;
  }
  return records.join('');
}
