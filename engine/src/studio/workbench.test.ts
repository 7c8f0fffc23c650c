import { mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pipelineFolder, type TestFolder } from '../pipeline/pipeline-folder.test-support.ts';
import { openStudio } from './open-studio.test-support.ts';

const transform = (body: string) => `import { defineTransform, t } from 'parquetry';
import { keep } from './keep.ts';
export default defineTransform({ output: t.row({ id: t.int64() }), map: (r) => (keep(r) ? ${body} : null) });
`;
const keep = 'export const keep = (r: { id: number }) => r.id > 0;\n';

let folder: TestFolder;
let links: string;
/** The folder, as somebody opened it through a link. */
let linked: string;
const at = (...names: string[]) => path.join(linked, ...names);

beforeAll(async () => {
  folder = await pipelineFolder(
    'name: clicks\nsource: { sqs: { queue: q } }\ntransform: ./transform.ts\nsinks: [ stdout: ]\n',
    {
      'transform.ts': transform('{ id: 1n }'),
      'keep.ts': keep,
      'samples/a.ndjson': '{"id": 1, "event_time": "2026-02-03T04:05:06"}\n',
    },
  );
  links = await mkdtemp(path.join(os.tmpdir(), 'parquetry-links-'));
  linked = path.join(links, 'clicks');
  await symlink(folder.path, linked);
});
afterAll(async () => {
  await rm(links, { recursive: true });
  await folder[Symbol.asyncDispose]();
});

test('a folder that was opened through a link is named as it was opened, everywhere', async () => {
  await using studio = await openStudio([linked]);
  const { peer } = studio;
  const { pipelines } = await peer.request('workspace.pipelines', {});
  expect(pipelines).toMatchObject([
    {
      folder: linked,
      file: at('pipeline.yaml'),
      transform: at('transform.ts'),
      samples: [at('samples', 'a.ndjson')],
    },
  ]);
  await peer.request('workspace.overlay', { file: at('pipeline.yaml'), text: 'name: clicks\nsurce: {}\n' });
  const { diagnoses } = await peer.request('language.check', { folder: linked });
  expect(diagnoses[0]).toMatchObject({ place: { file: at('pipeline.yaml') } });
  await peer.request('workspace.overlay', { file: at('pipeline.yaml'), text: null });
});

test.each(['transform.ts', 'keep.ts'])(
  'the unsaved text of %s below a link is what runs, and where it throws is said',
  async (name) => {
    await using studio = await openStudio([linked]);
    const { peer } = studio;
    const thrown = name === 'keep.ts' ? `${keep.replace('r.id > 0', "fail('typed')")}` : transform("fail('typed')");
    const text = `${thrown}const fail = (why: string) => { throw new Error(why) };\n`;
    await peer.request('workspace.overlay', { file: at(name), text });
    const { deadLetters } = await peer.request('preview.run', { folder: linked });
    expect(deadLetters).toMatchObject([{ message: 'Error: typed', place: { file: at(name) } }]);
    await peer.request('workspace.overlay', { file: at(name), text: 'export default {{' });
    await expect(peer.request('preview.run', { folder: linked })).rejects.toMatchObject({ file: at(name), line: 1 });
  },
);

test('what a link in an open folder leads out to is refused, and the hint names folders as they were opened', async () => {
  await using studio = await openStudio([linked]);
  await symlink('/etc', path.join(folder.path, 'out'));
  const read = studio.peer.request('workspace.read', { file: at('out', 'passwd') });
  await expect(read).rejects.toMatchObject({ code: 'E_ACCESS', hint: expect.stringContaining(linked) });
  const real = studio.peer.request('workspace.read', { file: path.join(folder.path, 'keep.ts') });
  expect(await real).toEqual({ text: keep });
});
