import type { ParquetryError } from '../core/errors.ts';
import type { CompileProblem } from '../transforms/compile-error.ts';
import { errorAt, type Mistake, type Origin, type Problem } from './problems.ts';

/**
 * Everything a thrown error knows, as problems: those of a pipeline file as they are, compile errors each at its line, anything
 * else as one problem at the place it names, failing that at `origin`.
 */
export function problemsOfError(error: ParquetryError, origin?: Origin): readonly Problem[] {
  const { problems } = error.details;
  if (isListOf<Problem>(problems, 'severity')) return problems;
  if (isListOf<CompileProblem>(problems, 'text')) {
    return problems.map((problem, index) =>
      errorAt(placeOf(problem) ?? origin, problem.text, hintOf(problem, index, error)),
    );
  }
  return [errorAt(placeOf(error) ?? origin, error.message, error.hint, mistakeOf(error))];
}

/** Who looks a field up by its name says in `details` which it did not find. */
function mistakeOf({ details: { unknownField, near } }: ParquetryError): Mistake | undefined {
  if (typeof unknownField !== 'string') return undefined;
  return { kind: 'unknown-field', name: unknownField, near: typeof near === 'string' ? near : undefined };
}

function isListOf<Item>(value: unknown, key: keyof Item & string): value is Item[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => typeof item === 'object' && item !== null && key in item)
  );
}

function placeOf({
  file,
  line,
  column,
  code,
}: {
  file?: string;
  line?: number;
  column?: number;
  code?: string;
}): Origin | undefined {
  if (file === undefined || line === undefined) return undefined;
  // An error's `code` is its E_…; a compile problem's the line of source.
  const text = code === undefined || code.startsWith('E_') ? '' : code;
  return { file, line, column: column ?? 1, length: 1, text };
}

function hintOf({ notes }: CompileProblem, index: number, error: ParquetryError): string | undefined {
  const hints = index === 0 && error.hint !== undefined ? [error.hint, ...notes] : notes;
  return hints.length > 0 ? hints.join(' ') : undefined;
}
