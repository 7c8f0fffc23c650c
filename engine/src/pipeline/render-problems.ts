import path from 'node:path';
import type { Origin, Problem } from './problems.ts';

/** How parts of a rendered problem are set off. Each may be the identity. */
export interface ProblemStyle {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

export const plainStyle: ProblemStyle = {
  bold: (text) => text,
  dim: (text) => text,
  red: (text) => text,
  yellow: (text) => text,
  cyan: (text) => text,
};

/** Longest part of a source line that is shown. */
const EXCERPT_COLUMNS = 120;

/** All problems for a person: place, message, source line with a caret, hint. Paths are shown relative to `cwd`. */
export function renderProblems(problems: readonly Problem[], cwd: string, style = plainStyle): string {
  return problems.map((problem) => renderProblem(problem, cwd, style)).join('\n');
}

/** A line a problem, for logs: place, severity, message. */
export function problemLines(problems: readonly Problem[], cwd: string): string[] {
  return problems.map(({ origin, severity, message }) =>
    [origin && formatOrigin(origin, cwd), severity, message].filter((part) => part !== undefined).join(' '),
  );
}

/** `2 errors, 1 warning`; empty text where there are none. */
export function summarizeProblems(problems: readonly Problem[]): string {
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  const warnings = problems.length - errors;
  return [countOf(errors, 'error'), countOf(warnings, 'warning')].filter((part) => part !== '').join(', ');
}

/** `pipeline.yaml:7:5`, or the setting that is to blame. */
export function formatOrigin(origin: Origin, cwd: string): string {
  if (origin.line === 0) return origin.file;
  return `${displayPath(origin.file, cwd)}:${origin.line}:${origin.column}`;
}

/** The path as a person in `cwd` would type it: relative, unless that climbs far away. */
export function displayPath(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  if (relative === '') return '.';
  return relative.startsWith(path.join('..', '..')) ? file : relative;
}

function renderProblem(problem: Problem, cwd: string, style: ProblemStyle): string {
  const color = problem.severity === 'error' ? style.red : style.yellow;
  const place = problem.origin ? `${style.bold(formatOrigin(problem.origin, cwd))} ` : '';
  const lines = [`${place}${color(problem.severity)} ${problem.message}`];
  if (problem.origin) lines.push(...excerpt(problem.origin, style, color));
  if (problem.hint) lines.push(`  ${style.cyan('hint:')} ${problem.hint}`);
  return `${lines.join('\n')}\n`;
}

function excerpt(origin: Origin, style: ProblemStyle, color: (text: string) => string): string[] {
  if (origin.line === 0 || origin.text.trim() === '') return [];
  const gutter = String(origin.line);
  const from = Math.max(0, origin.column - EXCERPT_COLUMNS + 20);
  const shown = origin.text.slice(from, from + EXCERPT_COLUMNS).replaceAll(/[\u0000-\u001f\u007f]/g, ' ');
  const column = origin.column - 1 - from;
  const length = Math.max(1, Math.min(origin.length, shown.length - column));
  return [
    `  ${style.dim(`${gutter} |`)} ${shown}`,
    `  ${style.dim(`${' '.repeat(gutter.length)} |`)} ${' '.repeat(column)}${color(`^${'~'.repeat(length - 1)}`)}`,
  ];
}

function countOf(count: number, noun: string): string {
  return count === 0 ? '' : `${count} ${noun}${count === 1 ? '' : 's'}`;
}
