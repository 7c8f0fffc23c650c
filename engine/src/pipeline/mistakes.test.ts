import { expect, test } from 'vitest';
import { testComponents as components } from './components.test-support.ts';
import { readPipelineText } from './file.ts';
import { formatOrigin } from './render-problems.ts';

/** Line:column, what the message says, what the hint says. */
type Expected = readonly [place: string, message: string, hint?: string];

const head = 'name: clicks\nsource: { stdin: }\n';
const whole = `${head}sinks: [ stdout: ]\n`;

const table: readonly [title: string, yaml: string, ...expected: Expected[]][] = [
  ['an empty file', '', ['1:1', 'the file must be a map']],
  ['a list', '- a', ['1:1', 'the file must be a map']],
  ['a text', 'hello', ['1:1', 'the file must be a map']],
  [
    'nothing but an empty map',
    '{}',
    ['1:1', 'name is required'],
    ['1:1', 'source is required'],
    ['1:1', 'sinks is required'],
  ],
  ['a flow map that does not end', 'name: {', ['1:8', 'YAML']],
  ['a tab', 'name: a\nsource:\n\tstdin:', ['3:1', 'YAML: Tabs', 'Indent with spaces.']],
  ['a key that is there twice', `${whole}name: b`, ['4:1', 'Map keys must be unique', 'Remove one of the two keys.']],
  [
    'an unquoted variable in a flow map',
    `${head}sinks: [ { s3: { bucket: \${env:B} } } ]`,
    ['3:27', 'YAML', 'put quotes around'],
  ],
  ['two documents', `${whole}---\na: b`, ['4:1', 'YAML']],
  ['an unknown tag', `name: !foo a\nsource: { stdin: }\nsinks: [ stdout: ]`, ['1:7', 'Unresolved tag']],
  ['a misspelt key', `${whole}tranform: a.ts`, ['4:1', 'the file has no key "tranform"', 'Did you mean transform?']],
  [
    'a misspelt nested key',
    `${whole}batch:\n  maxage: 5m`,
    ['5:3', 'batch has no key "maxage"', 'Did you mean maxAge?'],
  ],
  ['an unknown key', `${whole}batch: { zzz: 1 }`, ['4:10', 'batch has no key "zzz"', 'Known keys: targetSize, maxAge']],
  ['a key __proto__', `${whole}__proto__: { a: 1 }`, ['4:1', 'the file has no key "__proto__"']],
  [
    'a bad duration',
    `${whole}batch: { maxAge: 5x }`,
    ['4:18', 'batch.maxAge must be a duration such as 500ms, 20s or 5m, got "5x"'],
  ],
  [
    'a duration beyond its bounds',
    `${whole}batch: { maxAge: 2d }`,
    ['4:18', 'batch.maxAge must be at most 11h, got "2d"'],
  ],
  ['a bad size', `${whole}batch: { targetSize: big }`, ['4:22', 'batch.targetSize must be a size']],
  [
    'a fraction for a whole number',
    `${whole}batch: { maxRows: 1.5 }`,
    ['4:19', 'batch.maxRows must be a whole number, got 1.5'],
  ],
  ['zero rows', `${whole}batch: { maxRows: 0 }`, ['4:19', 'batch.maxRows must be at least 1, got 0']],
  ['text for a switch', `${whole}input: { rest: maybe }`, ['4:16', 'input.rest must be true or false, got "maybe"']],
  [
    'a number for a text',
    'name: 007\nsource: { stdin: }\nsinks: [ stdout: ]',
    ['1:7', 'name must be text, got 7', '"007"'],
  ],
  [
    'a name with a space',
    'name: my pipeline\nsource: { stdin: }\nsinks: [ stdout: ]',
    ['1:7', 'name must be 1 to 63 letters'],
  ],
  ['a list for a map', `${whole}batch: [ 1 ]`, ['4:8', 'batch must be a map, got a list']],
  ['a map for a list', `${head}sinks: { stdout: }`, ['3:8', 'sinks must be a list, got a map']],
  ['no sink', `${head}sinks: []`, ['3:8', 'sinks must have at least 1 item']],
  ['no source', 'name: a\nsource: {}\nsinks: [ stdout: ]', ['2:1', 'source must have one of sqs, stdin, file, module']],
  [
    'two sources',
    'name: a\nsource:\n  stdin:\n  file: { path: a }\nsinks: [ stdout: ]',
    ['4:3', 'exactly one of sqs, stdin, file, module, got stdin and file', 'Keep stdin or file.'],
  ],
  [
    'a misspelt source',
    'name: a\nsource: { sqss: {} }\nsinks: [ stdout: ]',
    ['2:11', 'source has no key "sqss"', 'Did you mean sqs?'],
  ],
  ['a misspelt sink', `${head}sinks:\n  - stdot: {}`, ['4:5', 'sinks[0] has no key "stdot"', 'Did you mean stdout?']],
  [
    'a missing key of a source',
    'name: a\nsource: { sqs: {} }\nsinks: [ stdout: ]',
    ['2:11', 'source.sqs.queue is required', 'It must be text.'],
  ],
  [
    'two encoders',
    `${head}sinks: [ stdout: { ndjson: {}, parquet: {} } ]`,
    ['3:32', 'sinks[0].stdout must have one encoder, got ndjson and parquet'],
  ],
  [
    'an encoder beside the sink',
    `${head}sinks:\n  - file: { path: a }\n    parquet: {}`,
    ['5:5', 'sinks[0].parquet is beside file', 'Indent it below file:.'],
  ],
  [
    'partitions of a stream',
    `${head}sinks: [ stdout: { partitionBy: [ a ] } ]`,
    ['3:20', 'sinks[0].stdout has no key "partitionBy"'],
  ],
  [
    'an unknown codec',
    `${head}sinks: [ file: { path: a, parquet: { compression: zst } } ]`,
    ['3:51', 'one of none, snappy, zstd, got "zst"', 'Did you mean zstd?'],
  ],
  [
    'a value that fits no side of a union',
    `${head}sinks: [ file: { path: a, parquet: { dictionary: 5 } } ]`,
    ['3:50', 'must be true or false or a list, got 5'],
  ],
  [
    'a mistake inside a union',
    `${head}sinks: [ file: { path: a, parquet: { dictionary: [ 5 ] } } ]`,
    ['3:52', 'dictionary[0] must be text, got 5'],
  ],
  [
    'a wrong policy',
    `${whole}errors: { record: ignore }`,
    ['4:19', 'one of dead-letter, drop, passthrough, fail, got "ignore"'],
  ],
  [
    'a share beyond 1',
    `${whole}errors: { storm: { share: 50 } }`,
    ['4:27', 'errors.storm.share must be at most 1, got 50'],
  ],
  [
    'two places for dead letters',
    `${whole}errors: { to: { file: { path: a }, sqs: { queue: a } } }`,
    ['4:36', 'exactly one of s3, sqs, file', 'Keep file or sqs.'],
  ],
  ['a misspelt key of aws', `${whole}aws: { regon: x }`, ['4:8', 'aws has no key "regon"', 'Did you mean region?']],
  ['a word for aws', `${whole}aws: embeded`, ['4:6', 'aws must be embedded or a map, got "embeded"']],
  ['an endpoint that is no URL', `${whole}aws: { endpoint: here }`, ['4:18', 'aws.endpoint must be a URL']],
  ['too many lanes', `${whole}lanes: 1000`, ['4:8', 'lanes must be at most 64, got 1000']],
  [
    'a missing variable',
    `name: "\${env:NAME}"\nsource: { stdin: }\nsinks: [ stdout: ]`,
    ['1:8', 'the environment variable NAME is not set', ':-default'],
  ],
  [
    'a reference to nothing',
    `name: "a\${NAME}"\nsource: { stdin: }\nsinks: [ stdout: ]`,
    ['1:9', `a reference must read \${env:NAME}`],
  ],
  [
    'an open reference',
    `name: "a\${env:NAME"\nsource: { stdin: }\nsinks: [ stdout: ]`,
    ['1:9', `a reference must read \${env:NAME}`],
  ],
  ['an environment that is a list', `${whole}environments: { a: [] }`, ['4:20', 'environments.a must be a map']],
  [
    'a mistake in an environment nobody asked for',
    `${whole}environments:\n  prod: { lane: 3 }`,
    ['5:11', 'the file has no key "lane"', 'lanes'],
  ],
  [
    'an environment with a name of its own',
    `${whole}environments: { prod: { name: b } }`,
    ['4:25', 'name cannot differ'],
  ],
];

