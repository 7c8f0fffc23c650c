import { expect, test } from 'vitest';
import { type IpcMessage, ipcChannels } from '../../../engine/src/protocol/ipc-transport.ts';
import { createPeer } from '../../../engine/src/protocol/peer.ts';
import type { WorkspaceMethods } from '../../../engine/src/protocol/workspace.ts';
import { EngineHost, type EngineState } from './engine-host.ts';
import type { EngineProcess } from './engine-process.ts';
import { STEADY_MS } from './respawn-policy.ts';

/** Engines in this thread that say who they are and can be made to die. */
function setUp() {
  const engines: { die(): void; isKilled: boolean }[] = [];
  const states: EngineState[] = [];
  const deaths: boolean[] = [];
  const waits: { ms: number; over(): void }[] = [];
  const clock = { nowMs: 0 };
  const host = new EngineHost({
    fork: () => {
      const { process, engine } = fakeEngine(engines.length + 1);
      engines.push(engine);
      return process;
    },
    introduce: (ask) => void ask('workspace.open', { roots: ['/a'], trusted: true }).catch(() => undefined),
    changed: (state) => states.push(state),
    died: (_why, isFinal) => deaths.push(isFinal),
    wait: (ms) => new Promise((over) => waits.push({ ms, over })),
    nowMs: () => clock.nowMs,
  });
  return { host, engines, states, deaths, waits, clock };
}

function fakeEngine(number: number) {
  type Listener = (message: unknown) => void;
  const ends: [Listener[], Listener[]] = [[], []];
  const port = (own: 0 | 1) => ({
    send: (message: IpcMessage) =>
      queueMicrotask(() => {
        for (const hear of ends[1 - own]!) hear(structuredClone(message));
      }),
    on: (event: string, listener: Listener) => event === 'message' && ends[own].push(listener),
  });
  ipcChannels(port(1), 'child', (transport) => {
    createPeer<Record<never, never>, WorkspaceMethods>(transport, {
      'workspace.open': () => ({ version: String(number), node: '24' }),
      'workspace.read': () => new Promise(() => undefined),
    });
  });
  const end = Promise.withResolvers<string>();
  const engine = { isKilled: false, die: () => end.resolve('it was told to') };
  const process: EngineProcess = {
    ...port(0),
    pid: number,
    onEnd: (listener) => void end.promise.then(listener),
    kill: () => {
      engine.isKilled = true;
    },
  };
  return { process, engine };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('the first who asks starts the engine, and nobody before', async () => {
  const { host, engines } = setUp();
  expect(engines).toHaveLength(0);
  expect(await host.ask('workspace.open', { roots: [], trusted: true })).toMatchObject({ version: '1' });
  expect(await host.ask('workspace.open', { roots: [], trusted: true })).toMatchObject({ version: '1' });
  expect(engines).toHaveLength(1);
});

test('an engine that dies ends what was asked of it, and is started again', async () => {
  const { host, engines, waits, deaths } = setUp();
  const asked = host.ask('workspace.read', { file: '/a/b' });
  engines[0]!.die();
  await expect(asked).rejects.toMatchObject({ code: 'E_CLOSED' });
  await turn();
  expect(host.state).toBe('waiting');
  expect(host.open()).toBeUndefined();
  await expect(host.ask('workspace.read', { file: '/a/b' })).rejects.toMatchObject({ code: 'E_CLOSED' });
  waits[0]!.over();
  await turn();
  expect(await host.ask('workspace.open', { roots: [], trusted: true })).toMatchObject({ version: '2' });
  expect(deaths).toEqual([false]);
});

test('one that keeps dying is waited for longer each time, then given up until it is asked for', async () => {
  const { host, engines, waits, deaths } = setUp();
  host.open();
  for (let death = 0; death < 4; death++) {
    engines[death]!.die();
    await turn();
    waits[death]!.over();
    await turn();
  }
  engines[4]!.die();
  await turn();
  expect(waits.map(({ ms }) => ms)).toEqual([0, 500, 2_000, 5_000]);
  expect(deaths).toEqual([false, false, false, false, true]);
  expect(host.state).toBe('failed');
  host.restart();
  expect(host.state).toBe('running');
});

test('a long life is no bad start: deaths are counted from one again', async () => {
  const { host, engines, waits, clock } = setUp();
  host.open();
  for (let death = 0; death < 6; death++) {
    clock.nowMs += STEADY_MS;
    engines[death]!.die();
    await turn();
    waits[death]!.over();
    await turn();
  }
  expect(waits.map(({ ms }) => ms)).toEqual([0, 0, 0, 0, 0, 0]);
});

test('a stopped engine is killed and stays away until somebody asks', async () => {
  const { host, engines, waits } = setUp();
  host.open();
  host.stop();
  engines[0]!.die();
  await turn();
  expect(engines[0]!.isKilled).toBe(true);
  expect(waits).toEqual([]);
  expect(host.state).toBe('idle');
});
