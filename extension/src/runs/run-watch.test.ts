import { expect, test } from 'vitest';
import type { RunEntry, RunState } from '../../../engine/src/protocol/run.ts';
import type { Ask } from '../engine/engine-host.ts';
import { describeRun, isGoing, RunWatch } from './run-watch.ts';

const entry = (run: string, state: RunState): RunEntry => ({
  ...{ run, state, pipeline: 'movies', folder: '/movies', environment: 'local' },
  startedAtMs: new Date(2026, 1, 3, 11, 20).getTime(),
});

/** An engine whose runs stand as the test says. */
function setUp() {
  const runs = new Map<string, RunState>();
  const watchers = new Map<string, { show(state: RunState): void; end(): void; fail(): void }>();
  const watched: string[] = [];
  const heard: string[] = [];
  const ask = ((method: string, params: { run: string }, options?: { onSnapshot(view: RunEntry): void }) => {
    if (method === 'run.list') return Promise.resolve({ runs: [...runs].map(([run, state]) => entry(run, state)) });
    watched.push(params.run);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    watchers.set(params.run, {
      show: (state) => options!.onSnapshot(entry(params.run, state)),
      end: resolve,
      fail: () => reject(new Error('the engine is gone')),
    });
    return promise;
  }) as unknown as Ask;
  const watch: RunWatch = new RunWatch(ask, () =>
    heard.push([...runs].map(([run, state]) => `${run} ${state}`).join()),
  );
  return { watch, runs, watchers, watched, heard };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('tells of each state of a run, and not of what else is shown of it', async () => {
  const { watch, runs, watchers, heard } = setUp();
  watch.started('a');
  for (const state of ['starting', 'running', 'running', 'draining'] as const) {
    runs.set('a', state);
    watchers.get('a')!.show(state);
  }
  runs.set('a', 'ended');
  watchers.get('a')!.end();
  await turn();
  expect(heard).toEqual(['', 'a starting', 'a running', 'a draining', 'a ended']);
  expect(watch.isAnyGoing).toBe(false);
});

test('a run that somebody else started is watched once it is listed, and only then', async () => {
  const { watch, runs, watchers, watched, heard } = setUp();
  runs.set('a', 'running').set('b', 'ended');
  expect((await watch.list()).map(({ run }) => run)).toEqual(['a', 'b']);
  await watch.list();
  expect(watched).toEqual(['a']);
  expect(watch.isAnyGoing).toBe(true);
  watchers.get('a')!.show('running');
  expect(heard).toEqual([]);
  watchers.get('a')!.show('draining');
  expect(heard).toHaveLength(1);
});

test('an engine that goes away takes its runs along', async () => {
  const { watch, watchers, heard } = setUp();
  watch.started('a');
  watchers.get('a')!.fail();
  await turn();
  expect(heard).toHaveLength(2);
  expect(watch.isAnyGoing).toBe(false);
});

test('a run is described by its environment, how it stands and since when', () => {
  expect(describeRun(entry('a', 'draining'))).toMatch(/^local · draining, started 11:20/);
  expect(describeRun({ ...entry('a', 'failed'), environment: undefined })).toMatch(/^failed, started/);
  const states: RunState[] = ['starting', 'running', 'draining', 'ended', 'failed'];
  expect(states.filter((state) => isGoing({ state }))).toEqual(['starting', 'running', 'draining']);
});
