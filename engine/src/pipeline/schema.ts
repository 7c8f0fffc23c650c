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

const spool = z.strictObject({
  path: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Folder for it, relative to the pipeline; a run removes what it put there. Without it the folder for temporary files of the ' +
        'system, unless that lies in memory.',
    ),
  max: bytes({ min: '0B' })
    .prefault('1GiB')
    .describe(
      'What may lie there at once; `0B` keeps everything in memory. Beyond it, or on a full disk, files are smaller.',
    ),
});

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
    .describe(
      'What rows, row groups and files on their way may take of memory, over all lanes; beyond it the largest go to the spool, or ' +
        'are written first.',
    ),
  maxOpenPartitions: z
    .int()
    .min(1)
    .max(100_000)
    .default(500)
    .describe(
      'Partitions for which a lane keeps row groups open at the same time. The rows of more wait together and are sorted into their ' +
        'own folders when they are written: slower, and in small files.',
    ),
  spool: spool.prefault({}).describe('Where row groups wait on a disk, so that many files can grow in little memory.'),
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

const nackDelay = z.strictObject({
  base: duration({ min: '0s', max: '12h' })
    .prefault('1s')
    .describe('After the first time; doubles with each time, and with each write in a row that fails.'),
  max: duration({ min: '0s', max: '12h' }).prefault('1m').describe('Never longer than this; SQS takes 12 h at most.'),
});

const errors = z.strictObject({
  record: z
    .enum(['dead-letter', 'drop', 'passthrough', 'fail'])
    .default('dead-letter')
    .describe(
      'What becomes of a record that is malformed, does not fit or makes the transform throw: written to `to` with the reason; ' +
        'dropped and counted; passed through with the fields that fit the output; or the run fails.',
    ),
  transformTimeout: duration({ min: '100ms', max: '1h' })
    .prefault('60s')
    .describe(
      'Longest time that your code may spend on one record, or `prefetch` on a chunk. Beyond it the record is bad (`stuck`): its ' +
        'lane is ended and replaced, and all other records are delivered.',
    ),
  to: deadLetterTargets
    .optional()
    .meta(exactlyOneOf(['s3', 'sqs', 'file']))
    .describe(
      'Where dead letters go. Without it: `_errors/<name>` in the bucket of the first s3 sink, or `./errors` without one.',
    ),
  nackDelay: nackDelay.prefault({}).describe('How long a message that could not be delivered stays away.'),
  maxReceives: z
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe(
      'How often a message is tried again whose rows a sink refuses for what they are: then it becomes a dead letter as a whole. ' +
        'Failures of the sink itself do not count. The redrive policy of a queue may come first.',
    ),
  storm: storm.prefault({}).describe('When so many records are bad that something else is wrong.'),
});

const samples = z.strictObject({
  redact: z
    .array(z.string().regex(/^[^.]+(\.[^.]+)*$/, 'must be a dotted path, such as user.email or items.*.name'))
    .default([])
    .describe(
      'Fields that must not be seen, by dotted path with `*` for one step: `email`, `user.phone`, `items.*.name`. They are redacted ' +
        'whenever samples are taken; what is asked for there comes on top.',
    ),
  how: z
    .enum(['mask', 'hash', 'remove'])
    .default('mask')
    .describe(
      '`mask`: letters and digits are replaced, lengths stay; `hash`: equal values stay equal within a file; `remove`: the key goes.',
    ),
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

const laneCount = z.int().min(1).max(64);

const lanes = z.union([
  laneCount,
  z.discriminatedUnion('mode', [
    z.strictObject({
      mode: z.literal('fixed').describe('Always the same number of lanes.'),
      count: laneCount.describe('Number of lanes.'),
    }),
    z
      .strictObject({
        mode: z.literal('adaptive').describe('As many lanes as the load asks for, and CPU and memory allow.'),
        min: laneCount.default(1).describe('Fewest lanes.'),
        max: laneCount.optional().describe('Most lanes. Default: the number of CPUs, at most 4.'),
      })
      .refine(({ min, max = min }) => min <= max, {
        path: ['max'],
        error: 'must not be less than min',
      }),
  ]),
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
      .describe(
        'Worker threads that parse, transform and encode: a number, or between how many. Default: adaptive from 1 to the ' +
          'number of CPUs, at most 4.',
      ),
    aws: aws
      .prefault({})
      .describe(
        'Where AWS is; `embedded` runs SQS and S3 inside the engine. The SDK finds what is not given. Never credentials.',
      ),
    shutdown: z
      .strictObject({
        mode: z
          .enum(['auto', 'flush', 'return'])
          .default('auto')
          .describe(
            'What becomes of what is held after SIGTERM: `flush` writes it; `return` gives back at once what is not being written; ' +
              '`auto` writes what can be within the grace, by what writes took so far, and gives back the rest. Messages that could ' +
              'reach the dead-letter queue of SQS by that are never given back.',
          ),
        grace: duration({ min: '1s', max: '1h' }).prefault('30s').describe('Time for it, at most.'),
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
        tap: z
          .enum(['off', 'loopback', 'token'])
          .default('loopback')
          .describe(
            'Who may look at records with `parquetry tap`, where `listen` is set: nobody; who is on this machine; or whoever has the ' +
              'token in the variable PARQUETRY_TAP_TOKEN, from anywhere. Records are data: never to browsers or through proxies.',
          ),
        samplePayloads: z
          .number()
          .min(0)
          .max(1)
          .default(0)
          .describe(
            'Share of the messages whose bodies are written to the log (level info), cut to 1 KiB; 0 means none, 0.01 one in a ' +
              'hundred. Bodies are data: mind who reads the log.',
          ),
      })
      .prefault({})
      .describe('What a run tells of itself.'),
    samples: samples.prefault({}).describe('How samples are taken into `samples/`. A run does not look at it.'),
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
