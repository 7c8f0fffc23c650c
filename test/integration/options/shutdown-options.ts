import type { Sink } from '../../../engine/src/core/sink.ts';
import type { Source } from '../../../engine/src/core/source.ts';
import { type OptionCases, option } from './option-case.ts';
import { run } from './scratch.ts';

/** Longer than `auto` plans with, out of a grace of 1 s. */
const SLOW_MS = 700;

/** A sink whose first write takes a while; counts its files. */
function sinkTaking(ms: number) {
  const first = Promise.withResolvers<void>();
  const seen = { files: 0 };
  const sink: Sink = {
    async write({ name, sizeBytes }) {
      if (seen.files === 0) await new Promise((resolve) => setTimeout(resolve, ms));
      seen.files++;
      first.resolve();
      return { uri: name, sizeBytes };
    },
    close: async () => undefined,
  };
  return { sink, seen, first: first.promise };
}

/** Hands out a delivery, another one after `ready`, and then says so. */
function sourceOfTwo(ready: Promise<unknown>, done: () => void): Source {
  let received = 0;
  const settle = async (receipts: readonly string[]) => receipts.map(() => 'done' as const);
  return {
    replay: 'unordered',
    createReader: async () => ({
      async receive(signal) {
        received++;
        if (received === 2) await ready;
        if (received === 3) {
          await new Promise((resolve) => setTimeout(resolve, 20)); // it is processed by then
          done();
        }
        if (received > 2 && !signal.aborted) {
          await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        }
        const facts = { id: `d${received}`, receipt: `r${received}`, attributes: {}, receivedAtMs: Date.now() };
        return received > 2 ? [] : [{ ...facts, receiveCount: 1, body: Buffer.from('{"id":1}') }];
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
  const source = sourceOfTwo(Promise.all([quick.first, slow.first]), () => stop.abort());
  const sinks = ['quick', 'slow'].map((path) => ({ file: { path, ndjson: {} } }));
  const { summary } = await run({
    config: { sinks, batch: { maxAge: '300ms' }, shutdown: { grace: '1s', ...(mode && { mode }) } },
    options: { drain: false, signal: stop.signal, live: { source, sinks: [quick.sink, slow.sink] } },
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
