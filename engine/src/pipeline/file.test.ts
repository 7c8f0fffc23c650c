import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { testComponents as components } from './components.test-support.ts';
import { loadPipeline, readPipeline, readPipelineText } from './file.ts';
import { fileJsonSchema, propertyNames } from './json-schema.ts';
import { pipelineFolder } from './pipeline-folder.test-support.ts';
import { renderProblems } from './render-problems.ts';

const yaml = `
name: clicks
source: { sqs: { queue: clicks, waitTime: 1s } }
batch: { targetSize: 64MiB, maxAge: 1m }
sinks:
  - s3: { bucket: lake, prefix: clicks, partitionBy: [ "dt={event_time:%Y-%m-%d}" ], parquet: { compression: snappy } }
  - stdout:
environments:
  local: { aws: embedded, batch: { maxAge: 2s } }
  file: { source: { file: { path: in } }, sinks: [ file: { path: out } ] }
  plain: { batch: { targetSize: null } }
`;

test('a plan has defaults filled in, units resolved and paths absolute', async () => {
  await using folder = await pipelineFolder(yaml);
  const pipeline = await loadPipeline(folder.path, { components });
  expect(pipeline).toMatchObject({
    name: 'clicks',
    file: path.join(folder.path, 'pipeline.yaml'),
    folder: folder.path,
    source: { type: 'sqs', config: { queue: 'clicks', format: 'json', waitTime: 1000, maxMessages: 10 } },
    input: { format: 'json', rest: false, schema: { version: 1 } },
    batch: { targetSizeBytes: 64 << 20, maxAgeMs: 60_000, memoryBytes: 512 << 20, maxOpenPartitions: 500 },
    sinks: [
      {
        sink: { type: 's3', config: { bucket: 'lake', prefix: 'clicks' } },
        partitionBy: ['dt={event_time:%Y-%m-%d}'],
        encoder: { type: 'parquet', config: { compression: 'snappy', dictionary: true } },
      },
      { sink: { type: 'stdout', config: {} }, partitionBy: [], encoder: { type: 'ndjson' } },
    ],
    errors: { record: 'dead-letter', to: { type: 's3', bucket: 'lake', prefix: '_errors' } },
    shutdown: { mode: 'auto', graceMs: 30_000 },
    delivery: 'exactly-once',
    telemetry: { samplePayloads: 0 },
    warnings: [],
  });
  const [s3] = pipeline.sinks;
  expect(s3.sink).not.toHaveProperty('config.partitionBy');
  expect(s3.sink).not.toHaveProperty('config.parquet');
  expect(structuredClone(pipeline)).toEqual(pipeline);
});

test('an environment merges maps, replaces lists and the source, and takes keys back by null', async () => {
  await using folder = await pipelineFolder(yaml);
  const load = (env: string) => loadPipeline(folder.path, { components, env });
  expect(await load('local')).toMatchObject({
    environment: 'local',
    aws: 'embedded',
    batch: { maxAgeMs: 2_000, targetSizeBytes: 64 << 20 },
  });
  const file = await load('file');
  expect(file.source).toMatchObject({ type: 'file' });
  expect(file.sinks).toHaveLength(1);
  expect(file.errors.to).toEqual({ type: 'file', path: path.join(folder.path, 'errors') });
  expect((await load('plain')).batch.targetSizeBytes).toBe(128 << 20);
});

test('PARQUETRY_ENV chooses where no environment is given, and an unknown one names the known', async () => {
  await using folder = await pipelineFolder(yaml);
  const variables = { PARQUETRY_ENV: 'local' };
  expect((await loadPipeline(folder.path, { components, variables })).aws).toBe('embedded');
  expect((await loadPipeline(folder.path, { components, variables, env: 'file' })).aws).toEqual({});
  await expect(loadPipeline(folder.path, { components, env: 'locl' })).rejects.toMatchObject({
    code: 'E_CONFIG',
    hint: 'Did you mean local? The file has local, file, plain.',
  });
});

test('settings override the environment, --set overrides variables, list items go by position', async () => {
  await using folder = await pipelineFolder(yaml);
  const pipeline = await loadPipeline(folder.path, {
    components,
    env: 'local',
    set: ['batch.maxAge=3s', 'sinks.0.s3.bucket=other', 'sinks[0].s3.parquet={}', 'lanes=3'],
    variables: { PARQUETRY_SET_BATCH__MAX_AGE: '9s', PARQUETRY_SET_BATCH__MAXROWS: '7', PARQUETRY_SET_NAME: 'renamed' },
  });
  expect(pipeline).toMatchObject({
    name: 'renamed',
    lanes: { min: 3, max: 3 },
    batch: { maxAgeMs: 3_000, maxRows: 7 },
  });
  expect(pipeline.sinks[0]).toMatchObject({
    sink: { config: { bucket: 'other', prefix: 'clicks' } },
    encoder: { config: { compression: 'zstd' } },
  });
});

