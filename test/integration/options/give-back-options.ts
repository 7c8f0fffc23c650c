import { ParquetryError } from '../../../engine/src/core/errors.ts';
import type { OutputFile, Sink } from '../../../engine/src/core/sink.ts';
import type { Source } from '../../../engine/src/core/source.ts';
import { type OptionCases, option, setting } from './option-case.ts';
import { run } from './scratch.ts';

/** A source of one delivery that comes again whenever it is given back, `times` in all; remembers the delays. */
function comingAgain(times: number) {
  const delaysMs: number[] = [];
  let receiveCount = 0;
  let waits = true;
  const source: Source = {
    replay: 'unordered',
    createReader: async () => ({
      async receive() {
        if (receiveCount >= times) return undefined;
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (!waits) return [];
        waits = false;
        receiveCount++;
        const facts = { id: 'm', receipt: `r${receiveCount}`, attributes: {}, receivedAtMs: Date.now(), receiveCount };
        return [{ ...facts, body: Buffer.from('{"id":1}') }];
      },
      close: async () => undefined,
    }),
    createSettler: async () => ({
      ack: async (receipts) => receipts.map(() => 'done'),
      async nack(receipts, delayMs) {
        delaysMs.push(delayMs);
        waits = true;
        return receipts.map(() => 'done');
      },
      close: async () => undefined,
    }),
  };
  return { source, delaysMs };
}

function failing(error: () => ParquetryError): Sink {
  return { write: (_file: OutputFile) => Promise.reject(error()), close: async () => undefined };
}

const away = () => new ParquetryError('E_UNAVAILABLE', 'the store is away');
const WHY = 'by a sink: a name of 2,000 bytes is too long';
const refusal = () => new ParquetryError('E_RECORD', 'a name of 2,000 bytes is too long');

/** How long a delivery stayed away the first three times. */
async function delays(nackDelay: object): Promise<number[]> {
  const { source, delaysMs } = comingAgain(3);
  const config = { batch: { maxAge: '100ms' }, errors: { nackDelay, to: { file: { path: 'bad' } } } };
  await run({ config, options: { live: { source, sinks: [failing(away)] } } });
  return delaysMs.slice(0, 3);
}

/** Keys that say when what could not be delivered comes again, and when no more. */
export const giveBackOptions: OptionCases = {
  'errors.nackDelay.base': option<string>(
    (base) => delays(setting('base', base)),
    [
      [undefined, [1_000, 2_000, 4_000]],
      ['0s', [0, 0, 0]],
      ['5s', [5_000, 10_000, 20_000]],
    ],
  ),
  'errors.nackDelay.max': option<string>(
    (max) => delays({ base: '50s', ...setting('max', max) }),
    [
      [undefined, [50_000, 60_000, 60_000]],
      ['2m', [50_000, 100_000, 120_000]],
    ],
  ),
  'errors.maxReceives': option<number>(
    async (maxReceives) => {
      const { source } = comingAgain((maxReceives ?? 2) + 1);
      const errors = { to: { file: { path: 'bad' } }, ...setting('maxReceives', maxReceives) };
      const config = { batch: { maxAge: '100ms' }, errors };
      const { summary, written } = await run({ config, options: { live: { source, sinks: [failing(refusal)] } } });
      const letters = Array.from(written.values(), (bytes) => JSON.parse(bytes.toString()));
      const { deadLettered } = summary.ledger.records;
      return {
        deadLettered,
        closed: summary.ledger.closed,
        letters: letters.map(({ message }) => message),
      };
    },
    [
      [undefined, { deadLettered: {}, closed: true, letters: [] }],
      [1, { deadLettered: { refused: 1 }, closed: true, letters: [`refused 1 times ${WHY}`] }],
      [2, { deadLettered: { refused: 1 }, closed: true, letters: [`refused 2 times ${WHY}`] }],
    ],
  ),
};
