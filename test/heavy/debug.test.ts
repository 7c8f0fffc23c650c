import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { pipelineFolder } from '../../engine/src/pipeline/pipeline-folder.test-support.ts';
import { entry, files, yaml } from '../../engine/src/studio/debug/debugged-folder.test-support.ts';
import { startDebugged } from '../../engine/src/studio/debug/debugger.test-support.ts';

test.each([
  ['transform.ts', 9, 'id', '2'],
  ['helper.ts', 4, 'twice', '4n'],
])('a breakpoint in %s at line %i holds, and shows local values', async (name, line, local, value) => {
  await using folder = await pipelineFolder(yaml, files);
  const program = [entry, folder.path, '--sample', 'samples/a.ndjson', '--record', '2'];
  await using debuggee = await startDebugged(program);
  const source = pathToFileURL(path.join(folder.path, name)).href;
  const stop = await debuggee.breakAt(source, line);
  expect(stop.place).toEqual({ source, line });
  expect(await stop.valueOf(local)).toBe(value);
  expect(JSON.parse(await debuggee.resume())).toMatchObject({ record: 2, outcome: 'kept', rows: [{ id: 4 }] });
});
