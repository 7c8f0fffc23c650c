import { ParquetryError } from './errors.ts';
import { isJsonObject, readRecords } from './exact-json.ts';
import { extendFields } from './infer-extend.ts';
import { createObserved, type Observed, observe } from './infer-observe.ts';
import { describeFields, type InferredField } from './infer-report.ts';
import { inferFields } from './infer-types.ts';
import type { Schema } from './schema.ts';

/** What samples say about their records. */
export interface Inference {
  readonly schema: Schema;
  /** Records the schema rests on. */
  readonly records: number;
  /** Records that are no JSON, or no JSON object: left out. */
  readonly malformed: number;
  readonly firstMalformed?: ParquetryError;
  /** Every place of the schema with what was seen there, parents before children. */
  readonly fields: readonly InferredField[];
}

export interface InferOptions {
  /** The schema in force: its types stay wherever they take what was seen; see `extendFields`. */
  readonly previous?: Schema;
}

/** The parts of an inference that goes on over several samples. */
export interface Inferrer {
  /** Adds a text (or its UTF-8 bytes) with any number of whole records: NDJSON, a record, an array of records. */
  add(sample: string | Uint8Array): void;
  /** Throws E_SCHEMA if there was no record, or if the records have too many different keys. */
  finish(options?: InferOptions): Inference;
}

/** The narrowest schema that takes all records of the samples. A sample holds whole records: see `Inferrer.add`. */
export async function inferSchema(
  samples: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  options: InferOptions = {},
): Promise<Inference> {
  const inferrer = createInferrer();
  for await (const sample of samples) inferrer.add(sample);
  return inferrer.finish(options);
}

export function createInferrer(): Inferrer {
  const root = createObserved();
  const faults: ParquetryError[] = [];
  let malformed = 0;
  const refuse = (error: ParquetryError) => {
    malformed++;
    if (faults.length === 0) faults.push(error);
  };
  return {
    add(sample) {
      const text = typeof sample === 'string' ? sample : new TextDecoder().decode(sample);
      for (const record of readRecords(text)) {
        if ('error' in record) refuse(record.error);
        else if (isJsonObject(record.value)) observe(root, record.value);
        else refuse(new ParquetryError('E_RECORD', 'a record must be a JSON object', { line: record.line }));
      }
    },
    finish: (options) => ({ ...conclude(root, options?.previous), malformed, firstMalformed: faults[0] }),
  };
}

function conclude(root: Observed, previous: Schema | undefined): Pick<Inference, 'schema' | 'records' | 'fields'> {
  const objects = root.objects;
  if (!objects) {
    throw new ParquetryError('E_SCHEMA', 'samples must hold at least one JSON object, got none', {
      hint: 'Give a file of NDJSON, a JSON object, or an array of objects.',
    });
  }
  if (objects.values) {
    throw new ParquetryError('E_SCHEMA', 'records must have at most 2000 different top-level keys', {
      hint: 'Keys that are data belong into a nested object, which becomes a map.',
    });
  }
  const fields = previous ? extendFields(previous.fields, objects) : inferFields(objects);
  return { schema: { fields }, records: objects.count, fields: describeFields(fields, objects) };
}
