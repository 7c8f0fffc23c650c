import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadComponents } from '../../pipeline/components.ts';
import { readPipelineText } from '../../pipeline/file.ts';
import { pipelineFolder } from '../../pipeline/pipeline-folder.test-support.ts';
import { applyChanges } from '../../pipeline/set-in-file.ts';
import { Workbench } from '../workbench.ts';
import { checkFolder } from './check.ts';
import { fixesOf } from './fixes.ts';

const head = 'name: clicks\nsource: { stdin: }\n';
const whole = `${head}sinks: [ stdout: ]\n`;
const transform = `import { defineTransform, t } from 'parquetry';
export default defineTransform({
  output: t.row({ id: t.int(), country: t.string().optional() }),
  map: (r) => ({ id: r.id, country: r.contry }),
});
`;

async function check(yaml: string, files: Record<string, string> = {}, isTrusted = true) {
  await using folder = await pipelineFolder(yaml, files);
  const workbench = new Workbench();
  workbench.open([folder.path], isTrusted);
  return (await checkFolder(workbench, { folder: folder.path })).diagnoses.map(({ place, ...rest }) => {
    return { ...rest, at: place && `${path.basename(place.file)}:${place.line}:${place.column}` };
  });
}

test('a pipeline without mistakes has no diagnoses', async () => {
  expect(await check(whole)).toEqual([]);
});

test('mistakes of the file, of a partition template and of the encoder are where they are written', async () => {
  expect(await check(`${whole}batch: { tragetSize: 1MiB }`)).toMatchObject([
    { severity: 'error', message: 'batch has no key "tragetSize"', at: 'pipeline.yaml:4:10' },
  ]);
  const partitioned = `${head}sinks: [ file: { path: out, partitionBy: ["c={cuntry}"] } ]\n`;
  expect(await check(partitioned)).toMatchObject([
    {
      severity: 'error',
      at: 'pipeline.yaml:3:43',
      fixes: [{ title: 'Replace `cuntry` by `country`', edits: [{ startColumn: 47, endColumn: 53 }] }],
    },
  ]);
  const sorted = `${head}sinks: [ file: { path: out, parquet: { dictionary: [ evnt_time ] } } ]\n`;
  expect(await check(sorted)).toMatchObject([{ fixes: [{ title: 'Replace `evnt_time` by `event_time`' }] }]);
  expect(await check(whole, { 'transform.ts': transform })).toMatchObject([
    { severity: 'warning', fixes: [{ title: 'Add `transform`', edits: [{ newText: '\ntransform: ./transform.ts' }] }] },
  ]);
});

test('what the transform reads and no schema has is said at its place', async () => {
  expect(await check(`${whole}transform: ./transform.ts`, { 'transform.ts': transform })).toMatchObject([
    {
      severity: 'warning',
      message: 'the input schema has no field contry: it is always undefined',
      hint: 'Did you mean country?',
      at: 'transform.ts:4:37',
      fixes: [{ title: 'Replace `contry` by `country`', edits: [{ startLine: 4, startColumn: 39, endColumn: 45 }] }],
    },
  ]);
});

test('a transform that does not compile, a schema and a test file with mistakes are diagnosed', async () => {
  expect(await check(`${whole}transform: ./transform.ts`, { 'transform.ts': 'export default (' })).toMatchObject([
    { severity: 'error', at: 'transform.ts:1:17' },
  ]);
  const schema = '{ "version": 1, "fields": { "id": "itn" } }';
  expect(await check(whole, { 'schema/input.v1.json': schema })).toMatchObject([{ at: 'input.v1.json:1:35' }]);
  expect(await check(whole, { 'transform.test.yaml': '- name: a\n  inptu: {}' })).toMatchObject([
    { at: 'transform.test.yaml:1:3' },
  ]);
});

test('in a workspace that is not trusted no code runs, and all that needs none is checked', async () => {
  const spying = `import { writeFileSync } from 'node:fs';\nwriteFileSync(new URL('ran', import.meta.url), '');\n${transform}`;
  await using folder = await pipelineFolder(`${whole}transform: ./transform.ts`, { 'transform.ts': spying });
  const workbench = new Workbench();
  workbench.open([folder.path], false);
  expect((await checkFolder(workbench, { folder: folder.path })).diagnoses).toEqual([]);
  expect(() => readFileSync(path.join(folder.path, 'ran'))).toThrow('ENOENT');
  workbench.overlay(path.join(folder.path, 'transform.ts'), 'export default (');
  expect((await checkFolder(workbench, { folder: folder.path })).diagnoses).toHaveLength(1);
});

