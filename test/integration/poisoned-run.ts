import { expect } from 'vitest';
import type { LogFields } from '../../engine/src/core/telemetry.ts';
import type { RunOptions } from '../../engine/src/runtime/plan-run.ts';
import type { Run } from '../../engine/src/runtime/run.ts';
import { type PipelineFiles, QUEUE, type World } from './harness.ts';

/* One poison record among 10,000 that ends its lane, whatever way. */

export const TOTAL = 10_000;
export const POISON = 5_050;
const A_MESSAGE = 100;
export const input = { id: 'int', text: 'string' };
export const poisonText = JSON.stringify({ id: POISON, text: 'poison' });

export function messages(): string[] {
  const lines = Array.from({ length: TOTAL }, (_, id) =>
    id === POISON ? poisonText : JSON.stringify({ id, text: `t${id}` }),
  );
  return Array.from({ length: TOTAL / A_MESSAGE }, (_, i) =>
    lines.slice(i * A_MESSAGE, (i + 1) * A_MESSAGE).join('\n'),
  );
}

/** A transform that hands records on, but for what it does at the poison; more members of the definition may be given. */
export const transform = (atPoison: string, more = '') => `import { defineTransform, t } from 'parquetry';
const kept = [];
export default defineTransform({
  output: t.row({ id: t.int(), text: t.string() }),
  ${more}
  map: ({ id, text }) => {
    if (id === ${POISON}) { ${atPoison} }
    return { id, text: text + '!' };
  },
});`;

export async function delivered(world: World): Promise<number[]> {
  return (await world.rows()).map(({ id }) => Number(id)).sort((a, b) => a - b);
}

export const everyIdBut = (...missing: number[]) =>
  Array.from({ length: TOTAL }, (_, id) => id).filter((id) => !missing.includes(id));

/** Keeps what is logged. */
function listen() {
  const said: { event: string; fields?: LogFields }[] = [];
  const log = (event: string, fields?: LogFields) => void said.push({ event, fields });
  const fieldsOf = (name: string) => said.filter(({ event }) => event === name).map(({ fields }) => fields);
  return { logger: { debug: log, info: log, warn: log, error: log }, fieldsOf };
}

/** An answer of the emulator is heard of within this, however busy the machine is. */
const ANSWER_MS = 1_500;

/** Messages that were on their way into a lane when it was killed come back when their lease ends: that is not waited for. */
function expireStranded(world: World, engine: Run): void {
  let quietSinceMs = Date.now();
  let received = 0;
  const timer = setInterval(() => {
    const { ledger, ending } = engine.snapshot();
    const { messages } = ledger;
    if (ending) clearInterval(timer);
    // What is on its way to a living lane is no more to expire than what the lane has: the engine relies on its leases.
    if (messages.inFlight > 0 || messages.received !== received) quietSinceMs = Date.now();
    received = messages.received;
    if (messages.returned > 0 && Date.now() - quietSinceMs > ANSWER_MS) world.emulator.sqs.expireInFlight(QUEUE);
  }, 50);
}

/** Sends all messages and runs a pipeline over them until the queue is drained: nothing may be left, and the ledger closes. */
export async function runOver(world: World, files: Omit<PipelineFiles, 'input'>, options: RunOptions = {}) {
  await world.send(messages());
  const log = listen();
  const folder = await world.pipeline({ input, ...files });
  const onStart = (engine: Run) => expireStranded(world, engine);
  const summary = await world.run(folder, { logger: log.logger, onStart, ...options });
  expect(summary).toMatchObject({ reason: 'drained', error: undefined, ledger: { closed: true } });
  expect(await world.depth()).toEqual([0, 0, 0]);
  return { summary, log, letters: await world.deadLetters() };
}

export const quickly = { errors: { transformTimeout: '300ms', to: { s3: { bucket: 'lake', prefix: '_errors' } } } };
/** A heap that is small enough to be filled in no time. */
export const smallHeap = { laneHeapBytes: 64 << 20 };
