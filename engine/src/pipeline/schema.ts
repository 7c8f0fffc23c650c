import { z } from 'zod';
import { bytes, duration } from '../core/units.ts';
import type { AnyComponent, ComponentSet } from './components.ts';

/** What differs between sinks and is not their own business. A sink that is not listed takes partitioned Parquet files. */
const sinkFacts: Readonly<Record<string, { partitioned: boolean; encoder: string }>> = {
  stdout: { partitioned: false, encoder: 'ndjson' },
};

/** The encoder of a sink that names none. */
export function defaultEncoder(sink: string): string {
  return sinkFacts[sink]?.encoder ?? 'parquet';
}

/** Keys of a sink that choose its encoder; at most one may be given. */
export function encoderKeys(components: ComponentSet): string[] {
  return [...components.encoder.keys(), 'encoder'];
}

const ownModule = {
  module: z.string().min(1).optional().describe('Path of your own TypeScript module, relative to the pipeline folder.'),
  options: z.unknown().optional().describe('Handed to your own module as it is.'),
};

const batch = z.strictObject({
  targetSize: bytes({ min: '1KiB', max: '5GiB' })
    .prefault('128MiB')
    .describe('Size of a file, encoded, at which it is closed and written.'),
  maxAge: duration({ min: '100ms', max: '11h' })
    .prefault('5m')
    .describe(
      'Longest time from the first record of a file until it is written. Below the 12 h for which SQS lends a message.',
    ),
  maxRows: z
    .int()
    .min(1)
    .optional()
    .describe(
      'Rows at which a file is closed, whatever its size; the rows of a message stay together. Without it only size and age count.',
    ),
  memory: bytes({ min: '16MiB' })
    .prefault('512MiB')
    .describe('What all open files together may hold in memory; beyond it the largest are written first.'),
  maxOpenPartitions: z
    .int()
    .min(1)
    .max(100_000)
    .default(500)
    .describe('Files that a sink has open at the same time. Beyond it the largest are written, whatever their size.'),
});

const input = z.strictObject({
  schema: z
    .string()
    .min(1)
    .default('./schema')
    .describe('Folder of the frozen input schema; the highest version in it counts.'),
  maxRecordSize: bytes({ min: '1KiB', max: '1GiB' })
    .prefault('1MiB')
    .describe('A longer record is a bad record (`too-large`): readers choke on it, and it must not stop the others.'),
  rest: z
    .boolean()
    .default(false)
    .describe(
      'Keep keys that the schema does not know, as JSON in the column `_rest`. Without it they are counted and left out.',
    ),
});

const storm = z.strictObject({
  share: z
    .number()
    .gt(0)
    .max(1)
    .default(0.5)
    .describe('A run stops when more than this share of the records is bad; 1 means never.'),
  window: z.int().min(1).default(1000).describe('Number of records over which the share is taken.'),
});

const deadLetterTargets = z.strictObject({
  s3: z
    .strictObject({
      bucket: z.string().min(3).max(63).describe('Bucket for dead letters.'),
      prefix: z.string().default('_errors').describe('Key prefix; the pipeline name, date and reason follow it.'),
    })
    .optional()
    .describe('Dead letters as NDJSON objects.'),
  sqs: z
    .strictObject({ queue: z.string().min(1).describe('Name, URL or ARN of the queue.') })
    .optional()
    .describe('Dead letters as messages, the original body unchanged.'),
  file: z
    .strictObject({ path: z.string().min(1).describe('Folder, relative to the pipeline.') })
    .optional()
    .describe('Dead letters as local NDJSON files.'),
});

const errors = z.strictObject({
  record: z
    .enum(['dead-letter', 'drop', 'passthrough', 'fail'])
    .default('dead-letter')
    .describe(
      'What becomes of a record that is malformed, does not fit or makes the transform throw: written to `to` with the reason; ' +
        'dropped and counted; passed through with the fields that fit the output; or the run fails.',
    ),
  to: deadLetterTargets
    .optional()
    .meta(exactlyOneOf(['s3', 'sqs', 'file']))
    .describe(
      'Where dead letters go. Without it: `_errors/<name>` in the bucket of the first s3 sink, or `./errors` without one.',
    ),
  storm: storm.prefault({}).describe('When so many records are bad that something else is wrong.'),
});

const aws = z.union([
  z.literal('embedded'),
  z.strictObject({
    region: z.string().min(1).optional().describe('Region, where the environment does not say.'),
    profile: z.string().min(1).optional().describe('Profile of ~/.aws/config.'),
    roleArn: z
      .string()
      .regex(/^arn:[\w-]+:iam::\d{12}:role\/.+$/, 'must be the ARN of a role')
      .optional()
      .describe('Role to assume.'),
    endpoint: z.url().optional().describe('Endpoint of both services, e.g. http://localhost:4566.'),
    sqsEndpoint: z.url().optional().describe('Endpoint of SQS alone.'),
    s3Endpoint: z.url().optional().describe('Endpoint of S3 alone.'),
    forcePathStyle: z
      .boolean()
      .optional()
      .describe('Bucket in the path instead of the host name. Default: true where an S3 endpoint is given.'),
  }),
]);

