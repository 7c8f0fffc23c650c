import { expect, vi } from 'vitest';
import type { Frame } from '../../engine/src/protocol/frames.ts';
import { createPeer, type Peer } from '../../engine/src/protocol/peer.ts';
import type { Transport } from '../../engine/src/protocol/transport.ts';
import type { Claim } from './claim.ts';
import { type FarMethods, type NearMethods, ourError } from './protocol-answers.ts';
import type { ConversationWorld, TransportSubject } from './protocol-subject.ts';

type Far = Peer<FarMethods>;
type ConversationClaim = Claim<TransportSubject>;

/** What a claim has to do with. */
interface Scene {
  readonly far: Far;
  readonly world: ConversationWorld;
  readonly transport: Transport;
  readonly patienceMs: number;
}

/** A claim about one conversation. What never ends breaks it, too. */
function about(title: string, prove: (scene: Scene) => Promise<void>): ConversationClaim {
  return {
    title,
    async prove({ open, patienceMs = PATIENCE_MS }) {
      await using world = await open();
      const transport = await world.connect();
      const far = createPeer<FarMethods, NearMethods>(transport, { name: () => 'near' });
      await endsWithin(prove({ far, world, transport, patienceMs }), patienceMs);
      far.close();
    },
  };
}

/** What any transport and any two peers over it promise. */
export const transportClaims: readonly ConversationClaim[] = [
  {
    ...about('brings back integers beyond 2^53, NaN and minus zero', async ({ far }) => {
      const value = [2n ** 63n - 1n, { numbers: [Number.NaN, Number.NEGATIVE_INFINITY, -0] }];
      expect(await far.request('echo', value)).toEqual(value);
    }),
    skip: ({ onlyJson }) => onlyJson,
  },

  about('brings values back exactly: bytes, typed arrays, text of all kinds', async ({ far }) => {
    const value = {
      bytes: new Uint8Array([0, 255, 1]),
      numbers: [new Int32Array([-1, 2]), new Float64Array([0.1, -0, Number.NaN])],
      text: 'grüße \u{1F600} \u0000',
      nothing: null,
      nested: [{ $: 1, list: [[], {}] }],
    };
    expect(await far.request('echo', value)).toEqual(value);
  }),

  about('carries 16 MiB both ways, byte for byte', async ({ far }) => {
    const size = 16 * 1024 ** 2;
    const bytes = await far.request('bytes', { size });
    expect(bytes.length).toBe(size);
    expect([0, 1, 250, 251, size - 1].map((at) => bytes[at])).toEqual([0, 1, 250, 0, (size - 1) % 251]);
    const back = (await far.request('echo', bytes)) as Uint8Array;
    expect(Buffer.compare(back, bytes)).toBe(0);
  }),

  about('gives each of many requests its own answer, in whatever order they come', async ({ far }) => {
    const names = Array.from({ length: 300 }, (_, index) => `request ${index}`);
    const answers = await Promise.all(names.map((name) => far.request('inTurn', { name, of: names.length })));
    expect(answers).toEqual(names);
  }),

  about('shows snapshots in order, and all that were shown before the result', async ({ far }) => {
    const seen: number[] = [];
    const counted = await far.request('count', { to: 500 }, { onSnapshot: (at) => seen.push(at) });
    expect(seen).toEqual(Array.from({ length: counted }, (_, at) => at + 1));
  }),

  about('lets both ends ask', async ({ far }) => {
    expect(await far.request('greet', {})).toBe('hello near');
  }),

  about('ends a request that is cancelled with E_CANCELLED, and tells its handler', async ({ far }) => {
    const before = await far.request('cancelled', {});
    const began = Promise.withResolvers<void>();
    const controller = new AbortController();
    const waiting = far.request('wait', {}, { signal: controller.signal, onSnapshot: () => began.resolve() });
    await began.promise;
    controller.abort();
    expect(await rejection(waiting)).toMatchObject({ code: 'E_CANCELLED' });
    expect(await far.request('cancelled', {})).toBe(before + 1);
  }),

  ...(['wait', 'ignore'] as const).map((method) =>
    about(`answers a cancelled request with one error, and nothing after it: ${method}`, async ({ world }) => {
      const transport = await world.connect();
      const heard: Frame[] = [];
      const poked = Promise.withResolvers<void>();
      transport.listen({
        frame(frame) {
          heard.push(frame);
          if (frame.type === 'snapshot') transport.send({ type: 'cancel', id: 7 });
          if (frame.type === 'error') transport.send({ type: 'request', id: 8, method: 'poke', params: {} });
          if (frame.id === 8) poked.resolve();
        },
        closed() {},
      });
      transport.send({ type: 'request', id: 7, method, params: {} });
      await poked.promise;
      expect(heard).toMatchObject([
        { type: 'snapshot', id: 7 },
        { type: 'error', id: 7, error: { code: 'E_CANCELLED' } },
        { type: 'result', id: 8 },
      ]);
      transport.close();
    }),
  ),

  about('ends a cancelled request also where its handler does not heed the signal', async ({ far }) => {
    const began = Promise.withResolvers<void>();
    const controller = new AbortController();
    const seen: string[] = [];
    const onSnapshot = (text: string) => {
      seen.push(text);
      began.resolve();
    };
    const ignored = far.request('ignore', {}, { signal: controller.signal, onSnapshot });
    await began.promise;
    controller.abort();
    expect(await rejection(ignored)).toMatchObject({ code: 'E_CANCELLED' });
    // What it shows afterwards is nobody's any more.
    await far.request('poke', {});
    expect(seen).toEqual(['began']);
  }),

  about('never sends a request whose signal is aborted already', async ({ far }) => {
    const asked = far.request('echo', 1, { signal: AbortSignal.abort() });
    expect(await rejection(asked)).toMatchObject({ code: 'E_CANCELLED' });
    expect(await far.request('echo', 2)).toBe(2);
  }),

  about('refuses a method that nobody answers, also one that every object has', async ({ far }) => {
    const ask = far.request as (method: string, params: unknown) => Promise<unknown>;
    for (const method of ['nope', 'constructor', 'toString', '__proto__', '']) {
      expect(await rejection(ask(method, {})), method).toMatchObject({ code: 'E_METHOD' });
    }
  }),

  about('brings errors with code, hint and place', async ({ far }) => {
    expect(await rejection(far.request('fail', { how: 'ours' }))).toMatchObject({ ...ourError });
  }),

  about('makes E_INTERNAL of what is no error of ours', async ({ far }) => {
    const internal = (message: string) => ({ code: 'E_INTERNAL', message });
    expect(await rejection(far.request('fail', { how: 'foreign' }))).toMatchObject(internal('x is not a function'));
    expect(await rejection(far.request('fail', { how: 'text' }))).toMatchObject(internal('just text'));
  }),

  about('rejects what cannot cross, in params and in results, and goes on', async ({ far }) => {
    expect(await rejection(far.request('echo', { act: () => {} }))).toBeInstanceOf(Error);
    expect(await rejection(far.request('uncrossable', {}))).toBeInstanceOf(Error);
    expect(await far.request('echo', 'still here')).toBe('still here');
  }),

  about('ends what is open with E_CLOSED when it is closed, and whatever is asked later', async ({ far }) => {
    const began = Promise.withResolvers<void>();
    const open = [far.request('wait', {}, { onSnapshot: () => began.resolve() }), far.request('ignore', {})];
    await began.promise;
    far.close();
    for (const one of open) expect(await rejection(one)).toMatchObject({ code: 'E_CLOSED' });
    await far.closed;
    expect(await rejection(far.request('echo', 1))).toMatchObject({ code: 'E_CLOSED' });
    far.close();
  }),

  about('aborts what runs for an end that closed', async ({ far, world, patienceMs }) => {
    const other = createPeer<FarMethods>(await world.connect());
    const before = await other.request('cancelled', {});
    const began = Promise.withResolvers<void>();
    far.request('wait', {}, { onSnapshot: () => began.resolve() }).catch(() => {});
    await began.promise;
    far.close();
    await vi.waitFor(async () => expect(await other.request('cancelled', {})).toBe(before + 1), {
      timeout: patienceMs,
    });
    other.close();
  }),

  about('ends what is open with E_CLOSED when the other end dies', async ({ far, world }) => {
    const began = Promise.withResolvers<void>();
    const open = far.request('wait', {}, { onSnapshot: () => began.resolve() });
    await began.promise;
    const ended = rejection(open);
    await world.kill();
    expect(await ended).toMatchObject({ code: 'E_CLOSED' });
    await far.closed;
    expect(await rejection(far.request('echo', 1))).toMatchObject({ code: 'E_CLOSED' });
  }),

  about('keeps conversations apart', async ({ far, world }) => {
    const other = createPeer<FarMethods, NearMethods>(await world.connect(), { name: () => 'the other' });
    expect(await Promise.all([far.request('greet', {}), other.request('greet', {})])).toEqual([
      'hello near',
      'hello the other',
    ]);
    other.close();
    await other.closed;
    expect(await far.request('echo', 1)).toBe(1);
  }),

  about('leaves frames unheard that belong to no request, or are none', async ({ far, transport }) => {
    const strays: unknown[] = [
      { type: 'result', id: 999, result: 1 },
      { type: 'snapshot', id: 999, snapshot: 1 },
      { type: 'error', id: 999, error: { code: 'E_X', message: 'x' } },
      { type: 'cancel', id: 999 },
      { type: 'request', id: 'one', method: 'echo', params: 1 },
      { type: 'request', id: 1e300, method: 'echo', params: 1 },
      { type: 'request', id: 3 },
      { type: 'error', id: 1 },
      { type: 'shout', id: 1 },
      {},
      [],
    ];
    for (const stray of strays) transport.send(stray as Frame);
    expect(await far.request('echo', 'still here')).toBe('still here');
  }),

  about('goes on after garbage on the wire', async ({ far, world }) => {
    await world.garble?.();
    expect(await far.request('echo', 'still here')).toBe('still here');
  }),
];

/** Long enough for a busy machine. */
const PATIENCE_MS = 10_000;

/** What a promise rejects with. Unlike an assertion about it, a test does not wait for it at its end. */
function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => `resolved with ${value}`,
    (error: unknown) => error,
  );
}

async function endsWithin<Value>(promise: Promise<Value>, limitMs: number): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('never ended')), limitMs);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
