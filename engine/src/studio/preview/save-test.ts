import path from 'node:path';
import { Document, isSeq, parseDocument } from 'yaml';
import { ParquetryError } from '../../core/errors.ts';
import { type ExactJson, parseExactJson } from '../../core/exact-json.ts';
import { runTests } from '../../pipeline/transform-test/run-tests.ts';
import { parseTestFile } from '../../pipeline/transform-test/test-file.ts';
import { updateExpectations } from '../../pipeline/transform-test/update.ts';
import { exactYaml, yamlFromExact } from '../../pipeline/transform-test/yaml-json.ts';
import { findTestFiles } from '../../pipeline/transform-test.ts';
import type { TextEdit } from '../../protocol/places.ts';
import type { PreviewMethods } from '../../protocol/preview.ts';
import { markedEdits } from '../../protocol/text-mark.ts';
import type { Workbench } from '../workbench.ts';
import type { PreviewJob } from './preview-job.ts';
import type { Previewer } from './previewer.ts';

type SaveTest = PreviewMethods['preview.saveTest'];

const FILE_NAME = 'transform.test.yaml';
const CASE_TIME_MS = 5_000;

/**
 * The edits that add a case for a record to the pipeline's test file: its input, and what the test runner makes of it now. Nothing
 * is written. Rejects with E_NOT_FOUND if there is no such record, E_CONFIG if the test file is no block list of cases.
 */
export async function saveTest(
  { workbench, previewer }: { readonly workbench: Workbench; readonly previewer: Previewer },
  { record, name, ...params }: SaveTest['params'],
  signal: AbortSignal,
): Promise<SaveTest['result']> {
  const { job, text: recordText } = await previewer.run(params, { signal, textOf: record });
  if (recordText === undefined)
    throw new ParquetryError('E_NOT_FOUND', `there is no record ${record + 1} in the samples`);
  const file = workbench.within(await testFileOf(job.pipeline.folder));
  const before = await workbench.read(file).catch(() => '');
  const added = withCase(before, { name, recordText }, file);
  const { cases } = parseTestFile(added, file);
  const [result] = await runTests({ ...workOf(job), cases: cases.slice(-1) }, [], { caseTimeMs: CASE_TIME_MS, signal });
  if (!result?.outcome) throw new ParquetryError('E_TRANSFORM', result?.problem ?? 'the case did not run', { file });
  const after = updateExpectations(added, [{ caseIndex: cases.length - 1, outcome: result.outcome, differences: [] }]);
  const { line } = parseTestFile(after, file).cases.at(-1)!;
  return { file, line, edits: markedEdits([editOf(file, before, after)], before) };
}

async function testFileOf(folder: string): Promise<string> {
  const [first] = await findTestFiles(folder).catch(() => []);
  return first ?? path.join(folder, FILE_NAME);
}

function workOf({ pipeline: { name, folder, input }, transform }: PreviewJob) {
  return { pipeline: name, folder, compiled: transform, input: input.schema, rest: input.rest };
}

/** The text of a test file with one more case at its end, which expects nothing yet. */
export function withCase(
  text: string,
  added: { readonly name: string; readonly recordText: string },
  file: string,
): string {
  const document = parseDocument(text, exactYaml);
  const list = document.contents;
  if (list !== null && (!isSeq(list) || list.flow)) {
    throw new ParquetryError('E_CONFIG', `${file} must be a list of cases, each behind a dash`, { file, line: 1 });
  }
  const names = isSeq(list) ? list.items.map((_, i) => String(document.getIn([i, 'name']))) : [];
  const indent = ' '.repeat(isSeq(list) ? columnOf(text, list.range![0]) : 0);
  const lines = [`- name: ${scalar(uniqueName(added.name, names))}`, `  input: ${inputOf(added.recordText)}`];
  const head = text.trimEnd();
  return `${head}${head === '' ? '' : '\n\n'}${lines.map((line) => indent + line).join('\n')}\n`;
}

/** A record as YAML on one line; what is no JSON as the text that it is. */
function inputOf(recordText: string): string {
  try {
    return scalar(parseExactJson(recordText));
  } catch {
    return JSON.stringify(recordText);
  }
}

function scalar(value: ExactJson): string {
  const document = new Document(undefined, exactYaml);
  document.contents = yamlFromExact(value) as typeof document.contents;
  return document.toString({ lineWidth: 0 }).trimEnd();
}

function uniqueName(name: string, taken: readonly string[]): string {
  for (let i = 1; ; i++) {
    const tried = i === 1 ? name : `${name} (${i})`;
    if (!taken.includes(tried)) return tried;
  }
}

function columnOf(text: string, offset: number): number {
  return offset - text.lastIndexOf('\n', offset - 1) - 1;
}

/** One edit, from where the texts begin to differ to the end. */
function editOf(file: string, before: string, after: string): TextEdit {
  let same = 0;
  while (same < before.length && before[same] === after[same]) same++;
  const start = positionOf(before, same);
  const end = positionOf(before, before.length);
  return {
    file,
    startLine: start.line,
    startColumn: start.column,
    endLine: end.line,
    endColumn: end.column,
    newText: after.slice(same),
  };
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}
