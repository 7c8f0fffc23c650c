import { Document, isCollection, isPair, isSeq, parseDocument, visit } from 'yaml';
import type { Difference } from '../../pipeline/transform-test/compare.ts';
import { isPassed, type TestResult } from '../../pipeline/transform-test/run-tests.ts';
import { updateExpectations } from '../../pipeline/transform-test/update.ts';
import { exactYaml } from '../../pipeline/transform-test/yaml-json.ts';
import type { TestCaseResult } from '../../protocol/transform-tests.ts';

/** A test file whose cases ran. */
export interface RunFile {
  /** Absolute path. */
  readonly file: string;
  readonly text: string;
}

/** The result of a case for whoever shows it. Expected and actual differ only where the case does. */
export function caseResult({ file, text }: RunFile, result: TestResult): TestCaseResult {
  const { testCase, outcome, differences, problem } = result;
  const about = { file, line: testCase.line, column: 1, name: testCase.name, elapsedMs: outcome?.elapsedMs };
  if (isPassed(result)) return { ...about, state: 'passed' };
  const stacks = (outcome?.failed ?? []).flatMap(({ stack }) => stack ?? []);
  const message = [...(problem ? [problem] : []), ...differences.map(differenceText), ...stacks].join('\n');
  return { ...about, state: 'failed', message, ...textsOf(text, result) };
}

function differenceText({ path, expected, actual }: Difference): string {
  if (expected === undefined) return `${path}: got ${actual}, which is not expected`;
  if (actual === undefined) return `${path}: expected ${expected}, got nothing`;
  return `${path}: expected ${expected}, got ${actual}`;
}

/** What the case expects, and what it would expect if it were brought up to date: the same text but for what differs. */
function textsOf(
  text: string,
  { testCase, outcome, differences }: TestResult,
): Pick<TestCaseResult, 'expected' | 'actual'> {
  if (outcome === undefined) return {};
  const paths = differences.map(({ path }) => path);
  const updated = updateExpectations(text, [{ caseIndex: testCase.index, outcome, differences: paths }]);
  return { expected: expectationOf(text, testCase.index), actual: expectationOf(updated, testCase.index) };
}

/** The expectation of a case, a value a line; what it says is empty goes without saying. */
function expectationOf(text: string, index: number): string {
  const document = new Document(null, exactYaml);
  document.contents = (parseDocument(text, exactYaml).getIn([index, 'expect'], true) ?? null) as never;
  if (document.contents === null) return '';
  visit(document, (_, node) => {
    if (isPair(node) && isSeq(node.value) && node.value.items.length === 0) return visit.REMOVE;
    if (isCollection(node) && node.items.length > 0) node.flow = false;
    return undefined;
  });
  return document.toString({ lineWidth: 0 });
}
