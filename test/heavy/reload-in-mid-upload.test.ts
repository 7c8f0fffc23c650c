import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FaultRule } from '../../engine/src/emulator/faults.ts';
import { loadPipeline } from '../../engine/src/pipeline/file.ts';
import { createWorld, PREFIX, type World } from '../integration/harness.ts';
import { oldLanesEnded, patiently, received, rowsAtEnd, startRun, transformOf } from '../integration/reloading.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const slowPut = (ms: number): FaultRule => ({
  action: 'PutObject',
  resource: `lake/${PREFIX}/*`,
  times: 1,
  fault: { kind: 'latency', ms },
});

describe('a reload', () => {
  test('leaves the one before its time to write: it stays one run that is ready, with one set of accounts', async () => {
    await using running = await startRun(world);
    const { run } = running;
    await world.send(['{"id":1}']);
    await vi.waitFor(() => expect(received(run)).toBe(1), patiently);
    world.emulator.faults.set([slowPut(2_000)]);
    await writeFile(path.join(running.folder, 'transform.ts'), transformOf(2));
    await running.reload();
    await oldLanesEnded(run);
    await world.send(['{"id":2}']);
    await vi.waitFor(() => expect(received(run)).toBe(2), patiently);
    expect(run.isReady).toBe(true);
    expect(running.said('reload.retired')).toEqual([]);
    expect(run.snapshot().ledger).toMatchObject({ closed: true, messages: { received: 2, inFlight: 2, acked: 0 } });
    await vi.waitFor(() => expect(running.said('reload.retired')).toHaveLength(1), patiently);
    expect(run.snapshot()).toMatchObject({
      written: { files: 1, rows: 1 },
      ledger: { closed: true, messages: { received: 2, inFlight: 1, acked: 1, returned: 0 } },
    });
    const { rows } = await rowsAtEnd(world, running, 2);
    expect(rows).toEqual([
      { id: 1n, v1: 1n },
      { id: 2n, v2: 2n },
    ]);
  });

  test('that is under way when the run is asked to stop ends with it, and loses nothing', async () => {
    await using running = await startRun(world);
    await world.send(['{"id":1}']);
    await vi.waitFor(() => expect(received(running.run)).toBe(1), patiently);
    await writeFile(path.join(running.folder, 'transform.ts'), transformOf(2));
    const reload = running.run.reload(async () => {
      const pipeline = await loadPipeline(running.folder);
      setImmediate(() => running.stop.abort());
      return pipeline;
    });
    const summary = await running.ended;
    expect(await reload).toMatchObject({ error: { code: 'E_CANCELLED' } });
    expect(summary).toMatchObject({
      reason: 'stopped',
      error: undefined,
      ledger: { closed: true, messages: { acked: 1 } },
    });
    expect(await world.depth()).toEqual([0, 0, 0]);
    expect(running.said('reload.refused')).toEqual([]);
  });
});
