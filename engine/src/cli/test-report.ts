import path from 'node:path';
import { plural } from '../core/quantities.ts';
import type { Difference } from '../pipeline/transform-test/compare.ts';
import { isPassed, type TestResult } from '../pipeline/transform-test/run-tests.ts';
import type { Output } from './context.ts';
import type { Paint } from './paint.ts';
import type { TestedPipeline } from './test.ts';

/** The results as text: a line a case, what differs below those that fail, and the sum. */
export function renderTests(
  tested: readonly TestedPipeline[],
  about: { readonly updated: number; readonly output: Output; readonly cwd: string },
): string {
  const { paint } = about.output;
  const blocks = tested.flatMap(({ name, files }) =>
    files.map(({ file, results }) => {
      const shown = path.relative(about.cwd, file);
      const cases = results.map((result) => caseLines(result, shown, paint));
      return `${paint.bold(name)} ${paint.dim(shown)}\n${cases.join('')}`;
    }),
  );
  const results = tested.flatMap(({ files }) => files.flatMap((file) => file.results));
  return `${blocks.join('\n')}\n${summary(results, about.updated, paint)}\n`;
}

function caseLines(result: TestResult, file: string, paint: Paint): string {
  const { testCase, outcome, differences, problem } = result;
  const notes = outcome ? keyNotes(outcome.unknownKeys, outcome.undeclaredKeys, paint) : '';
  if (isPassed(result)) return `  ${paint.green('✓')} ${testCase.name}\n${notes}`;
  const head = `  ${paint.red('✗')} ${testCase.name} ${paint.dim(`${file}:${testCase.line}`)}\n`;
  const stacks = (outcome?.failed ?? []).flatMap(({ stack }) => (stack ? [indent(paint.dim(stack))] : []));
  return (
    head +
    (problem ? indent(problem) : '') +
    differences.map((each) => differenceLines(each, paint)).join('') +
    stacks.join('') +
    notes
  );
}

function differenceLines({ path: place, expected, actual }: Difference, paint: Paint): string {
  const lines = [paint.bold(place)];
  if (expected !== undefined) lines.push(paint.red(`- ${expected}`));
  if (actual !== undefined) lines.push(paint.green(`+ ${actual}`));
  return indent(lines.join('\n'));
}

/** Keys that neither schema has are rarely meant. */
function keyNotes(unknown: readonly string[], undeclared: readonly string[], paint: Paint): string {
  const notes: string[] = [];
  if (unknown.length > 0) notes.push(`not in the input schema: ${unknown.join(', ')}`);
  if (undeclared.length > 0) notes.push(`not in the output: ${undeclared.join(', ')}`);
  return notes.map((note) => indent(paint.yellow(note))).join('');
}

function summary(results: readonly TestResult[], updated: number, paint: Paint): string {
  const failed = results.filter((result) => !isPassed(result)).length;
  const parts = [paint.green(`${results.length - failed} passed`)];
  if (updated > 0) parts.push(paint.yellow(`${updated} updated`));
  if (failed > updated) parts.push(paint.red(`${failed - updated} failed`));
  const legend = failed > updated ? paint.dim('  (- expected, + came out)') : '';
  return `${plural(results.length, 'case')}: ${parts.join(', ')}${legend}`;
}

function indent(text: string): string {
  return `${text.replace(/^/gm, '      ')}\n`;
}
