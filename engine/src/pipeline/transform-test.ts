import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ParquetryError } from '../core/errors.ts';
import type { UnsavedTexts } from '../transforms/compile.ts';
import { checkPipeline } from './check.ts';
import type { CheckedPipeline } from './checked-pipeline.ts';
import { isPassed, type RunTestsOptions, runTests, type TestResult } from './transform-test/run-tests.ts';
import { parseTestFile, type TestFile } from './transform-test/test-file.ts';
import { updateExpectations } from './transform-test/update.ts';

/** The results of one test file of a pipeline. */
export interface TestedFile {
  /** Absolute path. */
  readonly file: string;
  readonly results: readonly TestResult[];
}

/** `transform.test.yaml` of a pipeline, and whatever else is named like it; absolute, sorted. Throws E_NOT_FOUND if none is. */
export async function findTestFiles(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /\.test\.ya?ml$/.test(name)).sort();
  if (names.length > 0) return names.map((name) => path.join(folder, name));
  throw new ParquetryError('E_NOT_FOUND', `${folder} has no tests`, {
    hint: 'Write transform.test.yaml: a list of cases with name and input; `parquetry test --update` fills in what to expect.',
  });
}

export interface TestTransformOptions extends Omit<RunTestsOptions, 'onResult'> {
  /** What editors have not saved yet. */
  readonly texts?: UnsavedTexts;
  /** Only the cases of these names. Default: all. */
  readonly names?: readonly string[];
  /** Is told each case as it ends. */
  onResult?(result: TestResult, file: string): void;
}

/**
 * Runs the test files of a pipeline over its transform and input schema, as production would run the records. Throws
 * E_TRANSFORM if the transform does not load, E_CONFIG if a test file has a mistake.
 */
export async function testTransform(pipeline: CheckedPipeline, options: TestTransformOptions): Promise<TestedFile[]> {
  const { texts, names, onResult, ...limits } = options;
  const files = await Promise.all((await findTestFiles(pipeline.folder)).map((file) => readTestFile(file, texts)));
  const { output, compiled } = await checkPipeline(pipeline, undefined, { texts });
  const { name, folder, input } = pipeline;
  const tested: TestedFile[] = [];
  for (const { file, cases: all } of files) {
    const cases = names === undefined ? all : all.filter((testCase) => names.includes(testCase.name));
    if (cases.length === 0) continue;
    const told = (result: TestResult) => onResult?.(result, file);
    const work = { pipeline: name, folder, compiled, input: input.schema, rest: input.rest, cases };
    tested.push({ file, results: await runTests(work, output.fields, { ...limits, onResult: told }) });
  }
  return tested;
}

/** Rewrites the expectations of the cases that fail to what came out, and nothing else in the file. Returns how many. */
export async function updateTestFile({ file, results }: TestedFile): Promise<number> {
  const text = await readFile(file, 'utf8');
  const updates = results.flatMap((result, caseIndex) => {
    if (isPassed(result) || !result.outcome) return [];
    return [{ caseIndex, outcome: result.outcome, differences: result.differences.map(({ path: place }) => place) }];
  });
  if (updates.length > 0) await writeFile(file, updateExpectations(text, updates));
  return updates.length;
}

/** Throws E_CONFIG if the file has a mistake. */
export async function readTestFile(file: string, texts?: UnsavedTexts): Promise<TestFile> {
  return parseTestFile(texts?.get(file) ?? (await readFile(file, 'utf8')), file);
}
