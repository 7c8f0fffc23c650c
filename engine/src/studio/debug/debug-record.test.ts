import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { pipelineFolder } from '../../pipeline/pipeline-folder.test-support.ts';
import { entry, files, yaml } from './debugged-folder.test-support.ts';

async function run(...args: string[]) {
  const { stdout } = await promisify(execFile)(process.execPath, [entry, ...args]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('prints what becomes of each record, of one, or of a case', async () => {
  await using folder = await pipelineFolder(yaml, files);
  const [all, request] = await Promise.all([
    run(folder.path),
    run(JSON.stringify({ folder: folder.path, case: 'two' })),
  ]);
  expect(all).toMatchObject([
    { sample: path.join('samples', 'a.ndjson'), record: 0, outcome: 'dropped', reason: 'one' },
    { record: 1, outcome: 'dead-lettered', reason: 'malformed' },
    { record: 2, outcome: 'kept', rows: [{ id: 4, country: 'NO' }] },
    { record: 3, outcome: 'dead-lettered', reason: 'thrown', stack: expect.stringContaining('transform.ts:8:25') },
  ]);
  expect(request).toMatchObject([{ case: 'two', rows: [{ id: 4 }], dropped: [], failed: [] }]);
});