test('a setting replaces the source, and one without a value takes the key back', async () => {
  await using folder = await pipelineFolder(yaml);
  const pipeline = await loadPipeline(folder.path, { components, set: ['source.stdin=', 'batch.maxAge='] });
  expect(pipeline.source).toEqual({ type: 'stdin', config: {} });
  expect(pipeline.batch.maxAgeMs).toBe(300_000);
});

test.each([
  ['batch.maxAge=never', '--set batch.maxAge=never error batch.maxAge must be a duration'],
  ['batch.maxage=1s', '--set batch.maxage=1s error batch has no key "maxage"'],
  ['sinks.9.s3.bucket=lake', '--set sinks.9.s3.bucket=lake error sinks.9.s3.bucket does not exist'],
  ['nonsense', '--set nonsense error --set must read path=value'],
  ['=1', '--set =1 error --set must read path=value'],
  ['a..b=1', '--set a..b=1 error --set must read path=value'],
  ['name={', '--set name={ error YAML'],
])('the setting %s is blamed by its text', async (setting, expected) => {
  await using folder = await pipelineFolder(yaml);
  const { problems } = await readPipeline(folder.path, { components, set: [setting] });
  expect(renderProblems(problems, folder.path)).toContain(expected);
});

test('a variable is text where text is wanted, and a number where a number is', async () => {
  const text = `
name: "\${env:NAME}"
source: { sqs: { queue: "\${env:QUEUE}", maxMessages: "\${env:COUNT:-5}" } }
input: { rest: "\${env:REST}" }
lanes: \${env:COUNT:-5}
sinks: [ file: { path: "a$\${b" } ]
`;
  await using folder = await pipelineFolder(text);
  const variables = { NAME: 'a', QUEUE: '0123', REST: 'true' };
  const pipeline = await loadPipeline(folder.path, { components, variables });
  expect(pipeline).toMatchObject({
    lanes: { min: 5, max: 5 },
    input: { rest: true },
    source: { config: { queue: '0123', maxMessages: 5 } },
    sinks: [{ sink: { config: { path: 'a${b' } } }],
  });
});

test('the value of a variable never shows in a message', async () => {
  const text = `${yaml}lanes: "\${env:SECRET}"\n`;
  await using folder = await pipelineFolder(text);
  const { problems } = await readPipeline(folder.path, { components, variables: { SECRET: 'hunter2' } });
  const shown = renderProblems(problems, folder.path);
  expect(shown).toContain(`lanes must be a number or a map, got \${env:SECRET}`);
  expect(shown).not.toContain('hunter2');
});

test('a missing variable matters only where it is used', async () => {
  const text = `${yaml}  prod: { sinks: [ s3: { bucket: "\${env:BUCKET}" } ] }\n`;
  await using folder = await pipelineFolder(text);
  expect((await readPipeline(folder.path, { components })).problems).toEqual([]);
  const { problems } = await readPipeline(folder.path, { components, env: 'prod' });
  expect(problems.map(({ message }) => message)).toEqual(['the environment variable BUCKET is not set']);
});

test('a missing schema says how to make one, a missing transform where it is named', async () => {
  const text = 'name: a\nsource: { stdin: }\ntransform: ./no.ts\ninput: { schema: ./nowhere }\nsinks: [ stdout: ]\n';
  await using folder = await pipelineFolder(text);
  const { problems } = await readPipeline(folder.path, { components });
  expect(problems).toMatchObject([
    { origin: { line: 3, column: 12 }, message: expect.stringContaining('no.ts') },
    { origin: { line: 4, column: 18 }, hint: expect.stringContaining('parquetry infer') },
  ]);
});

