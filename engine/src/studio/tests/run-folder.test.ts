import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { pipelineFolder } from '../../pipeline/pipeline-folder.test-support.ts';
import { openStudio } from '../open-studio.test-support.ts';

const yaml = 'name: clicks\nsource: { stdin: }\ntransform: ./transform.ts\nsinks: [ stdout: ]\n';
const transform = `import { defineTransform, drop, t } from 'parquetry';
export default defineTransform({
  output: t.row({ id: t.int64(), country: t.string().optional() }),
  map: (r) => {
    if (r.country === 'loop') for (;;);
    return r.id < 0 ? drop('negative') : { id: BigInt(r.id), country: r.country };
  },
});
`;
const cases = `# what must hold
- name: keeps
  input: { id: 9007199254740991, event_time: 2026-01-01T00:00:00Z, country: NO }
  expect:
    rows: [{ id: 9007199254740991, country: NO }] # exact
- name: drops
  input: { id: -1, event_time: 2026-01-01T00:00:00Z }
  expect: { dropped: [negativ] }
`;

test('cases are listed with their lines, and run with what differs as YAML', async () => {
  await using folder = await pipelineFolder(yaml, { 'transform.ts': transform, 'transform.test.yaml': cases });
  await using studio = await openStudio([folder.path]);
  const file = path.join(folder.path, 'transform.test.yaml');
  expect((await studio.peer.request('tests.list', { folder: folder.path })).cases).toEqual([
    { name: 'keeps', file, line: 2, column: 1 },
    { name: 'drops', file, line: 6, column: 1 },
  ]);
  const { results } = await studio.peer.request('tests.run', { folder: folder.path });
  expect(results).toMatchObject([
    { name: 'keeps', state: 'passed', file, line: 2 },
    {
      name: 'drops',
      state: 'failed',
      message: 'dropped[0]: expected "negativ", got "negative"',
      expected: 'dropped:\n  - negativ\n',
      actual: 'dropped:\n  - negative\n',
    },
  ]);
});

test('transform and cases that are not saved are what is run, by name', async () => {
  await using folder = await pipelineFolder(yaml, { 'transform.ts': transform, 'transform.test.yaml': cases });
  await using studio = await openStudio([folder.path]);
  const overlay = (name: string, text: string) =>
    studio.peer.request('workspace.overlay', { file: path.join(folder.path, name), text });
  await overlay('transform.test.yaml', cases.replace('negativ]', 'below zero]'));
  await overlay('transform.ts', transform.replace("'negative'", "'below zero'"));
  const { results } = await studio.peer.request('tests.run', { folder: folder.path, names: ['drops'] });
  expect(results).toMatchObject([{ name: 'drops', state: 'passed', line: 6 }]);
  expect(await readFile(path.join(folder.path, 'transform.test.yaml'), 'utf8')).toBe(cases);
});

test('a run that loops can be cancelled', async () => {
  const looping = `${cases}- { name: loops, input: { id: 1, event_time: 2026-01-01T00:00:00Z, country: loop }, expect: {} }\n`;
  await using folder = await pipelineFolder(yaml, { 'transform.ts': transform, 'transform.test.yaml': looping });
  await using studio = await openStudio([folder.path]);
  const controller = new AbortController();
  const running = studio.peer.request('tests.run', { folder: folder.path }, { signal: controller.signal });
  setTimeout(() => controller.abort(), 100);
  await expect(running).rejects.toMatchObject({ code: 'E_CANCELLED' });
});

test('in a workspace that is not trusted cases are listed, not run', async () => {
  await using folder = await pipelineFolder(yaml, { 'transform.ts': transform, 'transform.test.yaml': cases });
  await using studio = await openStudio([folder.path], false);
  expect((await studio.peer.request('tests.list', { folder: folder.path })).cases).toHaveLength(2);
  await expect(studio.peer.request('tests.run', { folder: folder.path })).rejects.toMatchObject({ code: 'E_ACCESS' });
});
