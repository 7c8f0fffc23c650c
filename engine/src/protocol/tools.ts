import type { Method } from './method.ts';

/** A tool for language models. The same for an editor's own and for MCP: both only hand on what `tools.call` answers. */
export interface ToolDefinition {
  /** Letters, digits and `_`: what models and both protocols take. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** For models: what it tells, and when to ask. */
  readonly description: string;
  /** JSON Schema of the input: an object. */
  readonly inputSchema: ToolInputSchema;
  /** Nothing outside of the studio changes. Any other tool is called only once a person has agreed. */
  readonly isReadOnly: boolean;
}

export interface ToolInputSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, ToolProperty>>;
  readonly required?: readonly string[];
  readonly additionalProperties: false;
}

export interface ToolProperty {
  /** Absent: any JSON. */
  readonly type?: 'string' | 'integer' | 'number' | 'boolean';
  readonly description: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface ToolAnswer {
  /** Markdown, for the model. */
  readonly text: string;
  /** The same as JSON. Values of records in it are JSON texts, so that no digit is lost. */
  readonly data: Readonly<Record<string, unknown>>;
}

export interface ToolMethods {
  /** Rejects with E_CONFIG for an input that does not follow the schema, and with whatever the tool fails with. */
  'tools.call': Method<
    { readonly name: string; readonly input: unknown },
    ToolAnswer,
    { readonly step: string; readonly share: number }
  >;
}

const pipeline: ToolProperty = {
  type: 'string',
  description: 'Name of the pipeline, or its folder. Needed only where there are several.',
};
const environment: ToolProperty = {
  type: 'string',
  description: 'Environment of the pipeline file, such as local or production. Default: none.',
};

/** All tools, read-only ones first. */
export const toolDefinitions: readonly ToolDefinition[] = [
  {
    name: 'parquetry_pipelines',
    title: 'List pipelines',
    description:
      'Lists the Parquetry pipelines in the open folders: name, folder, environments, transform and sample files. Ask first.',
    inputSchema: { type: 'object', properties: {}, additionalProperties: false },
    isReadOnly: true,
  },
  {
    name: 'parquetry_validate',
    title: 'Validate a pipeline',
    description:
      'Says everything that is wrong with a Parquetry pipeline, each with file, line and what to do: pipeline.yaml, input schema, ' +
      'transform.ts, partition templates, encoders, tests. Nothing is contacted. Ask after each change of these files.',
    inputSchema: { type: 'object', properties: { pipeline, environment }, additionalProperties: false },
    isReadOnly: true,
  },
  {
    name: 'parquetry_preview',
    title: 'Preview a pipeline',
    description:
      'Runs sample records through a Parquetry pipeline exactly as production would, writing nothing: how many were kept, dropped ' +
      'and dead-lettered and why, with the line of transform.ts that threw, and the first rows that come out.',
    inputSchema: {
      type: 'object',
      properties: {
        pipeline,
        environment,
        records: { type: 'integer', minimum: 1, maximum: 100_000, description: 'Records to run. Default: 1000.' },
        rows: { type: 'integer', minimum: 0, maximum: 200, description: 'Output rows to show. Default: 10.' },
      },
      additionalProperties: false,
    },
    isReadOnly: true,
  },
  {
    name: 'parquetry_test',
    title: 'Test a transform',
    description:
      'Runs the cases of transform.test.yaml of a Parquetry pipeline and says what differs from what they expect. Writes nothing.',
    inputSchema: { type: 'object', properties: { pipeline, environment }, additionalProperties: false },
    isReadOnly: true,
  },
  {
    name: 'parquetry_profile',
    title: 'Profile a pipeline',
    description:
      'Measures a Parquetry pipeline over its samples: per column nulls, distinct values, range and bytes as encoded; rows per ' +
      'second, where user code spends its time, and advice that makes files smaller or runs faster. Takes some seconds.',
    inputSchema: { type: 'object', properties: { pipeline, environment }, additionalProperties: false },
    isReadOnly: true,
  },
  {
    name: 'parquetry_plan',
    title: 'Plan a pipeline',
    description:
      'Forecasts what a Parquetry pipeline does at a rate of records: files an hour and their size, delay, memory, lanes, and what ' +
      'a month costs on AWS, beside Firehose; with the settings that will hurt later. Takes some seconds.',
    inputSchema: {
      type: 'object',
      properties: {
        pipeline,
        environment,
        recordsPerS: { type: 'number', minimum: 0, description: 'Records that arrive each second.' },
        recordsPerMessage: { type: 'number', minimum: 1, description: 'Records that a message holds. Default: 1.' },
        partitions: {
          type: 'integer',
          minimum: 1,
          description: 'Partitions open at a time. Default: as the samples have.',
        },
      },
      required: ['recordsPerS'],
      additionalProperties: false,
    },
    isReadOnly: true,
  },
  {
    name: 'parquetry_set',
    title: 'Change a setting of a pipeline',
    description:
      'Sets one value in pipeline.yaml of a Parquetry pipeline and saves it; comments and all else stay as they are. Writes a file: ' +
      'only after a person has agreed.',
    inputSchema: {
      type: 'object',
      properties: {
        pipeline,
        key: { type: 'string', description: 'Dotted path: batch.maxAge, sinks.0.s3.parquet.compression.' },
        value: { description: 'The new value, as JSON; null takes the key away.' },
      },
      required: ['key', 'value'],
      additionalProperties: false,
    },
    isReadOnly: false,
  },
];