test('texts that are not saved are what is checked', async () => {
  await using folder = await pipelineFolder(`${whole}transform: ./transform.ts`, { 'transform.ts': transform });
  const workbench = new Workbench();
  workbench.open([folder.path], true);
  const diagnoses = async () => (await checkFolder(workbench, { folder: folder.path })).diagnoses.length;
  expect(await diagnoses()).toBe(1);
  workbench.overlay(path.join(folder.path, 'transform.ts'), transform.replace('contry', 'country'));
  expect(await diagnoses()).toBe(0);
  workbench.overlay(path.join(folder.path, 'schema/input.v1.json'), '{ "version": 1, "fields": { "id": "int" } }');
  expect(await diagnoses()).toBe(1);
  workbench.overlay(path.join(folder.path, 'pipeline.yaml'), whole);
  expect(await diagnoses()).toBe(1); // of the transform that nobody names
});

/** A file with a mistake, the title of a fix, and the file once it is applied. */
const mended: readonly (readonly [broken: string, title: string, right: string])[] = [
  [
    `${head}sinks:\n  - s3:\n      prefix: a\n`,
    'Add `bucket`',
    `${head}sinks:\n  - s3:\n      prefix: a\n      bucket: my-bucket\n`,
  ],
  [`${whole}tranform: a.ts # mine`, 'Replace `tranform` by `transform`', `${whole}transform: a.ts # mine`],
  [`${whole}batch: { zzz: 1, maxAge: 1m } # b`, 'Remove `zzz`', `${whole}batch: { maxAge: 1m } # b`],
  [`${whole}batch: { maxAge: 5 min }`, 'Replace `5 min` by `5m`', `${whole}batch: { maxAge: 5m }`],
  [`${whole}batch: { targetSize: 128mb }`, 'Replace `128mb` by `128MB`', `${whole}batch: { targetSize: 128MB }`],
  [`${whole}errors: { record: fial }`, 'Replace `fial` by `fail`', `${whole}errors: { record: fail }`],
  [
    'name: 7\nsource: { stdin: }\nsinks: [ stdout: ]',
    'Put `7` in quotes',
    'name: "7"\nsource: { stdin: }\nsinks: [ stdout: ]',
  ],
  [
    '# a\nname: a\nsinks: [ stdout: ]',
    'Add `source`',
    '# a\nname: a\nsinks: [ stdout: ]\nsource: { sqs: { queue: events } }',
  ],
  [
    `name: a\nsource: { sqs: {} }\nsinks: [ stdout: ]`,
    'Add `queue`',
    `name: a\nsource: { sqs: { queue: events } }\nsinks: [ stdout: ]`,
  ],
  [
    'name: a\nsource:\n  stdin:\n  file: { path: a }\nsinks: [ stdout: ]',
    'Remove `file`',
    'name: a\nsource:\n  stdin:\nsinks: [ stdout: ]',
  ],
  [
    `${head}sinks:\n  - file: { path: a }\n    parquet: {}\n`,
    'Move `parquet` into `file`',
    `${head}sinks:\n  - file: { path: a, parquet: {} }\n`,
  ],
  [
    `name: "a-\${env:NOPE_STAGE}"\nsource: { stdin: }\nsinks: [ stdout: ]`,
    'Give NOPE_STAGE a default',
    `name: "a-\${env:NOPE_STAGE:-nope-stage}"\nsource: { stdin: }\nsinks: [ stdout: ]`,
  ],
  [
    `${head}sinks: [ { s3: { bucket: \${env:HOME} } } ]`,
    'Put quotes around it',
    `${head}sinks: [ { s3: { bucket: "\${env:HOME}" } } ]`,
  ],
];

test.each(mended)('%j is mended: %s', async (broken, title, right) => {
  const file = '/p/pipeline.yaml';
  const components = await loadComponents();
  const { problems } = await readPipelineText(broken, file, { components });
  const fixes = problems.flatMap((problem) => fixesOf(problem, { file, text: broken, components }));
  const fix = fixes.find((one) => one.title === title);
  expect(fixes.map((one) => one.title)).toContain(title);
  expect(applyChanges(broken, fix!.edits)).toBe(right);
});
