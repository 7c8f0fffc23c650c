import { describe, expect, test } from 'vitest';
import type { Frame } from '../../../engine/src/protocol/frames.ts';
import { memoryTransports, type Transport, type TransportListener } from '../../../engine/src/protocol/transport.ts';
import type { LeftWork } from './conversation.ts';
import { PageRelay, type Posted } from './page-relay.ts';

function setUp({ hasEngine = true } = {}) {
  const posted: Posted[] = [];
  const engines: { received: Frame[]; end: Transport; closed: boolean }[] = [];
  const observed: unknown[][] = [];
  const left: LeftWork[] = [];
  const relay = new PageRelay({
    post: (message) => posted.push(message),
    openEngine() {
      if (!hasEngine) return undefined;
      const [near, far] = memoryTransports();
      const engine = { received: [] as Frame[], end: far, closed: false };
      far.listen({
        frame: (frame) => engine.received.push(frame),
        closed: () => (engine.closed = true),
      } as TransportListener);
      engines.push(engine);
      return near;
    },
    observe: (...what) => observed.push(what),
    left: (work) => left.push(work),
  });
  return { relay, posted, engines, observed, left };
}

const request = (id: number, method = 'preview.watch'): Frame => ({ type: 'request', id, method, params: { id } });
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('frames for the engine are passed on, and its answers back', async () => {
  const { relay, posted, engines, observed } = setUp();
  relay.receive({ to: 'engine', frame: request(1) });
  await turn();
  expect(engines[0]!.received).toEqual([request(1)]);
  engines[0]!.end.send({ type: 'snapshot', id: 1, snapshot: 'half' });
  engines[0]!.end.send({ type: 'result', id: 1, result: 'whole' });
  await turn();
  expect(posted.map(({ frame }) => (frame as Frame).type)).toEqual(['snapshot', 'result']);
  expect(observed).toEqual([
    ['preview.watch', { id: 1 }, 'half'],
    ['preview.watch', { id: 1 }, 'whole'],
  ]);
});

test('a page learns that the engine is gone, and its next frame begins anew', async () => {
  const { relay, posted, engines } = setUp();
  relay.receive({ to: 'engine', frame: request(1) });
  engines[0]!.end.close();
  await turn();
  expect(posted).toEqual([{ to: 'engine', frame: null }]);
  relay.receive({ to: 'engine', frame: request(1) });
  await turn();
  expect(engines[1]!.received).toEqual([request(1)]);
});

test('without an engine the page is told at once', () => {
  const { relay, posted } = setUp({ hasEngine: false });
  relay.receive({ to: 'engine', frame: request(1) });
  expect(posted).toEqual([{ to: 'engine', frame: null }]);
});

test('what a page that is gone had asked is taken back, and late answers are not its successor’s', async () => {
  const { relay, posted, engines } = setUp();
  relay.receive({ to: 'engine', frame: request(1) });
  await turn();
  relay.forgetEngine();
  await turn();
  expect(engines[0]!.closed).toBe(true);
  relay.receive({ to: 'engine', frame: request(1) });
  engines[0]!.end.send({ type: 'result', id: 1, result: 'late' });
  await turn();
  expect(posted).toEqual([]);
});

describe('a page that goes away over something that changes more than what it shows', () => {
  async function leave() {
    const made = setUp();
    made.relay.receive({ to: 'engine', frame: request(1, 'preview.watch') });
    made.relay.receive({ to: 'engine', frame: request(2, 'deadLetters.replay') });
    expect(made.relay.isAtWork).toBe(true);
    made.relay.forgetEngine();
    await turn();
    expect(made.relay.isAtWork).toBe(false);
    return { ...made, engine: made.engines[0]!, work: made.left[0]! };
  }

  test('it goes on, and only what the page looked at is taken back', async () => {
    const { engine, left } = await leave();
    expect(engine.closed).toBe(false);
    expect(engine.received.at(-1)).toEqual({ type: 'cancel', id: 1 });
    expect(left.map(({ method, params }) => [method, params])).toEqual([['deadLetters.replay', { id: 2 }]]);
  });

  test('its end is told to whoever took it over and to observers, not to the page that is there next', async () => {
    const { relay, engine, engines, work, posted, observed } = await leave();
    const shown: unknown[] = [];
    work.onSnapshot((snapshot) => shown.push(snapshot));
    relay.receive({ to: 'engine', frame: request(2, 'preview.watch') });
    engine.end.send({ type: 'snapshot', id: 2, snapshot: { sent: 1 } });
    engine.end.send({ type: 'result', id: 2, result: { sent: 2 } });
    await turn();
    expect(engines).toHaveLength(2);
    expect(await work.result).toEqual({ sent: 2 });
    expect(shown).toEqual([{ sent: 1 }]);
    expect(observed.at(-1)).toEqual(['deadLetters.replay', { id: 2 }, { sent: 2 }]);
    expect(posted).toEqual([]);
    expect(engine.closed).toBe(true);
    expect(engines[1]!.closed).toBe(false);
  });

  test('its failure is told, too, and it can be cancelled', async () => {
    const { engine, work } = await leave();
    work.cancel();
    await turn();
    expect(engine.received.at(-1)).toEqual({ type: 'cancel', id: 2 });
    engine.end.send({ type: 'error', id: 2, error: { code: 'E_CANCELLED', message: 'taken back' } });
    await expect(work.result).rejects.toMatchObject({ code: 'E_CANCELLED' });
    expect(engine.closed).toBe(true);
  });

  test('it fails with the engine', async () => {
    const { engine, work, posted } = await leave();
    engine.end.close();
    await expect(work.result).rejects.toMatchObject({ code: 'E_CLOSED' });
    expect(posted).toEqual([]);
  });

  test('closing the page is no other way to go', async () => {
    const { relay, engines, left } = setUp();
    relay.receive({ to: 'engine', frame: request(1, 'run.feed') });
    relay.close();
    await turn();
    expect(left).toHaveLength(1);
    expect(engines[0]!.closed).toBe(false);
  });
});

test('a page can be made to ask everything again', async () => {
  const { relay, posted, engines } = setUp();
  relay.receive({ to: 'engine', frame: request(1) });
  relay.reconnect();
  await turn();
  expect(engines[0]!.closed).toBe(true);
  expect(posted).toEqual([{ to: 'engine', frame: null }]);
});

test('frames for the shell are not the engine’s, and what is no frame is nobody’s', async () => {
  const { relay, engines } = setUp();
  const heard: Frame[] = [];
  relay.shell.listen({ frame: (frame) => heard.push(frame), closed() {} });
  for (const message of [{ to: 'shell', frame: request(1) }, { to: 'shell', frame: 7 }, 'text', null])
    relay.receive(message);
  await turn();
  expect(heard).toEqual([request(1)]);
  expect(engines).toEqual([]);
});
