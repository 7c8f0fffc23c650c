import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadPipeline } from '../../pipeline/file.ts';
import { MeasuresCache } from './measures-cache.ts';

const example = fileURLToPath(new URL('../../../../examples/movies', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'measures-cache-'));
  await cp(example, folder, { recursive: true });
});

afterAll(() => rm(folder, { recursive: true }));

test('a pipeline is measured once for what goes in, unless it is asked for again', async () => {
  const measures = new MeasuresCache({ depth: 'sizes', effortMs: 30 });
  const pipeline = await loadPipeline(folder);
  const file = path.join(folder, 'transform.ts');
  const measure = async (texts: ReadonlyMap<string, string>, isAgain = false) => {
    let steps = 0;
    const result = await measures.measure(pipeline, { texts }, { isAgain, show: () => steps++ });
    return { result, isMeasured: steps > 0 };
  };
  const asWritten = new Map<string, string>();
  const first = await measure(asWritten);
  expect(first.isMeasured).toBe(true);
  expect(await measure(asWritten)).toEqual({ result: first.result, isMeasured: false });
  expect((await measure(asWritten, true)).isMeasured).toBe(true);
  // A comment changes no figure, but the lines that figures are of.
  const moved = new Map([[file, `// typed\n${await readFile(file, 'utf8')}`]]);
  expect((await measure(moved)).isMeasured).toBe(true);
  expect((await measure(moved)).isMeasured).toBe(false);
});
