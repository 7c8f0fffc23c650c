import type { Sink } from '../../../engine/src/core/sink.ts';
import { type LogFields, silentLogger } from '../../../engine/src/core/telemetry.ts';
import type { Engine } from '../../../engine/src/runtime/engine.ts';
import { createWorld, QUEUE } from '../harness.ts';
import { type OptionCase, type OptionCases, option, setting } from './option-case.ts';
import { run } from './scratch.ts';

/** Lanes that run, with a source that any number of them may read. */
const lanes = (config: (count: unknown) => unknown): OptionCase =>
  option<number>(
    async (count) => {
      await using world = await createWorld();
      const source = { sqs: { queue: QUEUE, waitTime: '0s' } };
      const started = Promise.withResolvers<Engine>();
      await run({
        config: { source, aws: { endpoint: world.emulator.endpoint }, lanes: config(count) },
        options: { backlogEveryMs: 20, onStart: started.resolve },
      });
      return (await started.promise).snapshot().lanes.length;
    },
    [
      [1, 1],
      [2, 2],
    ],
  );

/** A sink that never answers, and does not hear that it should give up. */
const hanging: Sink = { write: () => new Promise(() => undefined), close: async () => undefined };

/** Whether a run listens, and what it then says of itself. */
async function listening(address: string | undefined): Promise<unknown> {
  const heard = Promise.withResolvers<string | undefined>();
  const note = (event: string, fields: LogFields = {}) => {
    if (event === 'telemetry.listening') heard.resolve(String(fields.address));
  };
  const pages = heard.promise.then((at) =>
    at === undefined ? undefined : page(`http://${at}/metrics`, 'parquetry_open_files{'),
  );
  const config = address === undefined ? {} : setting('telemetry.listen', address);
  const stop = { ...silentLogger, info: note };
  const { summary } = await run({ config, deliveries: ['{"id":1}'], options: { logger: stop } });
  heard.resolve(undefined);
  return { listens: (await pages) !== undefined, metrics: await pages, rows: summary.ledger.rowsWritten };
}

async function page(url: string, wanted: string): Promise<boolean | undefined> {
  const text = await fetch(url).then(
    (response) => response.text(),
    () => undefined, // the run was over before
  );
  return text?.includes(wanted);
}

/** Keys that say how a run works and ends. */
export const runOptions: OptionCases = {
  lanes: lanes((count) => count),
  'lanes.count': lanes((count) => ({ count })),
  'telemetry.listen': option<string | undefined>(listening, [
    [undefined, { listens: false, metrics: undefined, rows: 1 }],
    ['127.0.0.1:0', { listens: true, metrics: true, rows: 1 }],
  ]),
  'shutdown.grace': option<string>(
    async (grace) => {
      const startMs = Date.now();
      const { summary } = await run({
        config: setting('shutdown.grace', grace),
        deliveries: ['{"id":1}'],
        options: { live: { sinks: [hanging] } },
      });
      const { messages, closed } = summary.ledger;
      const elapsedMs = Date.now() - startMs;
      const elapsed = elapsedMs < 2_000 ? 'below 2 s' : elapsedMs < 4_000 ? '2 to 4 s' : 'longer';
      return { elapsed, reason: summary.reason, code: summary.error?.code, returned: messages.returned, closed };
    },
    [
      ['1s', { elapsed: 'below 2 s', reason: 'failed', code: 'E_UNAVAILABLE', returned: 1, closed: true }],
      ['3s', { elapsed: '2 to 4 s', reason: 'failed', code: 'E_UNAVAILABLE', returned: 1, closed: true }],
    ],
  ),
};
