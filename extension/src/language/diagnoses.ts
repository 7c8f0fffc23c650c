import type { Diagnosis } from '../../../engine/src/protocol/places.ts';

/** Diagnoses by the file they are about; those without a place are about `fallback`. */
export function byFile(diagnoses: readonly Diagnosis[], fallback: string): Map<string, readonly Diagnosis[]> {
  return Map.groupBy(diagnoses, ({ place }) => place?.file ?? fallback);
}
