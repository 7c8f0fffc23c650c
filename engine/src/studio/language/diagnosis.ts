import type { Problem } from '../../pipeline/problems.ts';
import type { Diagnosis, Fix, Place } from '../../protocol/places.ts';

/** A problem as editors show it. */
export function diagnosisOf({ severity, message, hint, origin }: Problem, fixes: readonly Fix[] = []): Diagnosis {
  return {
    severity,
    message,
    ...(hint !== undefined && { hint }),
    ...(origin && origin.line > 0 && { place: placeOf(origin) }),
    ...(fixes.length > 0 && { fixes }),
  };
}

/** Who knows only where something begins says a length of 1: editors then underline the word. */
function placeOf({ file, line, column, length }: NonNullable<Problem['origin']>): Place {
  return { file, line, column, ...(length > 1 && { length }) };
}
