import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rowToJson } from '../columns/ndjson-text.ts';
import type { Peer } from '../protocol/peer.ts';
import type { PreviewState } from '../protocol/preview.ts';
import type { Rows } from '../protocol/rows.ts';
import type { StudioMethods } from '../protocol/studio-methods.ts';
import { type OpenStudio, openStudio } from './open-studio.test-support.ts';
import { batchOf } from './preview/read-rows.ts';

const flights = fileURLToPath(new URL('../../../examples/flights', import.meta.url));

let studio: OpenStudio;
let peer: Peer<StudioMethods>;
let folder: string;
let transform: string;
let code: string;
beforeAll(async () => {
  studio = await openStudio([]);
  peer = studio.peer;
});
afterAll(() => studio[Symbol.asyncDispose]());
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'preview-'));
  await cp(flights, folder, { recursive: true });
  transform = path.join(folder, 'transform.ts');
  code = await readFile(transform, 'utf8');
  await peer.request('workspace.open', { roots: [folder], trusted: true });
});
afterEach(async () => {
  await peer.request('workspace.overlay', { file: transform, text: null });
  await rm(folder, { recursive: true });
});

const samples = (lines: readonly string[]) => writeFile(path.join(folder, 'samples/flights.ndjson'), lines.join('\n'));
const edit = (text: string) => peer.request('workspace.overlay', { file: transform, text });
const run = (limit?: number) => peer.request('preview.run', { folder, limit });
const json = (rows: Rows) => Array.from({ length: rows.length }, (_, row) => rowToJson(batchOf(rows), row));

/** `map` with a statement before its row. */
const withStatement = (statement: string) =>
  code.replace('=> ({', `=> { ${statement}; return ({`).replace(/\}\),\n\}\);\s*$/, '}) },\n});\n');

describe('preview.run', () => {
  it('answers for each record what became of it, and for each row where it came from', async () => {
    await samples([
      '{"delay":1,"distance":2,"time":3}',
      'no record',
      '{"delay":200,"distance":2,"time":3,"gate":7}',
      '{"delay":"x"}',
      '{"delay":2,"distance":2,"time":3}',
    ]);
    await edit(withStatement("if (delay > 100) throw new Error('late'); console.log(time)"));
    const result = await run();
    expect(json(result.output)).toEqual([
      '{"delay_min":1,"distance_mi":2,"hour":3,"late":false,"period":"night"}',
      '{"delay_min":2,"distance_mi":2,"hour":3,"late":false,"period":"night"}',
    ]);
    expect(json(result.input)).toEqual([
      '{"delay":1,"distance":2,"time":3}',
      '{"delay":200,"distance":2,"time":3}',
      '{"delay":2,"distance":2,"time":3}',
    ]);
    expect([...result.inputRow]).toEqual([0, -1, 1, -1, 2]);
    expect([...result.outcomes]).toEqual([0, 2, 2, 2, 0]);
    expect([...result.origin]).toEqual([0, 4]);
    expect(result.deadLetters).toMatchObject([
      { record: 1, stage: 'parse', reason: 'malformed', original: 'no record', place: { line: 2, column: 1 } },
      { record: 2, stage: 'transform', reason: 'thrown', message: 'Error: late', place: { file: transform, line: 13 } },
      { record: 3, stage: 'parse', reason: 'misfit', field: 'delay', place: { line: 4, column: 1 } },
    ]);
    expect(result.unknownKeys).toEqual([['gate', 1]]);
    expect(result.partitions).toEqual([[['period=night', 2]]]);
    expect(result.printed).toBe('3\n3\n');
  });

  it('takes as many records as are wanted, counts unknown keys of those only, and says that there are more', async () => {
    const lines = Array.from({ length: 9 }, (_, i) => `{"delay":${i},"distance":2,"time":3,"k${i}":1}`);
    await samples(lines);
    const some = await run(4);
    expect(some).toMatchObject({ records: 4, isCut: true, samples: [{ records: 4 }] });
    expect(some.unknownKeys.map(([key]) => key)).toEqual(['k0', 'k1', 'k2', 'k3']);
    await samples([`[${lines.join(',')}]`]);
    expect(await run(4)).toMatchObject({ records: 4, isCut: true, unknownKeys: some.unknownKeys });
    expect(await run(9)).toMatchObject({ records: 9, isCut: false });
  });

  it('ends a transform that does not come back or ends its thread, says where, and goes on', async () => {
    const yaml = path.join(folder, 'pipeline.yaml');
    const text = await readFile(yaml, 'utf8');
    await writeFile(yaml, text.replace('record: dead-letter', 'record: dead-letter, transformTimeout: 200ms'));
    await samples(['{"delay":1,"distance":2,"time":3}', '{"delay":99,"distance":2,"time":3}']);
    await edit(withStatement('while (delay === 99) { time += 1 }'));
    const stuck = {
      code: 'E_TRANSFORM',
      message: 'the transform did not come back within 200 ms at record 2',
      file: transform,
    };
    await expect(run()).rejects.toMatchObject({ ...stuck, line: 13 });
    await edit(withStatement('if (delay === 99) process.exit()'));
    await expect(run()).rejects.toMatchObject({ message: 'the transform ended its thread at record 2' });
    await edit(code);
    expect(await run()).toMatchObject({ records: 2, deadLetters: [] });
  });

  it('runs no code of folders that are not trusted', async () => {
    await peer.request('workspace.open', { roots: [folder], trusted: false });
    await expect(run()).rejects.toMatchObject({ code: 'E_ACCESS' });
  });
});

