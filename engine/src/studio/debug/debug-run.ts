import path from 'node:path';
import type { Scanner } from '../../columns/format.ts';
import { rowToJson } from '../../columns/ndjson-text.ts';
import type { BadRecord, RecordBatch } from '../../columns/record-batch.ts';
import { sliceRecords } from '../../columns/slice-records.ts';
import type { TransformRunner } from '../../columns/transform.ts';
import type { ComponentContext } from '../../core/component.ts';
import type { Delivery } from '../../core/delivery.ts';
import { ParquetryError } from '../../core/errors.ts';
import { silentLogger, silentMetrics } from '../../core/telemetry.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import { createComponent } from '../../pipeline/components.ts';
import { loadPipeline } from '../../pipeline/file.ts';
import { runCases } from '../../pipeline/transform-test/case-run.ts';
import { findTestFiles, readTestFile } from '../../pipeline/transform-test.ts';
import { type CompiledTransform, compileForDebugger } from '../../transforms/compile.ts';
import { createTransformRunner } from '../../transforms/runner.ts';
import { defaultSamples } from '../preview/default-samples.ts';
import { formatOfSample, SampleDeliveries } from '../preview/sample-deliveries.ts';
import type { DebugRequest } from './debug-request.ts';

/**
 * Runs records, or a test case, through the scanner and the plain runner on this thread: user code runs here, as long as it
 * likes. Yields a line of JSON for each. Throws what ends a run, and E_NOT_FOUND if there is no such record or case.
 */
export async function* debugged(request: DebugRequest): AsyncGenerator<string> {
  const variables = { ...process.env, PARQUETRY_ENV: undefined };
  const pipeline = await loadPipeline(request.folder, { env: request.environment, variables });
  if (pipeline.transform === undefined) {
    throw new ParquetryError('E_CONFIG', `the pipeline ${pipeline.name} has no transform to debug`);
  }
  const compiled = await compileForDebugger(pipeline.transform);
  if (request.case === undefined) yield* debugRecords(pipeline, compiled, request);
  else yield* debugCase(pipeline, compiled, request.case);
}

async function* debugRecords(
  pipeline: CheckedPipeline,
  compiled: CompiledTransform,
  { sample, record }: DebugRequest,
): AsyncGenerator<string> {
  const samples = sample === undefined ? await defaultSamples(pipeline) : [sample];
  const context = contextOf(pipeline);
  const runner = await runnerOf(pipeline, compiled);
  let first = 0;
  for (const file of samples) {
    const scanner = await scannerFor(file, pipeline, context);
    for await (const delivery of new SampleDeliveries().of({ file }, context)) {
      const count = scanner.add(delivery.body);
      const { records, bad } = scanner.take();
      const name = path.relative(pipeline.folder, file);
      for (let ordinal = 0; ordinal < count; ordinal++) {
        if (record !== undefined && record !== first + ordinal) continue;
        const outcome = await outcomeOf(ordinal, { records, bad, delivery, runner });
        yield `{"sample":${JSON.stringify(name)},"record":${first + ordinal},${outcome}}`;
        if (record !== undefined) return;
      }
      first += count;
    }
  }
  if (record === undefined && first > 0) return;
  throw new ParquetryError('E_NOT_FOUND', `there is no record ${(record ?? 0) + 1}: the samples have ${first}`);
}

interface Scanned {
  readonly records: RecordBatch;
  readonly bad: readonly BadRecord[];
  readonly delivery: Delivery;
  readonly runner: TransformRunner;
}

/** What became of one record of a delivery: members of a JSON object. */
async function outcomeOf(ordinal: number, { records, bad, delivery, runner }: Scanned): Promise<string> {
  const refused = bad.find((one) => one.ordinal === ordinal);
  if (refused) return failureText(refused);
  const row = records.ordinal.indexOf(ordinal);
  const { output, dropped, failed } = await runner.run(sliceRecords(records, row, row + 1), [delivery]);
  if (failed[0]) return failureText(failed[0]);
  if (dropped[0]) return `"outcome":"dropped","reason":${JSON.stringify(dropped[0].reason)}`;
  const rows = Array.from({ length: output.length }, (_, index) => rowToJson(output, index));
  return `"outcome":"kept","rows":[${rows.join(',')}]`;
}

function failureText({
  reason,
  message,
  field,
  stack,
}: {
  reason: string;
  message: string;
  field?: string;
  stack?: string;
}): string {
  return `"outcome":"dead-lettered",${JSON.stringify({ reason, message, field, stack }).slice(1, -1)}`;
}

/** For reading samples: nothing of it is held, or contacted. */
function contextOf({ name, folder, input: { schema, rest } }: CheckedPipeline): ComponentContext {
  const telemetry = { logger: silentLogger, metrics: silentMetrics };
  return { pipeline: name, folder, input: { schema, rest }, runId: 'debug', aws: {}, expectedHoldMs: 0, ...telemetry };
}

async function scannerFor(file: string, pipeline: CheckedPipeline, context: ComponentContext): Promise<Scanner> {
  const { schema, rest, maxRecordBytes } = pipeline.input;
  const format = await createComponent('format', { type: formatOfSample(file), config: {} }, context);
  return format.createScanner(schema, { rest, maxRecordBytes });
}

function runnerOf(
  { name, folder, input, errors }: CheckedPipeline,
  compiled: CompiledTransform,
): Promise<TransformRunner> {
  const fields = input.rest
    ? [...input.schema.fields, { name: '_rest', type: { kind: 'json' }, optional: true } as const]
    : input.schema.fields;
  const passthrough = errors.record === 'passthrough';
  return createTransformRunner(compiled, { fields }, { pipeline: name, folder, passthrough, plain: true });
}

async function* debugCase(
  pipeline: CheckedPipeline,
  compiled: CompiledTransform,
  name: string,
): AsyncGenerator<string> {
  const files = await Promise.all((await findTestFiles(pipeline.folder)).map((file) => readTestFile(file)));
  const cases = files.flatMap((file) => file.cases).filter((one) => one.name === name);
  if (cases.length === 0) throw new ParquetryError('E_NOT_FOUND', `there is no case ${JSON.stringify(name)}`);
  const { name: own, folder, input } = pipeline;
  const work = { pipeline: own, folder, compiled, input: input.schema, rest: input.rest, cases, plain: true };
  for await (const { rows, dropped, failed } of runCases(work)) {
    yield `{"case":${JSON.stringify(name)},"rows":[${rows.join(',')}],"dropped":${JSON.stringify(dropped)},"failed":${JSON.stringify(failed)}}`;
  }
}
