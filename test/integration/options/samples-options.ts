import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openStudio } from '../../../engine/src/studio/open-studio.test-support.ts';
import { type OptionCases, option } from './option-case.ts';
import { rowsOf, run, withFolder } from './scratch.ts';

const record = '{"id": 1, "text": "Ann 7"}';

/** What is in a sample of the record, and in a row that a run makes of it: a run must not look at these keys. */
async function seenWith(samples: object) {
  const taken = await withFolder({ config: { samples } }, async (folder) => {
    const file = path.join(folder, 'in.ndjson');
    await writeFile(file, record);
    await using studio = await openStudio([folder], false);
    const asked = { folder, from: { type: 'file', file }, limit: 1, name: 'taken' } as const;
    return readFile((await studio.peer.request('samples.take', asked)).file, 'utf8');
  });
  const [row] = rowsOf(await run({ config: { samples }, files: { 'in.ndjson': record } }));
  return [taken.trim(), JSON.stringify(row)];
}

const row = '{"id":1,"text":"Ann 7"}';

/** Keys of how samples are taken. */
export const samplesOptions: OptionCases = {
  'samples.redact': option<string[]>(
    (redact) => seenWith(redact ? { redact } : {}),
    [
      [undefined, [record, row]],
      [['text'], ['{"id": 1, "text": "Xxx 0"}', row]],
      [['*'], ['{"id": 0, "text": "Xxx 0"}', row]],
    ],
  ),
  'samples.how': option<string>(
    async (how) => {
      const [taken, made] = await seenWith({ redact: ['text'], ...(how && { how }) });
      return [taken!.replace(/"[0-9a-f]{16}"/, '"<hash>"'), made];
    },
    [
      [undefined, ['{"id": 1, "text": "Xxx 0"}', row]],
      ['mask', ['{"id": 1, "text": "Xxx 0"}', row]],
      ['hash', ['{"id": 1, "text": "<hash>"}', row]],
      ['remove', ['{"id": 1}', row]],
    ],
  ),
};