const lanes = z.union([
  z.int().min(1).max(64),
  z.strictObject({ count: z.int().min(1).max(64).describe('Number of lanes.') }),
]);

/** What a pipeline may be called: it goes into file names, keys and labels. */
export const pipelineName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
    'must be 1 to 63 letters, digits, ".", "_" or "-", the first a letter or digit',
  );

/**
 * The schema of a whole pipeline file over a set of components; parser, JSON Schema and reference page come from it. That a choice
 * is made exactly once is checked in choices.ts, where it can be told apart from a misspelt key.
 */
export function pipelineSchema(components: ComponentSet) {
  return z.strictObject({
    name: pipelineName.describe('Name of the pipeline: in file names, metrics, logs and the place of dead letters.'),
    source: sourceSchema(components).describe('Where records come from: exactly one.'),
    input: input.prefault({}).describe('How records are read.'),
    transform: z
      .string()
      .regex(/\.[cm]?[jt]s$/, 'must be a path to a .ts or .js file')
      .optional()
      .describe('Your TypeScript: ./transform.ts. Without it records go to the sinks as the input schema says.'),
    delivery: z
      .enum(['exactly-once', 'at-least-once'])
      .default('exactly-once')
      .describe(
        'How often a message becomes rows in S3. `exactly-once` costs two small requests a file; other sinks, and stores that ' +
          'cannot refuse to overwrite, are at least once in any case.',
      ),
    batch: batch.prefault({}).describe('When a file is full.'),
    sinks: z.array(sinkSchema(components)).min(1).describe('Where rows go: at least one. Every sink gets all rows.'),
    errors: errors.prefault({}).describe('What happens to bad records.'),
    lanes: lanes
      .optional()
      .describe('Worker threads that parse, transform and encode. Default: the number of CPUs, at most 4.'),
    aws: aws
      .prefault({})
      .describe(
        'Where AWS is; `embedded` runs SQS and S3 inside the engine. The SDK finds what is not given. Never credentials.',
      ),
    shutdown: z
      .strictObject({
        grace: duration({ min: '1s', max: '1h' }).prefault('30s').describe('Time to write what is held after SIGTERM.'),
      })
      .prefault({})
      .describe('How a run ends.'),
    telemetry: z
      .strictObject({
        listen: z
          .string()
          .optional()
          .describe(
            'Address of `/metrics` (Prometheus), `/livez` and `/readyz`, e.g. 127.0.0.1:9464. Nothing listens without it.',
          ),
      })
      .prefault({})
      .describe('What a run tells of itself.'),
  });
}

/** A pipeline file after parsing: defaults filled in, units resolved. */
export type PipelineConfig = z.output<ReturnType<typeof pipelineSchema>>;

function sourceSchema(components: ComponentSet): z.ZodType<Record<string, unknown>, Record<string, unknown>> {
  const shape = Object.fromEntries(
    [...components.source.values()].map((source) => [source.type, choiceSchema(source)]),
  );
  return z.strictObject({ ...shape, ...ownModule }).meta(exactlyOneOf([...components.source.keys(), 'module']));
}

function sinkSchema(components: ComponentSet): z.ZodType<Record<string, unknown>, Record<string, unknown>> {
  const shape = Object.fromEntries(
    [...components.sink.values()].map((sink) => [sink.type, sinkChoice(sink, components)]),
  );
  const own = { ...ownModule, ...addedKeys('module', components) };
  return z.strictObject({ ...shape, ...own }).meta(exactlyOneOf([...components.sink.keys(), 'module']));
}

function choiceSchema(component: AnyComponent) {
  return component.config.optional().describe(component.summary);
}

function sinkChoice(sink: AnyComponent<'sink'>, components: ComponentSet) {
  return sink.config.safeExtend(addedKeys(sink.type, components)).optional().describe(sink.summary);
}

/** The keys the pipeline gives every sink beside the sink's own. */
function addedKeys(sink: string, components: ComponentSet): Record<string, z.ZodType> {
  const encoders = [...components.encoder.values()].map((encoder) => [encoder.type, choiceSchema(encoder)] as const);
  const own = z.strictObject({
    module: z
      .string()
      .min(1)
      .describe(ownModule.module.description ?? ''),
    options: ownModule.options,
  });
  const partitionBy = z
    .array(z.string().min(1))
    .optional()
    .describe('Templates of the path below the prefix, one a level: "dt={event_time:%Y-%m-%d}", "country={country}".');
  return {
    ...(sinkFacts[sink]?.partitioned === false ? {} : { partitionBy }),
    ...Object.fromEntries(encoders),
    encoder: own.optional().describe('Your own encoder.'),
  };
}

/** For editors: JSON Schema says what choices.ts checks. */
function exactlyOneOf(names: readonly string[]): Record<string, unknown> {
  return { oneOf: names.map((choice) => ({ required: [choice] })) };
}
