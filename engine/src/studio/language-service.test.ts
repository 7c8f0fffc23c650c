import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { pipelineFolder } from '../pipeline/pipeline-folder.test-support.ts';
import { applyChanges } from '../pipeline/set-in-file.ts';
import { openStudio } from './open-studio.test-support.ts';

const yaml = `name: clicks
source: { stdin: }
transform: ./transform.ts
batch: { maxAge: 5m } # short
sinks:
  - file: { path: out, partitionBy: ["dt={happened:%Y-%m-%d}"] }
`;
const transform = `import { defineTransform, t } from 'parquetry';
export default defineTransform({
  output: t.row({ happened: t.timestamp(), kind: t.string(), size: t.double() }),
  map: (r) => ({ happened: r.event_time, kind: 'a', size: 1 }),
});
`;

async function open(files: Record<string, string> = { 'transform.ts': transform }) {
  const folder = await pipelineFolder(yaml, files);
  const studio = await openStudio([folder.path]);
  const file = path.join(folder.path, 'pipeline.yaml');
  return {
    folder: folder.path,
    file,
    ask: studio.peer.request,
    /** Labels at the `|` of the file's text, which is not saved. */
    async labels(marked: string): Promise<string[]> {
      const before = marked.slice(0, marked.indexOf('|')).split('\n');
      await studio.peer.request('workspace.overlay', { file, text: marked.replace('|', '') });
      const position = { file, line: before.length, column: before.at(-1)!.length + 1 };
      return (await studio.peer.request('language.complete', position)).items.map(({ label }) => label);
    },
    async [Symbol.asyncDispose]() {
      await studio[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

test('partition templates are completed by what the transform declares', async () => {
  await using studio = await open();
  const template = (inner: string) => yaml.replace('"dt={happened:%Y-%m-%d}"', inner);
  expect(await studio.labels(template('"dt={|}"'))).toEqual(['happened', 'kind', 'size']);
  expect(await studio.labels(template('"dt={happened:|"'))).toContain('%Y-%m-%d');
  expect(await studio.labels(template('"kind={kind:|}"'))).toEqual([]);
  expect(await studio.labels(template('|'))).toEqual(['dt={happened:%Y-%m-%d}', 'kind={kind}']);
});

test('hover says what a key means, of which type it is, and what it is without', async () => {
  await using studio = await open();
  const hover = await studio.ask('language.hover', { file: studio.file, line: 4, column: 12 });
  expect(hover).toEqual({
    markdown: expect.stringMatching(/^`batch.maxAge`: duration, default `5m`\n\nLongest time/),
    place: { file: studio.file, line: 4, column: 10, length: 6 },
    reference: 'pipeline',
  });
  expect(await studio.ask('language.hover', { file: studio.file, line: 4, column: 27 })).toBeUndefined();
});

test('hover over a field in the transform says how it comes about', async () => {
  await using studio = await open();
  const file = path.join(studio.folder, 'transform.ts');
  const hover = async (name: string) => {
    const column = transform.split('\n')[3]!.indexOf(name) + 1;
    return studio.ask('language.hover', { file, line: 4, column });
  };
  expect(await hover('happened')).toBeUndefined(); // nothing is known before the first check
  await studio.ask('language.check', { folder: studio.folder });
  expect(await hover('happened')).toEqual({
    markdown: expect.stringContaining('Handed on: the column `event_time` as it is.'),
    place: { file, line: 4, column: 18, length: 8 },
  });
  expect((await hover('kind'))?.markdown).toContain('Computed by your code');
  expect(await hover('event_time')).toBeUndefined();
});

test('a value is set by the fewest edits', async () => {
  await using studio = await open();
  const set = { file: studio.file, path: ['batch', 'maxAge'], value: '10m' };
  const { edits } = await studio.ask('language.set', set);
  expect(applyChanges(yaml, edits)).toBe(yaml.replace('5m', '10m'));
});

test('types are given, and written when asked', async () => {
  await using studio = await open();
  const { folder } = studio;
  const { files, written } = await studio.ask('language.types', { folder });
  expect(written).toEqual([]);
  expect(files.map((file) => path.relative(folder, file.path))).toEqual([
    path.join('.parquetry', 'types', 'parquetry.d.ts'),
    path.join('.parquetry', 'types', 'input.d.ts'),
  ]);
  expect(files[1]!.text).toContain('event_time: Timestamp;');
  expect((await studio.ask('language.types', { folder, write: true })).written).toContain('tsconfig.json');
  expect(await readFile(files[0]!.path, 'utf8')).toBe(files[0]!.text);
});

test('without an input schema there is nothing to type', async () => {
  await using studio = await open({ 'transform.ts': transform, 'schema/input.v1.json': '{}' });
  await expect(studio.ask('language.types', { folder: studio.folder })).rejects.toMatchObject({ code: 'E_SCHEMA' });
});

test('files outside of the open folders are refused', async () => {
  await using studio = await open();
  const outside = { file: '/etc/pipeline.yaml', line: 1, column: 1 };
  await expect(studio.ask('language.hover', outside)).rejects.toMatchObject({ code: 'E_ACCESS' });
  await expect(studio.ask('language.check', { folder: '/etc' })).rejects.toMatchObject({ code: 'E_ACCESS' });
});

test('the transform is loaded once for each change of its code, not while other files are typed in', async () => {
  await using studio = await open();
  let threads = 0;
  const count = () => void threads++;
  process.on('worker', count);
  const type = async (name: string, text: string) => {
    await studio.ask('workspace.overlay', { file: path.join(studio.folder, name), text });
    return (await studio.ask('language.check', { folder: studio.folder })).diagnoses;
  };
  try {
    expect(await type('pipeline.yaml', yaml)).toEqual([]);
    const misspelt = await type('pipeline.yaml', yaml.replace('happened', 'hapened'));
    expect(misspelt).toMatchObject([{ message: expect.stringContaining('hapened') }]);
    expect(threads).toBe(1);
    const renamed = await type('transform.ts', transform.replaceAll('happened', 'at'));
    expect(renamed).toMatchObject([{ message: expect.stringContaining('hapened') }]);
    expect(await type('pipeline.yaml', yaml.replace('{happened', '{at'))).toEqual([]);
    expect(threads).toBe(2);
  } finally {
    process.off('worker', count);
  }
});
