import type { BufferPool } from '../../core/buffer-pool.ts';
import type { Delivery } from '../../core/delivery.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { Source } from '../../core/source.ts';

/** What a piece is known by; the rest of its delivery follows. */
export type NamedPiece = Pick<Delivery, 'id' | 'body' | 'attributes' | 'decodedBytes'>;

/**
 * A source over pieces that come in a fixed order and end: nothing is leased, so settling has nothing to do. One lane reads it.
 * `open` starts from the beginning at each call. Bodies go back to `pool` when they are released.
 */
export function createPieceSource(
  open: (signal: AbortSignal) => AsyncIterable<NamedPiece>,
  name: string,
  pool?: BufferPool,
): Source {
  return {
    replay: 'ordered',
    maxLanes: 1,
    async createReader() {
      const closing = new AbortController();
      const { next, drain } = takeTurns(open(closing.signal)[Symbol.asyncIterator]());
      return {
        async receive(signal) {
          const result = await next(signal);
          if (result === 'aborted') return [];
          if (result.done) return undefined;
          const { value } = result;
          return [{ ...value, receiveCount: 1, receivedAtMs: Date.now(), receipt: value.id }];
        },
        release(deliveries) {
          for (const { body } of deliveries) pool?.give(body);
        },
        async close() {
          closing.abort();
          // What was read and nobody came for. It is not waited for: a stream may never say more.
          drain(({ body }) => pool?.give(body)).catch(() => {});
        },
      };
    },
    async createSettler() {
      return {
        ack: async (receipts) => receipts.map(() => 'done' as const),
        nack: async (receipts) => receipts.map((id) => ({ error: cannotReturn(name, id) })),
        close: async () => {},
      };
    },
  };
}

function cannotReturn(name: string, id: string): ParquetryError {
  return new ParquetryError('E_INTERNAL', `${name} cannot take a delivery back, got ${id}`, {
    hint: 'Run it again: files that exist already with equal bytes are left as they are.',
  });
}

/**
 * `next` awaits the next item unless the signal comes first; an item that arrives after that is kept for the next call. `drain`
 * takes all that is left, if anything was ever asked for; an error is kept for the next call.
 */
function takeTurns<T>(items: AsyncIterator<T>) {
  let pending: Promise<IteratorResult<T>> | undefined;
  let isStarted = false;
  const next = async (signal: AbortSignal): Promise<IteratorResult<T> | 'aborted'> => {
    while (!signal.aborted) {
      isStarted = true;
      pending ??= items.next();
      const awaited = pending;
      const result = await untilAborted(awaited, signal);
      if (result === 'aborted') break;
      if (pending !== awaited) continue; // another call was first to take it
      pending = undefined;
      return result;
    }
    return 'aborted';
  };
  const drain = async (take: (item: T) => void) => {
    while (isStarted) {
      pending ??= items.next();
      const { done, value } = await pending;
      if (done) return;
      pending = undefined;
      take(value);
    }
  };
  return { next, drain };
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | 'aborted'> {
  const { promise: aborted, resolve } = Promise.withResolvers<'aborted'>();
  const abort = () => resolve('aborted');
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
