import { tmpdir } from 'node:os';
import { silentLogger, silentMetrics } from '../../../engine/src/core/telemetry.ts';
import { component } from '../../../engine/src/sources/stdin/index.ts';

/** A call of the reader or settler here. */
export type Ask =
  | { readonly method: 'receive' | 'close' | 'closeSettler' }
  | { readonly method: 'ack' | 'nack'; readonly receipts: readonly string[] };

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly message: string; readonly code?: unknown };
}

type Message = { readonly id: number; readonly aborted?: boolean } & (Ask | { readonly method: 'abort' });

/*
 * The process around a stdin source: does what it is asked, until the channel closes. Then nothing but the source could keep it
 * alive, and it ends by itself.
 */
const source = await component.create(component.config.parse({}), {
  pipeline: 'contract',
  runId: 'run-1',
  folder: tmpdir(),
  aws: {},
  expectedHoldMs: 60_000,
  logger: silentLogger,
  metrics: silentMetrics,
});
const reader = await source.createReader();
const settler = await source.createSettler();
const receiving = new Map<number, AbortController>();

process.on('message', (message: Message) => void answer(message));
process.on('disconnect', () => void reader.close());

async function answer(message: Message): Promise<void> {
  if (message.method === 'abort') return receiving.get(message.id)?.abort();
  try {
    process.send!({ id: message.id, value: await call(message) });
  } catch (thrown) {
    const { message: text, code } = thrown as Error & { code?: unknown };
    process.send!({ id: message.id, error: { message: text, code } });
  }
}

async function call(message: Message): Promise<unknown> {
  switch (message.method) {
    case 'receive':
      return receive(message);
    case 'ack':
      return settler.ack(message.receipts);
    case 'nack':
      return settler.nack(message.receipts, 0);
    case 'close':
      return reader.close();
    default:
      return settler.close();
  }
}

async function receive({ id, aborted }: Message) {
  const stop = new AbortController();
  if (aborted) stop.abort();
  receiving.set(id, stop);
  try {
    return await reader.receive(stop.signal);
  } finally {
    receiving.delete(id);
  }
}
