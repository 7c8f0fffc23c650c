import type { Delivery } from '../../core/delivery.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { Source, SourceReader } from '../../core/source.ts';

/** What a piece is known by; the rest of its delivery follows. */
export type NamedPiece = Pick<Delivery, 'id' | 'body' | 'attributes' | 'decodedBytes'>;

/**
 * A source over pieces that come in a fixed order and end: nothing is leased, so settling has nothing to do. One lane reads it.
 * `open` starts from the beginning at each call.
 */
export function createPieceSource(
  open: (signal: AbortSignal) => AsyncIterable<NamedPiece>,
  name: string,
  release?: SourceReader['release'],
): Source {
  return {
    replay: 'ordered',
    maxLanes: 1,
    async createReader() {
      const closing = new AbortController();
      const next = takeTurns(open(closing.signal)[Symbol.asyncIterator]());
      return {
        async receive(signal) {
          const result = await next(signal);
          if (result === 'aborted') return [];
          if (result.done) return undefined;
          const { value } = result;
          return [{ ...value, receiveCount: 1, receivedAtMs: Date.now(), receipt: value.id }];
        },
        release,
        close: async () => closing.abort(),
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

/** Awaits the next item unless the signal comes first; an item that arrives after that is kept for the next call. */
function takeTurns<T>(items: AsyncIterator<T>): (signal: AbortSignal) => Promise<IteratorResult<T> | 'aborted'> {
  let pending: Promise<IteratorResult<T>> | undefined;
  return async (signal) => {
    while (!signal.aborted) {
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
