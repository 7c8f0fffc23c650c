import { createBuilder, finishBatch } from '../columns/builder.ts';
import type { RecordBatch } from '../columns/record-batch.ts';
import type { FailedRecord, TransformResult, TransformRunner } from '../columns/transform.ts';
import type { Field, Schema } from '../core/schema.ts';
import type { SetupContext, Transform } from './api.ts';
import { createColumnarMapper, openRecognised } from './columnar/create-mapper.ts';
import type { CompiledTransform } from './compile.ts';
import { loadTransform, userError } from './load.ts';
import { RecordMapper } from './record-mapper.ts';

/** What a lane tells its runner. */
export interface TransformRunnerOptions extends SetupContext {
  /**
   * Whether a failed record becomes a row of those of its input fields that the output has by name and type. A record
   * for which that is no row either fails.
   */
  readonly passthrough?: boolean;
  /**
   * Slots 0 and 1 hold which delivery of the batch, and which record of that, user code is at; -1 between batches: shared memory
   * shows who is stuck where.
   */
  readonly position?: Int32Array;
  /**
   * Whether `map` gets whole records whatever its code does with them: the slow twin of the columnar way, for the same
   * result. An input value that does not fit into JavaScript then costs its record even if the code never looks at it.
   */
  readonly plain?: boolean;
}

/**
 * Loads a transform in this thread and runs its `setup`; without one, the runner hands its input on. `input` is the schema
 * of the batches it will get. Throws E_TRANSFORM if the module does not load or `setup` throws.
 */
export async function createTransformRunner(
  compiled: CompiledTransform | undefined,
  input: Schema,
  options: TransformRunnerOptions,
): Promise<TransformRunner> {
  if (compiled === undefined) return createIdentityRunner(input);
  const recognised = options.plain ? undefined : await openRecognised(compiled);
  const transform = recognised?.transform ?? loadTransform(compiled);
  const state = await setUp(compiled, transform, options);
  const parts = { compiled, transform, input, state, options };
  const { fields } = transform.output;
  const refuse: TransformRunner['refuse'] = (records, why) => new RecordMapper(parts).refuse(records, why);
  if (transform.prefetch === undefined) {
    const mapper = recognised ? createColumnarMapper(recognised, parts) : new RecordMapper(parts);
    return { output: fields, refuse, run: (records, deliveries) => mapper.run(records, deliveries) };
  }
  const mapper = new RecordMapper(parts);
  return {
    output: fields,
    refuse,
    async run(records, deliveries) {
      if (records.rows.length > 0) await prefetchInto(mapper, records, { compiled, transform, state, options });
      return mapper.run(records, deliveries);
    },
  };
}

/** Hands columns on, untouched and uncopied. */
function createIdentityRunner(input: Schema): TransformRunner {
  let rowNumbers = new Int32Array();
  return {
    output: input.fields,
    refuse: ({ rows }, why) => refuseAll(input.fields, rows.length, why),
    run({ rows }: RecordBatch): TransformResult {
      if (rowNumbers.length < rows.length) rowNumbers = Int32Array.from({ length: rows.length }, (_, row) => row);
      const origin = rowNumbers.subarray(0, rows.length);
      return { output: rows, origin, dropped: [], failed: [], undeclaredKeys: new Map() };
    },
  };
}

function refuseAll(fields: readonly Field[], rows: number, why: Omit<FailedRecord, 'row'>): TransformResult {
  const output = finishBatch(
    fields,
    fields.map(({ type }) => createBuilder(type)),
    0,
  );
  const failed = Array.from({ length: rows }, (_, row): FailedRecord => ({ ...why, row }));
  return { output, origin: new Int32Array(), dropped: [], failed, undeclaredKeys: new Map() };
}

async function setUp(compiled: CompiledTransform, transform: Transform, options: SetupContext): Promise<unknown> {
  const { pipeline, folder } = options;
  try {
    return await transform.setup?.({ pipeline, folder });
  } catch (thrown) {
    throw userError(compiled, 'must set up', thrown);
  }
}

interface PrefetchParts {
  readonly compiled: CompiledTransform;
  readonly transform: Transform;
  readonly state: unknown;
  readonly options: SetupContext;
}

/** Lets user code look at all records of a chunk before they are mapped, the same objects. */
async function prefetchInto(mapper: RecordMapper, records: RecordBatch, parts: PrefetchParts): Promise<void> {
  const { compiled, transform, state } = parts;
  const { pipeline, folder } = parts.options;
  const readable = mapper.readAhead(records);
  try {
    mapper.prefetched(await transform.prefetch?.(readable, { pipeline, folder, state }));
  } catch (thrown) {
    throw userError(compiled, 'must prefetch', thrown, { retryable: true });
  }
}
