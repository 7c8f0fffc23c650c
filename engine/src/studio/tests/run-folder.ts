import { findTestFiles, readTestFile, testTransform } from '../../pipeline/transform-test.ts';
import type { Target } from '../../protocol/places.ts';
import type { TestCaseInfo, TestCaseResult } from '../../protocol/transform-tests.ts';
import { loadTarget } from '../load-target.ts';
import type { Workbench } from '../workbench.ts';
import { caseResult } from './case-result.ts';

/** As `parquetry test` has it: a case that takes longer loops. */
const CASE_TIME_MS = 10_000;
/** Snapshots are whole, and at most four a second. */
const SNAPSHOT_MS = 250;

/** The cases of all test files of a pipeline, as they stand in the editor; none where it has no test file. */
export async function listCases(workbench: Workbench, folder: string): Promise<readonly TestCaseInfo[]> {
  const files = await findTestFiles(workbench.within(folder)).catch(() => []);
  const read = await Promise.all(files.map((file) => readTestFile(file, workbench.overlays)));
  return read.flatMap(({ file, cases }) => cases.map(({ name, line }) => ({ name, file, line, column: 1 })));
}

export interface RunCases extends Target {
  /** Default: all. */
  readonly names?: readonly string[];
}

export interface RunCasesContext {
  readonly signal: AbortSignal;
  /** Shown all that has ended so far. */
  readonly show: (snapshot: { readonly results: readonly TestCaseResult[] }) => void;
}

/** Runs the cases over the transform as it stands in the editor. Throws E_CONFIG and E_TRANSFORM as `parquetry test` does. */
export async function runCases(
  workbench: Workbench,
  { names, ...target }: RunCases,
  { signal, show }: RunCasesContext,
): Promise<readonly TestCaseResult[]> {
  workbench.requireTrust();
  const pipeline = await loadTarget(workbench, target);
  const files = await findTestFiles(pipeline.folder);
  const texts = new Map(await Promise.all(files.map(async (file) => [file, await workbench.read(file)] as const)));
  const ended: TestCaseResult[] = [];
  let shownAtMs = performance.now();
  await testTransform(pipeline, {
    caseTimeMs: CASE_TIME_MS,
    signal,
    names,
    texts: new Map([...workbench.overlays, ...texts]), // what is run is what is shown
    onResult(result, file) {
      ended.push(caseResult({ file, text: texts.get(file)! }, result));
      if (performance.now() - shownAtMs < SNAPSHOT_MS) return;
      shownAtMs = performance.now();
      show({ results: [...ended] });
    },
  });
  return ended;
}
