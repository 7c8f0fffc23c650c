import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { Row } from './oracle.test-support.ts';

/** Expects many rows to equal: `toEqual` takes seconds for hundreds of thousands of values, and is needed only to show a difference. */
export function expectRows(found: readonly Row[], wanted: readonly Row[]): void {
  if (!isDeepStrictEqual(found, wanted)) expect(found).toEqual(wanted);
}
