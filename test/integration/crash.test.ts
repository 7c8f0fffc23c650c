import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Source } from '../../engine/src/core/source.ts';
import type { FaultRule } from '../../engine/src/emulator/faults.ts';
import type { Run } from '../../engine/src/runtime/run.ts';
import { createWorld, PREFIX, type World } from './harness.ts';

const MESSAGES = 60;
const RECORDS_A_MESSAGE = 20;
const RECORDS = MESSAGES * RECORDS_A_MESSAGE;

let world: World;
const children: ChildProcess[] = [];
beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await world[Symbol.asyncDispose]();
});

const input = { id: 'int' };
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

async function sendRecords(): Promise<void> {
  const body = (message: number) =>
    range(RECORDS_A_MESSAGE)
      .map((i) => JSON.stringify({ id: message * RECORDS_A_MESSAGE + i }))
      .join('\n');
  await world.send(range(MESSAGES).map(body));
}

/** The engine in a process of its own, and how it ends. */
function startEngine(folder: string) {
  const script = path.join(import.meta.dirname, 'engine-child.ts');
  const command = [script, 'run', folder, '--json', '--no-guard'];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, text }));
  return { child, ended };
}

/** Polls the emulator, which has no events for what goes on in it. */
const until = (claim: () => Promise<void> | void) => vi.waitFor(claim, { timeout: 40_000, interval: 10 });
const allInFlight = () => until(async () => expect(await world.depth()).toEqual([0, MESSAGES, 0]));
const struck = () => until(() => expect(world.emulator.faults.state()[0]!.struck).toBeGreaterThan(0));

async function rowsById(): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for (const { id } of await world.rows()) counts.set(Number(id), (counts.get(Number(id)) ?? 0) + 1);
  return counts;
}

const slowly = (action: string, resource?: string): FaultRule => ({
  action,
  resource,
  fault: { kind: 'latency', ms: 60_000 },
});
test('the grace bounds a source of one’s own that heeds no signal; what it handed out goes back', async () => {
  const nacked: string[] = [];
  const done = async (receipts: readonly string[]) => receipts.map(() => 'done' as const);
  let handedOut = false;
  const receive = async () => {
    if (handedOut) return new Promise<never>(() => undefined);
    handedOut = true;
    const facts = { id: 'm', receipt: 'r', attributes: {}, receiveCount: 1, receivedAtMs: Date.now() };
    return [{ ...facts, body: Buffer.from('{"id":1}') }];
  };
  const source: Source = {
    replay: 'unordered',
    createReader: async () => ({ receive, close: async () => undefined }),
    createSettler: async () => ({
      ack: done,
      nack: (receipts) => {
        nacked.push(...receipts);
        return done(receipts);
      },
      close: async () => undefined,
    }),
  };
  const stop = new AbortController();
  const folder = await world.pipeline({ input, config: { shutdown: { grace: '1s' } } });
  const run = world.run(folder, { live: { source }, drain: false, signal: stop.signal, onStart: watch });
  function watch(engine: Run) {
    void until(() => expect(engine.snapshot().ledger.messages.received).toBe(1)).then(() => stop.abort());
  }
  expect(await run).toMatchObject({ reason: 'failed', error: { code: 'E_UNAVAILABLE' }, ledger: { closed: true } });
  expect(nacked).toEqual(['r']);
});

describe('SIGTERM', () => {
  test('has everything held written and acked: exit code 0', async () => {
    await sendRecords();
    const { child, ended } = startEngine(await world.pipeline({ input, config: { lanes: 2 } }));
    await allInFlight();
    child.kill('SIGTERM');
    const { code, text } = await ended;
    expect(code).toBe(0);
    expect(JSON.parse(text)).toMatchObject({ reason: 'stopped', ledger: { closed: true, messages: { returned: 0 } } });
    expect((await rowsById()).size).toBe(RECORDS);
    expect(await world.depth()).toEqual([0, 0, 0]);
  });

  test('check 3: during an upload waits for it', async () => {
    await sendRecords();
    const { child, ended } = startEngine(await world.pipeline({ input, config: { batch: { maxAge: '1s' } } }));
    const fault = { kind: 'latency', ms: 500 } as const;
    world.emulator.faults.set([{ action: 'PutObject', resource: `lake/${PREFIX}/*`, times: 1, fault }]);
    await struck();
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0 });
    expect((await rowsById()).size).toBe(RECORDS);
    expect(await world.depth()).toEqual([0, 0, 0]);
  });

  test.each([
    ['of files', `lake/${PREFIX}/*`],
    ['of anything, intents too', 'lake/*'],
  ])(
    'with a store that takes no writes %s gives everything back within the grace: exit code 1',
    async (_what, where) => {
      await sendRecords();
      const config = { batch: { maxAge: '3s' }, shutdown: { grace: '2s' } };
      const { child, ended } = startEngine(await world.pipeline({ input, config }));
      await allInFlight(); // and the store was found to be as it must be
      world.emulator.faults.set([slowly('PutObject', where)]);
      await struck();
      const sinceMs = Date.now();
      child.kill('SIGTERM');
      const { code, text } = await ended;
      expect(code).toBe(1);
      expect(Date.now() - sinceMs).toBeLessThan(10_000); // a store that does not answer takes 60 s
      expect(JSON.parse(text)).toMatchObject({ ledger: { closed: true, messages: { acked: 0, returned: MESSAGES } } });
    },
  );
});
