import type { FormatFixture } from '../format-subject.ts';

/**
 * Nothing to hold to the contract: its claims are about records that are spans of a body, which can be written one by one and
 * broken one by one. Those of Parquet lie in columns; `formats/parquet/scanner.test.ts` proves what is said of them.
 */
export const fixture: FormatFixture = { subjects: () => [] };
