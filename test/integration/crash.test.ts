import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Source } from '../../engine/src/core/source.ts';
import type { FaultRule } from '../../engine/src/emulator/faults.ts';
import type { Engine } from '../../engine/src/runtime/engine.ts';
import { createWorld, PREFIX, QUEUE, type World } from './harness.ts';

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
  const command = [script, 'run', folder, '--json'];
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
const until = (claim: () => Promise<void> | void) => vi.waitFor(claim, { timeout: 15_000, interval: 10 });
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
const cut = (action: string): FaultRule => ({ action, fault: { kind: 'drop' } });

interface Moment {
  readonly faults: readonly FaultRule[];
  readonly batch: Record<string, unknown>;
  /** Resolves at the moment. */
  come(): Promise<unknown>;
}

const moments = {
  'while it holds everything and has written nothing': { faults: [], batch: { maxAge: '1m' }, come: allInFlight },
  'in the middle of an upload': {
    faults: [slowly('PutObject', `lake/${PREFIX}/*`)],
    batch: { maxAge: '1s' },
    come: struck,
  },
  'between a file and the acks of its messages': {
    faults: [cut('DeleteMessageBatch')],
    batch: { maxAge: '1s' },
    come: () => until(async () => expect(await world.keys(`${PREFIX}/`)).not.toEqual([])),
  },
  'in the middle of many files': {
    faults: [],
    batch: { maxRows: 2 * RECORDS_A_MESSAGE },
    come: () => until(async () => expect((await world.keys(`${PREFIX}/`)).length).toBeGreaterThan(2)),
  },
} satisfies Record<string, Moment>;

/** Kills an engine at a moment, starts another, and counts what is there twice. */
async function killAndRestart(
  { faults, batch, come }: Moment,
  delivery: 'exactly-once' | 'at-least-once',
): Promise<void> {
  await sendRecords();
  const folder = await world.pipeline({ input, config: { batch, lanes: 2, delivery } });
  const first = startEngine(folder);
  // From the first receive on: the check at start deletes, too.
  await until(async () => expect((await world.depth())[1]).toBeGreaterThan(0));
  world.emulator.faults.set(faults);
  await come();
  first.child.kill('SIGKILL');
  expect(await first.ended).toMatchObject({ code: null, signal: 'SIGKILL' });

  const before = await rowsById();
  const inFlight = world.emulator.sqs.expireInFlight(QUEUE);
  world.emulator.faults.clear();
  expect(await world.run(folder)).toMatchObject({ reason: 'drained', error: undefined, ledger: { closed: true } });
  const after = await rowsById();
  expect(after.size).toBe(RECORDS);
  const twice = [...after.values()].filter((count) => count === 2).length;
  expect(twice).toBe([...after.values()].reduce((sum, count) => sum + count, 0) - RECORDS);
  // What was durable and not yet acked comes again: exactly once knows it, at least once writes it a second time.
  const most = delivery === 'exactly-once' ? 0 : Math.min(before.size, inFlight * RECORDS_A_MESSAGE);
  expect(twice).toBeLessThanOrEqual(most);
  expect(await world.depth()).toEqual([0, 0, 0]);
}

describe('an engine killed and started again writes every row once', () => {
  test.each(Object.entries(moments))('%s', (_name, moment) => killAndRestart(moment, 'exactly-once'));

  test('and at least once where that is asked for, doubling only what was in flight', () =>
    killAndRestart(moments['between a file and the acks of its messages'], 'at-least-once'));
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
  function watch(engine: Engine) {
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

  test('during an upload waits for it', async () => {
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

  test('with a store that does not answer gives everything back within the grace: exit code 1', async () => {
    await sendRecords();
    const config = { batch: { maxAge: '1s' }, shutdown: { grace: '2s' } };
    const { child, ended } = startEngine(await world.pipeline({ input, config }));
    world.emulator.faults.set([slowly('PutObject', `lake/${PREFIX}/*`)]);
    await struck();
    await until(async () => expect((await world.depth())[0]).toBe(0));
    const sinceMs = Date.now();
    child.kill('SIGTERM');
    const { code, text } = await ended;
    expect(code).toBe(1);
    expect(Date.now() - sinceMs).toBeLessThan(4_000);
    expect(JSON.parse(text)).toMatchObject({ ledger: { closed: true, messages: { acked: 0, returned: MESSAGES } } });
  });
});
