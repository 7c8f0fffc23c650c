import type { Sink } from '../../../engine/src/core/sink.ts';
import { type LogFields, silentLogger } from '../../../engine/src/core/telemetry.ts';
import { type OptionCases, option, setting } from './option-case.ts';
import { run } from './scratch.ts';

/** A sink that never answers, and does not hear that it should give up. */
function hanging(asked: () => void): Sink {
  const write = () => {
    asked();
    return new Promise<never>(() => undefined);
  };
  return { write, close: async () => undefined };
}

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
  'telemetry.listen': option<string | undefined>(listening, [
    [undefined, { listens: false, metrics: undefined, rows: 1 }],
    ['127.0.0.1:0', { listens: true, metrics: true, rows: 1 }],
  ]),
  'shutdown.grace': option<string>(
    async (grace) => {
      const stop = new AbortController();
      let stoppedMs = 0;
      const sink = hanging(() => {
        stoppedMs = Date.now();
        stop.abort();
      });
      const { summary } = await run({
        config: setting('shutdown.grace', grace),
        deliveries: ['{"id":1}'],
        options: { live: { sinks: [sink] }, signal: stop.signal },
      });
      const { messages, closed } = summary.ledger;
      const elapsedMs = Date.now() - stoppedMs;
      const elapsed = elapsedMs < 2_000 ? 'below 2 s' : elapsedMs < 4_000 ? '2 to 4 s' : 'longer';
      return { elapsed, reason: summary.reason, code: summary.error?.code, returned: messages.returned, closed };
    },
    [
      ['1s', { elapsed: 'below 2 s', reason: 'failed', code: 'E_UNAVAILABLE', returned: 1, closed: true }],
      ['3s', { elapsed: '2 to 4 s', reason: 'failed', code: 'E_UNAVAILABLE', returned: 1, closed: true }],
    ],
  ),
};
