import type { Diagnosis } from './places.ts';
import type { PreviewState } from './preview.ts';

/** One for each line at which records failed, with how many; those without a place are for the page alone. */
export function previewDiagnoses({ result, failure, isRunning }: PreviewState): Diagnosis[] {
  // What does not compile, the check of the pipeline says already.
  if (failure && !isRunning)
    return failure.record === undefined || !failure.place ? [] : [{ severity: 'error', ...failure }];
  const placed = (result?.deadLetters ?? []).filter(({ place }) => place !== undefined);
  const byLine = Map.groupBy(placed, ({ place, message }) => `${place!.file}:${place!.line}:${message}`);
  return [...byLine.values()].map((letters) => {
    const { place, message, record } = letters[0]!;
    const what =
      letters.length === 1 ? `record ${record + 1}` : `${letters.length} records, the first is record ${record + 1}`;
    return { severity: 'warning', message: `${message} (${what} of the samples)`, place };
  });
}
