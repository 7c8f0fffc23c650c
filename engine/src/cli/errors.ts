import { CommanderError } from 'commander';
import { asParquetryError, type ErrorCode } from '../core/errors.ts';
import { problemsOfError } from '../pipeline/error-problems.ts';
import type { Problem } from '../pipeline/problems.ts';
import { renderProblems, summarizeProblems } from '../pipeline/render-problems.ts';
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

/** Says what went wrong and what to do about it; the stack only for whoever debugs. */
export function printError(context: CliContext, thrown: unknown, options: { debug: boolean }): void {
  // Commander has written its message already.
  if (thrown instanceof CommanderError) return;
  const error = asParquetryError(thrown);
  const problems = problemsOfError(error);
  if (problems.length > 1) printProblems(context, problems);
  else context.stderr.write(renderProblems(problems, context.cwd, context.stderr.paint));
  if (options.debug) context.stderr.write(`\n${chainOfStacks(error)}\n`);
  else if (error.code === 'E_INTERNAL') {
    context.stderr.write('This is a defect in Parquetry. Run again with --debug to see where.\n');
  }
}

/** Problems of a pipeline with their source lines, and how many there are. */
export function printProblems(context: CliContext, problems: readonly Problem[]): void {
  const { paint, write } = context.stderr;
  write(`${renderProblems(problems, context.cwd, paint)}\n`);
  const failed = problems.some((problem) => problem.severity === 'error');
  write(`${failed ? paint.red(summarizeProblems(problems)) : paint.yellow(summarizeProblems(problems))}\n`);
}

function chainOfStacks(error: Error): string {
  const stack = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${stack}\ncaused by ${chainOfStacks(error.cause)}` : stack;
}
