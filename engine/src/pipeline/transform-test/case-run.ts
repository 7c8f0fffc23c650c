import type { Scanner } from '../../columns/format.ts';
import { rowToJson } from '../../columns/ndjson-text.ts';
import type { TransformRunner } from '../../columns/transform.ts';
import type { Field, Schema } from '../../core/schema.ts';
import { createJsonScanner } from '../../kernel/json-scanner.ts';
import type { CompiledTransform } from '../../transforms/compile.ts';
import { createTransformRunner } from '../../transforms/runner.ts';
import type { TestCase } from './test-file.ts';

/** What a thread needs to run cases. Plain data. */
export interface TestWork {
  readonly pipeline: string;
  readonly folder: string;
  readonly compiled?: CompiledTransform;
  readonly input: Schema;
  readonly rest: boolean;
  readonly cases: readonly TestCase[];
  /** The code runs as it is written, for a debugger, and not as it is fastest. */
  readonly plain?: boolean;
}

/** What came out of one case. Plain data. */
export interface CaseOutcome {
  /** Rows as exact JSON text, in order. */
  readonly rows: readonly string[];
  readonly dropped: readonly string[];
  readonly failed: readonly CaseFailure[];
  /** Input keys that the schema does not know, and output keys that the contract does not. */
  readonly unknownKeys: readonly string[];
  readonly undeclaredKeys: readonly string[];
  readonly elapsedMs: number;
}

export interface CaseFailure {
  /** `malformed`, `misfit`, `thrown`. */
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
  readonly stack?: string;
}

/**
 * Runs cases one after the other as a lane runs deliveries: the scanner reads each body, the runner maps its records. User code
 * runs in this thread. Throws E_TRANSFORM if the transform does not load or set up.
 */
export async function* runCases(work: TestWork): AsyncGenerator<CaseOutcome> {
  const scanner = createJsonScanner(work.input, { rest: work.rest });
  const { pipeline, folder, plain } = work;
  const rest: Field[] = work.rest ? [{ name: '_rest', type: { kind: 'json' }, optional: true }] : [];
  const input = { fields: [...work.input.fields, ...rest] };
  const runner = await createTransformRunner(work.compiled, input, { pipeline, folder, plain });
  for (const testCase of work.cases) yield await runCase(testCase, scanner, runner);
}

async function runCase(testCase: TestCase, scanner: Scanner, runner: TransformRunner): Promise<CaseOutcome> {
  const startMs = performance.now();
  scanner.add(new TextEncoder().encode(testCase.body));
  const { records, bad, unknownKeys } = scanner.take();
  const delivery = {
    id: 'test', // the same for all: ctx.uuid() then answers the same, whatever stands before this case
    attributes: testCase.attributes,
    receivedAtMs: testCase.nowMs,
    sentAtMs: testCase.nowMs,
  };
  const result = await runner.run(records, [delivery]);
  const failures = [
    ...bad.map((failure) => ({ ...failure, at: failure.ordinal, stack: undefined })),
    ...result.failed.map((failure) => ({ ...failure, at: records.ordinal[failure.row] ?? 0 })),
  ];
  return {
    rows: Array.from({ length: result.output.length }, (_, row) => rowToJson(result.output, row)),
    dropped: result.dropped.map(({ reason }) => reason),
    failed: failures
      .sort((a, b) => a.at - b.at)
      .map(({ reason, message, field, stack }) => ({ reason, message, field, stack })),
    unknownKeys: [...unknownKeys.keys()],
    undeclaredKeys: [...result.undeclaredKeys.keys()],
    elapsedMs: performance.now() - startMs,
  };
}
