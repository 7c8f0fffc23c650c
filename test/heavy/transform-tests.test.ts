import { expect, test } from 'vitest';
import { loadPipeline } from '../../engine/src/pipeline/file.ts';
import { pipelineFolder } from '../../engine/src/pipeline/pipeline-folder.test-support.ts';
import { testTransform } from '../../engine/src/pipeline/transform-test.ts';
import { openStudio } from '../../engine/src/studio/open-studio.test-support.ts';

const yaml = 'name: clicks\nsource: { stdin: }\ntransform: ./transform.ts\nsinks: [ stdout: ]\n';
// V8 ends a thread where it looks for interrupts, which a loop over built-ins need not do once it is compiled; JSON.stringify does.
const transform = `import { defineTransform, t } from 'parquetry';
export default defineTransform({
  output: t.row({ id: t.int() }),
  map: (r) => {
    if (r.id === 1) {
      const all = [];
      for (;;) {
        all.push(new Array(50_000).fill(all.length));
        JSON.stringify([all.length]);
      }
    }
    if (r.id === 2) for (;;);
    return { id: r.id };
  },
});
`;
const line = (name: string, id: number) =>
  `- { name: ${name}, input: { id: ${id}, event_time: 2026-01-01T00:00:00Z }, expect: { rows: [{ id: ${id} }] } }\n`;

const folderOf = (id: number) => {
  const cases = line('first', 3) + line('bad', id) + line('behind', 4);
  return pipelineFolder(yaml, { 'transform.ts': transform, 'transform.test.yaml': cases });
};

test('a transform that never returns costs its case, and what ended before is told', async () => {
  await using folder = await folderOf(2);
  await using studio = await openStudio([folder.path]);
  const { results } = await studio.peer.request('tests.run', { folder: folder.path });
  expect(results).toMatchObject([
    { name: 'first', state: 'passed' },
    { name: 'bad', state: 'failed', message: expect.stringContaining('must end within 10000 ms') },
    { name: 'behind', state: 'failed', message: expect.stringContaining('Not run') },
  ]);
});

// Not in the studio, where a case has ten seconds: a busy machine takes longer to fill a heap.
test('a transform that fills the heap costs its case, and what ended before is told', async () => {
  await using folder = await folderOf(1);
  const [file] = await testTransform(await loadPipeline(folder.path), { caseTimeMs: 120_000 });
  expect(file!.results.map(({ testCase, problem }) => [testCase.name, problem])).toEqual([
    ['first', undefined],
    ['bad', expect.stringContaining('heap of 512 MiB')],
    ['behind', expect.stringContaining('Not run')],
  ]);
});
