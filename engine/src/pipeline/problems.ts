import { ParquetryError } from '../core/errors.ts';

/** Where a value was written: a place in a file, or a setting of the command line or the environment. */
export interface Origin {
  /** Absolute path; or the setting as it was given: `--set batch.maxAge=5x`. */
  readonly file: string;
  /** 1-based; 0 for a setting. */
  readonly line: number;
  /** 1-based; for a setting the offset in its text. */
  readonly column: number;
  /** Characters to underline, at least 1. */
  readonly length: number;
  /** The whole line, for the excerpt below the message. */
  readonly text: string;
}

/** One mistake, or one thing that will hurt later. Plain data: crosses threads, goes to editors as a diagnostic. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** Subject + rule + value. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** Absent where no place is to blame. */
  readonly origin?: Origin;
  /** What kind of mistake it is, for who offers to mend it; absent where nothing general can be offered. */
  readonly mistake?: Mistake;
}

/** A mistake in a pipeline file that a change of it may mend. `path`: keys and positions from the root of the file. */
export type Mistake =
  /** The key at the end of the path is none; `near`: it most likely means this one. */
  | { readonly kind: 'unknown-key'; readonly path: readonly PropertyKey[]; readonly near?: string }
  /** The key at the end of the path is missing. */
  | { readonly kind: 'missing-key'; readonly path: readonly PropertyKey[] }
  /** The value is none that the place takes; `near`: it most likely means this one. */
  | { readonly kind: 'wrong-value'; readonly path: readonly PropertyKey[]; readonly near?: string }
  /** The key at the end of the path must not be beside another one. */
  | { readonly kind: 'surplus-key'; readonly path: readonly PropertyKey[] }
  /** The key at the end of the path belongs into the map of the key `into` beside it. */
  | { readonly kind: 'misplaced-key'; readonly path: readonly PropertyKey[]; readonly into: string }
  /** A value names a field of the output that there is not; `near`: it most likely means this one. */
  | { readonly kind: 'unknown-field'; readonly name: string; readonly near?: string }
  /** The variable is not set, and has no default. */
  | { readonly kind: 'missing-variable'; readonly name: string }
  /** A `${…}` in a flow collection that has no quotes. */
  | { readonly kind: 'unquoted-reference' };

/** Builds an error at a place. */
export function errorAt(origin: Origin | undefined, message: string, hint?: string, mistake?: Mistake): Problem {
  return { severity: 'error', message, hint, origin, ...(mistake && { mistake }) };
}

/** Builds a warning at a place. */
export function warningAt(origin: Origin | undefined, message: string, hint?: string, mistake?: Mistake): Problem {
  return { severity: 'warning', message, hint, origin, ...(mistake && { mistake }) };
}

/** Whether any of them forbids to go on. */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}

/** Order of reading: by file, line, column; problems without a place come last. Equal ones are listed once. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const unique = new Map(problems.map((problem) => [identity(problem), problem]));
  return [...unique.values()].sort((a, b) => {
    if (!a.origin || !b.origin) return Number(!a.origin) - Number(!b.origin);
    if (a.origin.file !== b.origin.file) return a.origin.line === 0 ? 1 : b.origin.line === 0 ? -1 : 0;
    return a.origin.line - b.origin.line || a.origin.column - b.origin.column;
  });
}

function identity({ severity, message, origin }: Problem): string {
  return [severity, origin?.file, origin?.line, origin?.column, message].join('\0');
}

/** All problems as one error. `details.problems` keeps them apart for whoever renders; the message is that of the first. */
export function problemsError(problems: readonly Problem[]): ParquetryError {
  const errors = problems.filter((problem) => problem.severity === 'error');
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new ParquetryError('E_CONFIG', `${first?.message ?? 'the pipeline has problems'}${more}`, {
    hint: first?.hint,
    file: first?.origin?.file,
    line: first?.origin?.line,
    column: first?.origin?.column,
    details: { problems },
  });
}
