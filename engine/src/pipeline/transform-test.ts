import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ParquetryError } from '../core/errors.ts';
import { compileTransform } from '../transforms/compile.ts';
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

/**
 * Runs the test files of a pipeline over its transform and input schema, as production would run the records. Throws
 * E_TRANSFORM if the transform does not load, E_CONFIG if a test file has a mistake.
 */
export async function testTransform(pipeline: CheckedPipeline, options: RunTestsOptions): Promise<TestedFile[]> {
  const files = await Promise.all((await findTestFiles(pipeline.folder)).map(readTestFile));
  const compiled = pipeline.transform === undefined ? undefined : await compileTransform(pipeline.transform);
  const { output } = await checkPipeline(pipeline);
  const { name, folder, input } = pipeline;
  const tested: TestedFile[] = [];
  for (const { file, cases } of files) {
    const work = { pipeline: name, folder, compiled, input: input.schema, rest: input.rest, cases };
    tested.push({ file, results: await runTests(work, output.fields, options) });
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

async function readTestFile(file: string): Promise<TestFile> {
  return parseTestFile(await readFile(file, 'utf8'), file);
}
