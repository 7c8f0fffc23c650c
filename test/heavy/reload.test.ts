import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Run } from '../../engine/src/runtime/run.ts';
import { createWorld, type World } from '../integration/harness.ts';
import {
  input,
  oldLanesEnded,
  patiently,
  received,
  rowsAtEnd,
  startRun,
  transformOf,
} from '../integration/reloading.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const failing = transformOf(2).replace('map:', "setup() { throw new Error('no table'); }, map:");

/** Sends bodies of ten records in a row until told to end; answers the number of records. */
function load(): { stop(): Promise<number> } {
  let going = true;
  let next = 0;
  const sending = (async () => {
    while (going) {
      const bodies = Array.from({ length: 10 }, () =>
        Array.from({ length: 10 }, () => JSON.stringify({ id: next++ })).join('\n'),
      );
      await world.send(bodies);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return next;
  })();
  return {
    stop() {
      going = false;
      return sending;
    },
  };
}

async function configure(folder: string, keys: object): Promise<void> {
  const file = path.join(folder, 'pipeline.yaml');
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), ...keys }));
}

describe('a reload', () => {
  test('of a changed transform under load gives each record exactly one row, of the old shape or the new', async () => {
    await using running = await startRun(world);
    const { run, folder } = running;
    const sender = load();
    await vi.waitFor(() => expect(received(run)).toBeGreaterThan(50), patiently);
    await writeFile(path.join(folder, 'transform.ts'), transformOf(2));
    expect(await running.reload()).toEqual({ generation: 2 });
    const before = received(run);
    await vi.waitFor(() => expect(received(run)).toBeGreaterThan(before + 50), patiently);
    const { summary, rows } = await rowsAtEnd(world, running, await sender.stop());
    expect(rows.map(({ id }) => Number(id))).toEqual(Array.from(rows, (_, i) => i));
    expect(new Set(rows.map((row) => Object.keys(row).join()))).toEqual(new Set(['id,v1', 'id,v2']));
    expect(rows[0]).toHaveProperty('v1');
    expect(rows.at(-1)).toHaveProperty('v2');
    expect(summary).toMatchObject({
      reason: 'stopped',
      ledger: { closed: true, messages: { returned: 0, leaseLost: 0 } },
    });
    expect(summary.ledger.records.delivered).toBe(rows.length);
    expect(await world.depth()).toEqual([0, 0, 0]);
    expect(running.said('reload.retired')).toEqual([expect.objectContaining({ generation: 1, reason: 'replaced' })]);
  });

  test('reads a new version of the schema', async () => {
    await using running = await startRun(world, { transform: undefined });
    await world.send(['{"id":1}', '{"id":2}']);
    await vi.waitFor(() => expect(received(running.run)).toBe(2), patiently);
    const fields = { ...input, name: 'string?' };
    await writeFile(path.join(running.folder, 'schema', 'input.v2.json'), JSON.stringify({ version: 2, fields }));
    expect(await running.reload()).toEqual({ generation: 2 });
    await oldLanesEnded(running.run);
    await world.send(['{"id":3,"name":"new"}']);
    const { rows, summary } = await rowsAtEnd(world, running, 3);
    expect(rows).toEqual([{ id: 1n }, { id: 2n }, { id: 3n, name: 'new' }]);
    expect(summary.unknownKeys.size).toBe(0);
  });

  test('of what cannot be taken over is refused by name, and the run goes on as before', async () => {
    await using running = await startRun(world);
    const { folder, run } = running;
    const refusals: [change: () => Promise<void>, error: object, problem: string][] = [
      [
        () => writeFile(path.join(folder, 'transform.ts'), 'export default {'),
        { code: 'E_TRANSFORM' },
        'transform.ts:1:',
      ],
      [() => writeFile(path.join(folder, 'transform.ts'), failing), { code: 'E_TRANSFORM' }, 'no table'],
      [() => configure(folder, { source: { sqs: { queue: 'nowhere' } } }), { code: 'E_NOT_FOUND' }, 'nowhere'],
      [
        () => configure(folder, { name: 'x', telemetry: { listen: '127.0.0.1:0' } }),
        {},
        'name, telemetry.listen cannot',
      ],
      [() => writeFile(path.join(folder, 'pipeline.yaml'), 'name: test\nsource: {'), {}, 'pipeline.yaml:2:10 error'],
    ];
    for (const [i, [change, error, problem]] of refusals.entries()) {
      await change();
      const outcome = await running.reload();
      expect(outcome).toMatchObject({ generation: 1, error });
      expect(run.isReady).toBe(true);
      expect(String(running.said('reload.refused')[i]?.problems)).toContain(problem);
      await writeFile(path.join(folder, 'transform.ts'), transformOf(1));
    }
    await world.send(['{"id":1}']);
    const { rows, summary } = await rowsAtEnd(world, running, 1);
    expect(rows).toEqual([{ id: 1n, v1: 1n }]);
    expect(summary).toMatchObject({ reason: 'stopped', error: undefined, ledger: { closed: true } });
  });

  test('that is asked for again and again is done one after the other, and the last one wins', async () => {
    await using running = await startRun(world);
    const reloads: ReturnType<Run['reload']>[] = [];
    for (let version = 2; version <= 6; version++) {
      await writeFile(path.join(running.folder, 'transform.ts'), transformOf(version));
      reloads.push(running.reload());
    }
    const generations = (await Promise.all(reloads)).map(({ generation }) => generation);
    expect(generations.at(-1)).toBeLessThan(6);
    await oldLanesEnded(running.run);
    await world.send(['{"id":1}']);
    const { rows } = await rowsAtEnd(world, running, 1);
    expect(rows).toEqual([{ id: 1n, v6: 6n }]);
  });
});
