import { expect, test } from 'vitest';
import { pipelineFolder } from '../pipeline/pipeline-folder.test-support.ts';
import { openStudio } from './open-studio.test-support.ts';

const yaml = `name: clicks
source: { sqs: { queue: clicks } }
transform: ./transform.ts
sinks: [ { s3: { bucket: lake, prefix: clicks } } ]
aws: embedded
`;
const files = { 'transform.ts': '// saved' };

test('what cannot be run says so before a process is there', async () => {
  await using folder = await pipelineFolder(yaml, files);
  await using untrusted = await openStudio([folder.path], false);
  const asked = { folder: folder.path };
  await expect(untrusted.peer.request('run.start', asked)).rejects.toMatchObject({ code: 'E_ACCESS' });
  await using studio = await openStudio([folder.path]);
  await studio.peer.request('workspace.overlay', { file: `${folder.path}/transform.ts`, text: '// new' });
  await expect(studio.peer.request('run.start', asked)).rejects.toMatchObject({
    code: 'E_CONFIG',
    message: 'transform.ts has changes that are not saved',
  });
  await expect(studio.peer.request('run.watch', { run: 'x' })).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
});
