import { count } from '../../core/quantities.ts';
import type { Finding, Verdict } from '../../studio/doctor/finding.ts';
import type { Output } from '../context.ts';
import type { Paint } from '../paint.ts';
import { wrapped } from '../wrapped.ts';

const order: readonly Verdict[] = ['ok', 'warning', 'failure', 'skipped'];

/** Findings one below the other, with what to do, and how many there are of each kind. */
export function renderFindings(title: string, findings: readonly Finding[], { paint, columns }: Output): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const indent = ' '.repeat(2 + 'warning'.length + 2 + width + 2);
  const lines = findings.flatMap(({ check, verdict, evidence, advice }) => {
    const head = `  ${styled(verdict, paint)}${' '.repeat('warning'.length - verdict.length)}  ${check.padEnd(width)}  `;
    const text = wrapped(evidence, columns - indent.length);
    const hint = advice === undefined ? [] : wrapped(`→ ${advice}`, columns - indent.length).map(paint.cyan);
    const [first = '', ...more] = [...text, ...hint];
    return [`${head}${first}`, ...more.map((line) => `${indent}${line}`)];
  });
  const totals = order
    .map((verdict) => ({ verdict, found: findings.filter((one) => one.verdict === verdict).length }))
    .filter(({ found }) => found > 0)
    .map(
      ({ verdict, found }) =>
        `${count(found)} ${verdict}${found > 1 && verdict !== 'ok' && verdict !== 'skipped' ? 's' : ''}`,
    );
  return `${[paint.bold(title), '', ...lines, '', `  ${totals.join(', ')}`].join('\n')}\n`;
}

function styled(verdict: Verdict, paint: Paint): string {
  if (verdict === 'ok') return paint.green(verdict);
  if (verdict === 'warning') return paint.yellow(verdict);
  return verdict === 'failure' ? paint.red(verdict) : paint.dim(verdict);
}