describe('preview.watch', () => {
  it('shows the newest of what is edited, and the last good result beside a failure', async () => {
    const states = new States();
    const stop = new AbortController();
    const params = { folder, limit: 10 };
    const watching = peer.request('preview.watch', params, {
      signal: stop.signal,
      onSnapshot: (state) => states.put(state),
    });
    await states.until(({ result }) => result?.records === 10);
    await edit('export default 1 +');
    const failed = await states.until(({ failure }) => failure !== undefined);
    expect(failed).toMatchObject({
      result: { records: 10 },
      failure: { code: 'E_TRANSFORM', place: { file: transform, line: 1 } },
    });
    await edit(code.replace("'night'", "'dark'"));
    await edit(code.replaceAll("'night'", "'gloom'"));
    const mended = await states.until(({ failure }) => failure === undefined);
    expect(mended.result?.partitions).toEqual([[['period=gloom', 10]]]);
    await samples(['{"delay":1,"distance":2,"time":3}']);
    await states.until(({ result }) => result?.records === 1);
    stop.abort();
    await expect(watching).rejects.toMatchObject({ code: 'E_CANCELLED' });
  });
});

describe('preview.saveTest', () => {
  it('adds a case that expects what the record gives, behind the others', async () => {
    const file = path.join(folder, 'transform.test.yaml');
    const before = await readFile(file, 'utf8');
    const saved = await peer.request('preview.saveTest', { folder, record: 1, name: 'a late one' });
    const [only] = saved.edits;
    const lines = before.split('\n');
    expect(only).toMatchObject({ file, startLine: lines.length, endLine: lines.length });
    await writeFile(file, before + only!.newText);
    const { results } = await peer.request('tests.run', { folder, names: ['a late one'] });
    expect(results).toMatchObject([{ name: 'a late one', state: 'passed', line: saved.line }]);
    expect(only!.newText).toContain('input: { delay: 171, distance: 2227, time: 0 }');
  });
});

/** What a watched preview has shown. */
class States {
  #last: PreviewState | undefined;
  #wake = Promise.withResolvers<void>();

  put(state: PreviewState): void {
    this.#last = state;
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  async until(isWanted: (state: PreviewState) => boolean): Promise<PreviewState> {
    while (this.#last === undefined || !isWanted(this.#last)) await this.#wake.promise;
    return this.#last;
  }
}
