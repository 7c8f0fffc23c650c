/**
 * Whether the embedded queue keeps its speed with a million messages in it, at the level of the in-memory queue: rounds
 * of ten sends, a receive of ten and ten deletes at two depths. Prints a JSON line for each kind of queue: messages
 * carried a second at each depth, their ratio (at least 0.8 is asked for), and the memory of a message that lies there.
 */
import { createRealClock } from '../../engine/src/emulator/clock.ts';
import { Queue } from '../../engine/src/emulator/sqs/queue.ts';
import { defaultAttributes } from '../../engine/src/emulator/sqs/queue-attributes.ts';
import { settingsOf } from '../../engine/src/emulator/sqs/queue-settings.ts';

const SHALLOW = 1_000;
const DEEP = Number(process.env.BENCH_DEPTH ?? 1_000_000);
const ROUNDS = 5_000;
const BATCH = 10;
/** Samples of both depths alternate, so that the machine's moods hit both. */
const SAMPLES = 5;

let nextBody = 0;

function createQueue(fifo: boolean): Queue {
  return new Queue({
    name: 'depth',
    arn: 'arn:aws:sqs:us-east-1:000000000000:depth',
    fifo,
    settings: settingsOf(defaultAttributes(fifo)),
    inFlightLimit: 120_000,
    ports: { clock: createRealClock(), findQueue: () => undefined, decideDelivery: () => [] },
  });
}

function send(queue: Queue): void {
  const id = nextBody++;
  const groupId = queue.fifo ? `g${id % 1000}` : undefined;
  const body = `{"id":${id},"padding":"${'x'.repeat(100)}"}`;
  const sent = queue.send({ body, groupId, deduplicationId: queue.fifo ? `${id}` : undefined });
  Buffer.byteLength(sent.id); // answering it flattens the string, which is a rope of 20 pieces until then
}

function fill(queue: Queue, depth: number): void {
  for (let i = 0; i < depth; i++) send(queue);
}

/** Messages carried a second while the depth stays what it is. */
function measure(queue: Queue): number {
  const startedAt = performance.now();
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < BATCH; i++) send(queue);
    for (const { receiptHandle } of queue.receive({ max: BATCH })) queue.delete(receiptHandle);
  }
  return (ROUNDS * BATCH * 1000) / (performance.now() - startedAt);
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

/** Compares the two depths; needs --expose-gc for the memory. */
function compare(fifo: boolean) {
  const shallow = createQueue(fifo);
  fill(shallow, SHALLOW);
  measure(shallow); // warm-up
  globalThis.gc?.();
  const before = process.memoryUsage();
  const deep = createQueue(fifo);
  fill(deep, DEEP);
  globalThis.gc?.();
  const after = process.memoryUsage();
  const rates = { shallow: [] as number[], deep: [] as number[] };
  for (let sample = 0; sample < SAMPLES; sample++) {
    rates.shallow.push(measure(shallow));
    rates.deep.push(measure(deep));
  }
  const [shallowPerS, deepPerS] = [median(rates.shallow), median(rates.deep)];
  return {
    bench: 'emulator-depth',
    queue: fifo ? 'fifo' : 'standard',
    messagesPerSAt1k: Math.round(shallowPerS),
    messagesPerSAtDepth: Math.round(deepPerS),
    depth: DEEP,
    ratio: Number((deepPerS / shallowPerS).toFixed(2)),
    bytesPerMessage: Math.round((after.heapUsed - before.heapUsed) / DEEP),
  };
}

for (const fifo of [false, true]) console.log(JSON.stringify(compare(fifo)));