test.each([
  ['batch: { maxAge: 8h }', 'batch.maxAge of 8h comes near the 12 h'],
  ['errors: { to: { s3: { bucket: lake, prefix: table/bad } } }', 'inside the table at s3://lake/table'],
  ['batch: { targetSize: 1GiB }', 'batch.targetSize is larger than batch.memory'],
])('%s is allowed, with a warning', async (line, message) => {
  const text = `name: a\nsource: { sqs: { queue: q } }\nsinks: [ s3: { bucket: lake, prefix: table } ]\n${line}\n`;
  await using folder = await pipelineFolder(text);
  const { warnings } = await loadPipeline(folder.path, { components });
  expect(warnings).toMatchObject([
    { severity: 'warning', message: expect.stringContaining(message), origin: { line: 4 } },
  ]);
});

test('an unused transform.ts and two sinks at one place are warned about', async () => {
  const text =
    'name: a\nsource: { stdin: }\nsinks: [ s3: { bucket: lake, prefix: t }, s3: { bucket: lake, prefix: t/ } ]\n';
  await using folder = await pipelineFolder(text, { 'transform.ts': '' });
  const { warnings } = await loadPipeline(folder.path, { components });
  expect(warnings.map(({ message }) => message)).toEqual([
    'the folder has a transform.ts that the pipeline does not use',
    'sinks[1] writes where sinks[0] does: s3://lake/t',
  ]);
});

test.each([
  ['', '', 'error'],
  ['delivery: at-least-once', '', 'warning'],
  ['', ', intents: elsewhere', 'warning'],
  ['', ', conditionalWrites: never', 'warning'],
])(
  'two sinks at one place, of which either would take the intents of the other (%s%s): %s',
  async (line, more, severity) => {
    const second = `s3: { bucket: lake, prefix: t/${more}, ndjson: {} }`;
    const text = `name: a\nsource: { sqs: { queue: q } }\nsinks: [ s3: { bucket: lake, prefix: t }, ${second} ]\n${line}\n`;
    await using folder = await pipelineFolder(text);
    const { problems } = await readPipeline(folder.path);
    const message = 'sinks[1] writes where sinks[0] does: s3://lake/t';
    expect(problems).toMatchObject([{ severity, message, origin: { line: 3 } }]);
  },
);

test('own modules are taken by absolute path, with options as they are and keys of the pipeline beside them', async () => {
  const text = `
name: a
source: { module: ./source.ts, options: { depth: null } }
sinks:
  - { module: ./sink.ts, partitionBy: [ "{country}" ], ndjson: { compression: gzip } }
  - file: { path: out, encoder: { module: lib/encoder.ts, options: [ 1 ] } }
`;
  const files = { 'source.ts': '', 'sink.ts': '', 'lib/encoder.ts': '' };
  await using folder = await pipelineFolder(text, files);
  const at = (name: string) => path.join(folder.path, name);
  const { source, sinks } = await loadPipeline(folder.path, { components });
  expect(source).toEqual({ module: at('source.ts'), options: { depth: null } });
  expect(sinks).toMatchObject([
    {
      sink: { module: at('sink.ts') },
      partitionBy: ['{country}'],
      encoder: { type: 'ndjson', config: { compression: 'gzip' } },
    },
    { sink: { type: 'file' }, encoder: { module: at('lib/encoder.ts'), options: [1] } },
  ]);
});

test('no text whatever makes the reader throw', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => {
      await readPipelineText(text, '/p/pipeline.yaml', { components });
    }),
    { numRuns: 300 },
  );
});

test('no tree of known and unknown keys makes the reader throw', async () => {
  const names = [...propertyNames(fileJsonSchema(components)), 'environments', '__proto__', 'constructor', 'x'];
  const key = fc.constantFrom(...names);
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom(`\${env:X}`, '5m')),
      tie('list'),
      tie('map'),
    ),
    list: fc.array(tie('tree'), { maxLength: 3 }),
    map: fc.dictionary(key, tie('tree'), { maxKeys: 5 }),
  }));
  await fc.assert(
    fc.asyncProperty(fc.dictionary(key, tree), async (value) => {
      const { problems } = await readPipelineText(stringify(value), '/p/pipeline.yaml', { components });
      renderProblems(problems, '/p');
      for (const { origin } of problems) if (origin) expect(origin.column).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['an alias that contains itself', 'name: &a [ *a ]'],
  [
    'aliases of aliases',
    `a0: &a0 [x, x, x]\n${Array.from({ length: 20 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`).join('\n')}`,
  ],
  ['depth', '['.repeat(20_000)],
  ['length', ' '.repeat((1 << 20) + 1)],
])('%s is a problem, not a crash', async (_title, text) => {
  const { problems } = await readPipelineText(text, '/p/pipeline.yaml', { components });
  expect(problems.length).toBeGreaterThan(0);
});
