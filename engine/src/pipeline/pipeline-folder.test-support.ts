import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** A folder of files that is gone after the test. */
export interface TestFolder extends AsyncDisposable {
  readonly path: string;
}

const schema = { version: 1, fields: { id: 'int', event_time: 'timestamp', country: 'string?' } };

/** A pipeline folder: `pipeline.yaml` with the text, an input schema, and more files by path. */
export async function pipelineFolder(yaml: string, files: Record<string, string> = {}): Promise<TestFolder> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-pipeline-'));
  const all = { 'pipeline.yaml': yaml, 'schema/input.v1.json': JSON.stringify(schema), ...files };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
