import { expect, test } from 'vitest';
import { pipelineFolder } from '../pipeline/pipeline-folder.test-support.ts';
import { captureContext } from './captured-context.ts';
import { main } from './main.ts';

const yaml = `name: clicks
source: { sqs: { queue: clicks } }
transform: ./transform.ts
sinks:
  - s3: { bucket: lake, prefix: clicks, partitionBy: [ "dt={at:%Y-%m-%d}" ], parquet: { reader: athena } }
`;
const transform = `import { defineTransform, t } from 'parquetry';
export default defineTransform({
  output: t.row({ id: t.int(), at: t.timestamp() }),
  map: (record) => ({ id: record.id, at: record.event_time }),
});
`;

async function validate(folder: string, ...args: string[]) {
  const context = captureContext({ cwd: folder });
  const code = await main(['validate', ...args], context);
  return { code, out: context.out(), err: context.err() };
}

test('a valid pipeline is summed up', async () => {
  await using folder = await pipelineFolder(yaml, { 'transform.ts': transform });
  const { code, out, err } = await validate(folder.path);
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(out).toBe(
    `valid clicks
  source      sqs clicks
  input       json, schema version 1, 3 fields
  transform   transform.ts
  sink        s3://lake/clicks parquet dt={at:%Y-%m-%d}
  bad records s3://lake/_errors/clicks
`,
  );
});

test('mistakes come with place, source line, caret and a count', async () => {
  await using folder = await pipelineFolder(yaml.replace('reader: athena', 'reader: atena'), {
    'transform.ts': transform,
  });
  const { code, out, err } = await validate(folder.path);
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).toContain('pipeline.yaml:5:97 error sinks[0].s3.parquet.reader must be one of generic, athena');
  expect(err).toMatch(/\^~+\n {2}hint: Did you mean athena\?/);
  expect(err).toMatch(/\n1 error\n$/);
});

test('a transform that does not compile is shown at its line', async () => {
  await using folder = await pipelineFolder(yaml, { 'transform.ts': transform.replace('record.id,', 'record.id +,') });
  const { code, err } = await validate(folder.path);
  expect(code).toBe(2);
  expect(err).toMatch(/transform\.ts:4:\d+ error Unexpected ","\n/);
  expect(err).toContain('record.id +,');
});

test('an unknown field in a template and a type the reader lacks are shown where they are written', async () => {
  const wrong = transform.replace('id: t.int()', 'id: t.uint64()');
  await using folder = await pipelineFolder(yaml, { 'transform.ts': wrong });
  const encoder = await validate(folder.path);
  expect(encoder.code).toBe(2);
  expect(encoder.err).toMatch(/pipeline\.yaml:5:\d+ error .*uint64/);
  const template = await validate(folder.path, '--set', 'sinks.0.s3.partitionBy=["{nowhere}"]');
  expect(template.code).toBe(2);
  expect(template.err).toMatch(/^--set .* error .*nowhere/m);
});

test('--strict makes warnings count', async () => {
  await using folder = await pipelineFolder(yaml, { 'transform.ts': transform });
  const args = ['--set', 'batch.targetSize=1GiB'];
  expect((await validate(folder.path, ...args)).code).toBe(0);
  const strict = await validate(folder.path, '--strict', ...args);
  expect(strict.code).toBe(2);
  expect(strict.err).toContain('1 warning');
});

test('--json is one document with the problems and the plan', async () => {
  await using folder = await pipelineFolder(yaml, { 'transform.ts': transform });
  const good = JSON.parse((await validate(folder.path, '--json')).out);
  expect(good).toMatchObject({ valid: true, problems: [], pipeline: { name: 'clicks', batch: { maxAgeMs: 300_000 } } });
  const bad = await validate(folder.path, '--json', '--set', 'batch.maxAge=x');
  expect(bad.code).toBe(2);
  expect(JSON.parse(bad.out)).toMatchObject({ valid: false, problems: [{ severity: 'error', origin: { line: 0 } }] });
});

test('a folder without a pipeline says how to make one', async () => {
  const { code, err } = await validate(import.meta.dirname);
  expect(code).toBe(1);
  expect(err).toContain('has no pipeline.yaml');
  expect(err).toContain('hint: Name the folder of a pipeline, or make one with `parquetry init`.');
});

test('the file size that one record a message allows is told, and warned of once the traffic is known', async () => {
  const sample = `${JSON.stringify({ id: 1, text: 'x'.repeat(220) })}\n`.repeat(3);
  const files = { 'transform.ts': transform, 'samples/a.ndjson': sample };
  await using folder = await pipelineFolder(yaml, files);
  expect((await validate(folder.path)).out).toContain(
    '  file size   at most about 5.7 MiB with one record a message; from 23 records on 128 MiB\n',
  );
  const slow = await validate(folder.path, '--rate', '2', '--strict');
  expect(slow.code).toBe(2);
  expect(slow.err).toContain('batch.targetSize of 128 MiB cannot be reached: at 2 messages/s');
  const packed = await validate(folder.path, '--records-per-message', '200', '--strict');
  expect(packed.code).toBe(0);
  expect(packed.out).toContain('file size   128 MiB, as batch.targetSize says');
});
