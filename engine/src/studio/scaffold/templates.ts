import { stringify } from 'yaml';
import type { Field, Schema, Slot, Type } from '../../core/schema.ts';

/** What a scaffold is made of. */
export interface ScaffoldFacts {
  readonly name: string;
  /** Inferred from the samples. */
  readonly schema: Schema;
  /** NDJSON text. */
  readonly samples: string;
}

/** Contents by path of the example: clicks, with a transform that renames, derives and drops, and a test of it. */
export function exampleFiles({ name, samples }: ScaffoldFacts): Record<string, string> {
  return {
    ...commonFiles(name, samples, 'event_time'),
    'transform.ts': exampleTransform,
    'transform.test.yaml': exampleTest,
  };
}

/** Contents by path for the user's own records: a transform that passes them on as they are, to begin from. */
export function ownFiles({ name, schema, samples }: ScaffoldFacts): Record<string, string> {
  const time = schema.fields.find((field) => field.type.kind === 'timestamp' || field.type.kind === 'date');
  return { ...commonFiles(name, samples, time?.name), 'transform.ts': passOn(schema.fields) };
}

/** The records of the example. One of them is a bot's, one has no country. */
export const exampleSamples = `${[
  { id: 1, ts: '2026-01-31T22:58:03.120Z', url: 'https://shop.example/cart?item=7', country: 'NO', bot: false },
  { id: 2, ts: '2026-01-31T22:59:10.004Z', url: 'https://shop.example/', country: 'SE', bot: true },
  { id: 3, ts: '2026-01-31T23:59:59.999Z', url: 'https://blog.example/a/b', country: null, bot: false },
  { id: 4, ts: '2026-02-01T00:00:00.000Z', url: 'https://shop.example/pay', country: 'NO', bot: false },
  { id: 5, ts: '2026-02-01T00:00:07.450Z', url: 'https://blog.example/', country: 'DK', bot: false },
]
  .map((record) => JSON.stringify(record))
  .join('\n')}\n`;

function commonFiles(name: string, samples: string, timeField: string | undefined): Record<string, string> {
  return {
    'pipeline.yaml': pipelineYaml(name, timeField),
    'samples/sample.ndjson': samples,
    '.gitignore': '# Generated types and the objects of the embedded S3.\n.parquetry/\n',
  };
}

function pipelineYaml(name: string, timeField: string | undefined): string {
  const key = timeField !== undefined && /^[A-Za-z_]\w*$/.test(timeField) ? timeField : undefined;
  const template = key === undefined ? '[]' : `[ "dt={${key}:%Y-%m-%d}" ]`;
  const queue = name.replaceAll('.', '-');
  return `name: ${stringify(name).trim()}

source:
  sqs:
    queue: ${stringify(queue).trim()}

transform: ./transform.ts

# A file is written when it has reached its size or its age, whichever comes first.
batch:
  targetSize: 128MiB
  maxAge: 5m

sinks:
  - s3:
      bucket: lake # yours is called otherwise: bucket names are unique in the world
      prefix: ${stringify(name).trim()}
      partitionBy: ${template}
      parquet: { compression: zstd } # reader: athena, spark, trino or duckdb makes files smaller

# Chosen with --env. Maps are merged into what stands above, lists replace it.
environments:
  # SQS and S3 inside the engine: no account, no Docker. Samples are put on the queue, objects lie below .parquetry/s3.
  local:
    aws: embedded
    batch: { maxAge: 2s }
  localstack:
    aws: { endpoint: "http://localhost:4566" }
  production:
    batch: { maxAge: 10m }
`;
}

const exampleTransform = `import { defineTransform, drop, t } from 'parquetry';

export default defineTransform({
  // The columns of the table. What does not fit them is that record's error, never a wrong value in a file.
  output: t.row({
    id: t.int(),
    event_time: t.timestamp(),
    country: t.string().optional(),
    host: t.string().optional(),
  }),
  map: ({ id, ts, url, country, bot }) =>
    bot ? drop('bot') : { id, event_time: ts, country: country?.toLowerCase(), host: hostOf(url) },
});

function hostOf(url: string): string | undefined {
  return /^https?:\\/\\/([^/:]+)/.exec(url)?.[1];
}
`;

const exampleTest = `# Run with \`parquetry test\`; \`parquetry test --update\` writes what the transform answers now.
- name: keeps the host of a click
  input: { id: 1, ts: "2026-01-31T22:58:03.120Z", url: "https://shop.example/cart?item=7", country: "NO", bot: false }
  expect:
    rows:
      - { id: 1, event_time: "2026-01-31T22:58:03.12Z", country: "no", host: "shop.example" }

- name: drops bots
  input: { id: 2, ts: "2026-01-31T22:59:10Z", url: "https://shop.example/", country: null, bot: true }
  expect:
    rows: []
    dropped: [bot]
`;

function passOn(fields: readonly Field[]): string {
  const members = fields.map((field) => `    ${keyCode(field.name)}: ${slotCode(field)},\n`).join('');
  return `import { defineTransform, t } from 'parquetry';

export default defineTransform({
  // The columns of the table: all that the records have, until you say otherwise.
  output: t.row({
${members}  }),
  map: (record) => record,
});
`;
}

function slotCode({ type, optional }: Slot): string {
  return `${typeCode(type)}${optional ? '.optional()' : ''}`;
}

function typeCode(type: Type): string {
  switch (type.kind) {
    case 'decimal':
      return `t.decimal(${type.precision}, ${type.scale})`;
    case 'timestamp':
      return timestampCode(type);
    case 'list':
      return `t.list(${slotCode(type.element)})`;
    case 'map':
      return `t.map(${typeCode(type.key)}, ${slotCode(type.value)})`;
    case 'struct':
      return `t.struct({ ${type.fields.map((field) => `${keyCode(field.name)}: ${slotCode(field)}`).join(', ')} })`;
    default:
      return `t.${type.kind}()`;
  }
}

function timestampCode({ unit, utc }: Extract<Type, { kind: 'timestamp' }>): string {
  if (!utc) return `t.timestamp('${unit}', { utc: false })`;
  return unit === 'us' ? 't.timestamp()' : `t.timestamp('${unit}')`;
}

function keyCode(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
