import { CommanderError } from 'commander';
import { asParquetryError, type ErrorCode, type ParquetryError } from '../core/errors.ts';
import type { Problem } from '../pipeline/problems.ts';
import { displayPath, renderProblems, summarizeProblems } from '../pipeline/render-problems.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

const codes: Partial<Record<ErrorCode, ExitCode>> = {
  E_CONFIG: exitCodes.usage,
  E_SCHEMA: exitCodes.usage,
  E_TRANSFORM: exitCodes.usage,
  E_CANCELLED: exitCodes.interrupted,
};

/** The exit code for anything a command threw. */
export function exitCodeOf(thrown: unknown): ExitCode {
  // Commander throws for --help and --version too, with 0.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  return codes[asParquetryError(thrown).code] ?? exitCodes.failure;
}

/** Says what went wrong and what to do about it; the stack only for whoever debugs, or if the defect is ours. */
export function printError(context: CliContext, thrown: unknown, options: { debug: boolean }): void {
  // Commander has written its message already.
  if (thrown instanceof CommanderError) return;
  const error = asParquetryError(thrown);
  const problems = problemsIn(error);
  if (problems) printProblems(context, problems);
  else printOne(context, error);
  if (options.debug) context.stderr.write(`\n${chainOfStacks(error)}\n`);
  else if (error.code === 'E_INTERNAL') context.stderr.write('This is a defect in Parquetry. Run again with --debug to see where.\n');
}

/** Problems of a pipeline with their source lines, and how many there are. */
export function printProblems(context: CliContext, problems: readonly Problem[]): void {
  const { paint, write } = context.stderr;
  write(`${renderProblems(problems, context.cwd, paint)}\n`);
  const failed = problems.some((problem) => problem.severity === 'error');
  write(`${failed ? paint.red(summarizeProblems(problems)) : paint.yellow(summarizeProblems(problems))}\n`);
}

function printOne(context: CliContext, error: ParquetryError): void {
  const { paint, write } = context.stderr;
  const file = error.file === undefined ? undefined : displayPath(error.file, context.cwd);
  const place = file && error.line !== undefined ? paint.bold(`${file}:${error.line}:${error.column ?? 1} `) : '';
  write(`${place}${paint.red('error')} ${error.message}\n`);
  if (error.hint) write(`  ${paint.cyan('hint:')} ${error.hint}\n`);
}

function problemsIn(error: ParquetryError): readonly Problem[] | undefined {
  const { problems } = error.details;
  return Array.isArray(problems) && problems.length > 0 ? (problems as Problem[]) : undefined;
}

function chainOfStacks(error: Error): string {
  const stack = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${stack}\ncaused by ${chainOfStacks(error.cause)}` : stack;
}
