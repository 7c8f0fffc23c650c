import { expect, test } from 'vitest';
import { pipelineFolder } from '../../engine/src/pipeline/pipeline-folder.test-support.ts';
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
        JSON.stringify(all.at(-1));
      }
    }
    if (r.id === 2) for (;;);
    return { id: r.id };
  },
});
`;
const line = (name: string, id: number) =>
  `- { name: ${name}, input: { id: ${id}, event_time: 2026-01-01T00:00:00Z }, expect: { rows: [{ id: ${id} }] } }\n`;

test.each([
  ['fills the heap', 1, 'heap of 512 MiB'],
  ['never returns', 2, 'must end within 10000 ms'],
])('a transform that %s costs its case, and what ended before is told', async (_, id, why) => {
  const cases = line('first', 3) + line('bad', id) + line('behind', 4);
  await using folder = await pipelineFolder(yaml, { 'transform.ts': transform, 'transform.test.yaml': cases });
  await using studio = await openStudio([folder.path]);
  const { results } = await studio.peer.request('tests.run', { folder: folder.path });
  expect(results).toMatchObject([
    { name: 'first', state: 'passed' },
    { name: 'bad', state: 'failed', message: expect.stringContaining(why) },
    { name: 'behind', state: 'failed', message: expect.stringContaining('Not run') },
  ]);
});
