import type { Method } from './method.ts';
import type { Place } from './places.ts';

export interface TestCaseInfo extends Place {
  readonly name: string;
}

export interface TestCaseResult extends TestCaseInfo {
  readonly state: 'passed' | 'failed';
  /** Each difference in one line. */
  readonly message?: string;
  /** As YAML, for a diff; absent where the case could not run. */
  readonly expected?: string;
  readonly actual?: string;
  readonly elapsedMs?: number;
}

export interface TransformTestMethods {
  'tests.list': Method<{ readonly folder: string }, { readonly cases: readonly TestCaseInfo[] }>;
  /** `names`: those only. Snapshots as cases end. */
  'tests.run': Method<
    { readonly folder: string; readonly environment?: string; readonly names?: readonly string[] },
    { readonly results: readonly TestCaseResult[] },
    { readonly results: readonly TestCaseResult[] }
  >;
}
