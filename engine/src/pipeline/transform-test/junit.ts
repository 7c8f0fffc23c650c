import type { Difference } from './compare.ts';
import { isPassed, type TestResult } from './run-tests.ts';

/** The results of one test file. */
export interface TestSuite {
  readonly name: string;
  /** As CI should show it: relative to the repository. */
  readonly file: string;
  readonly results: readonly TestResult[];
}

/** The report that CI systems read: one test suite a file, one test case a case. */
export function formatJunit(suites: readonly TestSuite[]): string {
  const body = suites.map((suite) => {
    const cases = suite.results.map((result) => caseElement(suite, result)).join('');
    return `  <testsuite name="${escapeXml(suite.name)}" file="${escapeXml(suite.file)}"${counts(suite.results)}>\n${cases}  </testsuite>\n`;
  });
  const all = suites.flatMap((suite) => suite.results);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${counts(all)}>\n${body.join('')}</testsuites>\n`;
}

function caseElement({ name, file }: TestSuite, result: TestResult): string {
  const { testCase, outcome } = result;
  const facts = `name="${escapeXml(testCase.name)}" classname="${escapeXml(name)}" file="${escapeXml(file)}" line="${testCase.line}"`;
  const open = `    <testcase ${facts} time="${seconds(outcome?.elapsedMs ?? 0)}"`;
  if (isPassed(result)) return `${open}/>\n`;
  const message = result.problem ?? `${result.differences[0]?.path} differs`;
  const text = result.differences.map(differenceText).join('\n');
  return `${open}>\n      <failure message="${escapeXml(message)}">${escapeXml(text)}</failure>\n    </testcase>\n`;
}

function differenceText({ path, expected, actual }: Difference): string {
  const lines = [path];
  if (expected !== undefined) lines.push(`- ${expected}`);
  if (actual !== undefined) lines.push(`+ ${actual}`);
  return lines.join('\n');
}

function counts(results: readonly TestResult[]): string {
  const failures = results.filter((result) => !isPassed(result)).length;
  const elapsedMs = results.reduce((sum, { outcome }) => sum + (outcome?.elapsedMs ?? 0), 0);
  return ` tests="${results.length}" failures="${failures}" time="${seconds(elapsedMs)}"`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** XML 1.0 allows no control characters but tab and line breaks, not even escaped. */
function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
