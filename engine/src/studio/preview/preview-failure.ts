import { asParquetryError } from '../../core/errors.ts';
import { problemsOfError } from '../../pipeline/error-problems.ts';
import type { Place } from '../../protocol/places.ts';
import type { PreviewFailure } from '../../protocol/preview.ts';

/** Why a run gave no result, with the first place that is to blame. */
export function failureOf(thrown: unknown): PreviewFailure {
  const error = asParquetryError(thrown);
  const [problem] = problemsOfError(error);
  const { origin } = problem ?? {};
  const place: Place | undefined = origin && {
    file: origin.file,
    line: origin.line,
    column: origin.column,
    length: origin.length,
  };
  const { record } = error.details;
  return {
    code: error.code,
    message: problem?.message ?? error.message,
    hint: problem?.hint ?? error.hint,
    place,
    record: typeof record === 'number' ? record : undefined,
  };
}
