import { setTimeout } from 'node:timers/promises';
import type { Sink } from '../../../engine/src/core/sink.ts';
import type { Source } from '../../../engine/src/core/source.ts';
import type { Run } from '../../../engine/src/runtime/run.ts';
import { type OptionCases, option } from './option-case.ts';
import { run } from './scratch.ts';

/** Longer than `auto` plans with, out of a grace of 3 s. */
const SLOW_MS = 2_100;

/** A sink whose first write takes a while; counts its files. */
function sinkTaking(ms: number) {
  const first = Promise.withResolvers<void>();
  const seen = { files: 0 };
  const sink: Sink = {
    async write({ name, sizeBytes }) {
      if (seen.files === 0) await setTimeout(ms);
      seen.files++;
      first.resolve();
      return { uri: name, sizeBytes };
    },
    close: async () => undefined,
  };
  return { sink, seen, first: first.promise };
}

/** Hands out a delivery of two records, one of one record after `ready`, and says when that was processed, too. */
function sourceOfTwo(ready: Promise<unknown>, run: Promise<Run>, done: () => void): Source {
  let received = 0;
  const settle = async (receipts: readonly string[]) => receipts.map(() => 'done' as const);
  return {
    replay: 'unordered',
    createReader: async () => ({
      async receive(signal) {
        received++;
        if (received === 2) await ready;
        if (received === 3) {
          const engine = await run;
          while (engine.snapshot().openFiles < 2) await setTimeout(10); // one a sink
          done();
        }
        if (received > 2 && !signal.aborted) {
          await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        }
        const facts = { id: `d${received}`, receipt: `r${received}`, attributes: {}, receivedAtMs: Date.now() };
        return received > 2
          ? []
          : [{ ...facts, receiveCount: 1, body: Buffer.from('{"id":1}\n'.repeat(3 - received)) }];
      },
      close: async () => undefined,
    }),
    createSettler: async () => ({ ack: settle, nack: settle, close: async () => undefined }),
  };
}

/** What is written to a sink that is quick, and to one that is not, by a run that holds a file for each when it has to stop. */
async function writtenInTheEnd(mode: string | undefined): Promise<unknown> {
  const [quick, slow] = [sinkTaking(0), sinkTaking(SLOW_MS)];
  const stop = new AbortController();
  const started = Promise.withResolvers<Run>();
  const source = sourceOfTwo(Promise.all([quick.first, slow.first]), started.promise, () => stop.abort());
  const sinks = ['quick', 'slow'].map((path) => ({ file: { path, ndjson: {} } }));
  const { summary } = await run({
    config: { sinks, batch: { maxRows: 2 }, shutdown: { grace: '3s', ...(mode && { mode }) } },
    options: {
      drain: false,
      signal: stop.signal,
      onStart: started.resolve,
      live: { source, sinks: [quick.sink, slow.sink] },
    },
  });
  const { messages, closed } = summary.ledger;
  return { quick: quick.seen.files, slow: slow.seen.files, returned: messages.returned, closed };
}

/** What becomes of what is held in the end. */
export const shutdownOptions: OptionCases = {
  'shutdown.mode': option<string>(writtenInTheEnd, [
    [undefined, { quick: 2, slow: 1, returned: 1, closed: true }],
    ['auto', { quick: 2, slow: 1, returned: 1, closed: true }],
    ['flush', { quick: 2, slow: 2, returned: 0, closed: true }],
    ['return', { quick: 1, slow: 1, returned: 1, closed: true }],
  ]),
};
