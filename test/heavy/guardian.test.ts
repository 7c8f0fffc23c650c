import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type EngineProcess, startEngine } from '../integration/engine-process.ts';
import { createWorld, QUEUE, type World } from '../integration/harness.ts';

/* A record that ends the whole process. SIGABRT is how V8 ends a process in which it cannot go on, SIGKILL how the kernel does. */

const RECORDS = 1_000;
const A_MESSAGE = 50;
const POISON = 525;

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const transform = (signal: string) => `import { defineTransform, t } from 'parquetry';
export default defineTransform({
  output: t.row({ id: t.int(), collects: t.bool() }),
  map: ({ id }) => {
    if (id === ${POISON}) for (process.kill(process.pid, '${signal}'); ; );
    return { id: id + 0, collects: typeof gc === 'function' };
  },
});`;

async function sendRecords(): Promise<void> {
  const body = (message: number) =>
    Array.from({ length: A_MESSAGE }, (_, i) => JSON.stringify({ id: message * A_MESSAGE + i })).join('\n');
  await world.send(Array.from({ length: RECORDS / A_MESSAGE }, (_, message) => body(message)));
}

/** Waits for the engine to be started again, and ends the leases of the dead one, which takes minutes otherwise. */
async function restarted(run: EngineProcess, times: number): Promise<void> {
  const claim = () => expect(run.said('engine.restarted')).toHaveLength(times);
  await vi.waitFor(claim, { timeout: 60_000, interval: 50 });
  world.emulator.sqs.expireInFlight(QUEUE);
}

const idsOf = async () => (await world.rows()).map(({ id }) => Number(id)).sort((a, b) => a - b);
const everyIdButPoison = Array.from({ length: RECORDS }, (_, id) => id).filter((id) => id !== POISON);

test.each([
  ['SIGABRT', 'SIGABRT (exit code 134)', 2],
  // Which anybody can send: it takes one more to show that the record is to blame.
  ['SIGKILL', 'SIGKILL (exit code 137)', 3],
])(
  'a record that ends the process by %s costs that record: the engine is started again, and finds it',
  async (signal, ending, times) => {
    await sendRecords();
    const config = { lanes: 2 };
    const folder = await world.pipeline({ input: { id: 'int' }, transform: transform(signal), config });
    using run = startEngine(folder, '--drain', '--guard', '--json', '--log-level', 'info');
    for (let time = 1; time <= times; time++) await restarted(run, time);
    const { code, out } = await run.ended;
    expect(code).toBe(0);
    const said = run.said('engine.restarted');
    expect(said.map(({ restarts, poison }) => [restarts, poison])).toEqual(
      Array.from({ length: times }, (_, i) => [i + 1, i + 1 === times ? 1 : 0]),
    );
    expect(said[0]).toMatchObject({ ending, suspects: expect.any(Number) });
    expect(run.said('engine.suspects.cleared')).toHaveLength(1);
    expect(run.said('poison.isolated')).toMatchObject([{ record: 25, reason: 'crash' }]);
    expect(await idsOf()).toEqual(everyIdButPoison);
    expect(
      (await world.rows()).every(({ collects }) => collects),
      'lanes can collect their garbage',
    ).toBe(true);
    const [letter, ...more] = await world.deadLetters();
    expect(more).toEqual([]);
    expect(letter).toMatchObject({ reason: 'crash', record: 25, original: JSON.stringify({ id: POISON }) });
    expect(letter!.message).toBe(`the process ended with ${ending} at this record`);
    expect(JSON.parse(out)).toMatchObject({
      reason: 'drained',
      restarted: { times, after: ending },
      ledger: { closed: true, records: { deadLettered: { crash: 1 } } },
    });
    expect(await world.depth()).toEqual([0, 0, 0]);
  },
);

test('an engine whose source could not hand out again is not started again: its exit code is the command’s', async () => {
  const config = { source: { file: { path: 'in.ndjson' } } };
  const more = { 'in.ndjson': `{"id":${POISON}}\n` };
  const folder = await world.pipeline({ input: { id: 'int' }, transform: transform('SIGABRT'), config, more });
  using run = startEngine(folder, '--guard');
  expect(await run.ended).toMatchObject({ code: 134 });
});

test('an engine whose guardian was killed ends in order: nobody else would tell it to', async () => {
  await sendRecords();
  const folder = await world.pipeline({ input: { id: 'int' } });
  using run = startEngine(folder);
  const until = (claim: () => Promise<void>) => vi.waitFor(claim, { timeout: 60_000, interval: 100 });
  await until(async () => expect((await world.depth())[0]).toBe(0));
  run.child.kill('SIGKILL');
  await until(async () => expect(await world.depth()).toEqual([0, 0, 0]));
  expect(await idsOf()).toHaveLength(RECORDS);
});