test.each(table)('%s is reported where it is', async (_title, yaml, ...expected) => {
  const { problems } = await readPipelineText(yaml, '/p/pipeline.yaml', { components });
  const places = problems.map(({ origin }) => (origin ? formatOrigin(origin, '/p').replace('pipeline.yaml:', '') : ''));
  expect(places.slice(0, expected.length)).toEqual(expected.map(([place]) => place));
  for (const [index, [, message, hint = '']] of expected.entries()) {
    expect(problems[index]?.message).toContain(message);
    expect(problems[index]?.hint ?? '').toContain(hint);
  }
});

test('all mistakes are reported at once', async () => {
  const yaml = 'nam: a\nsource: { sqs: { queue: 5 } }\nbatch: { maxAge: x, maxRows: y }\nsinks: [ s3: {}, foo: {} ]\n';
  const { problems, pipeline } = await readPipelineText(yaml, '/p/pipeline.yaml', { components });
  expect(pipeline).toBeUndefined();
  expect(problems.map(({ message }) => message)).toEqual([
    'name is required',
    'the file has no key "nam"',
    'source.sqs.queue must be text, got 5',
    'batch.maxAge must be a duration such as 500ms, 20s or 5m, got "x"',
    'batch.maxRows must be a number, got "y"',
    'sinks[0].s3.bucket is required',
    'sinks[1] has no key "foo"',
  ]);
});
