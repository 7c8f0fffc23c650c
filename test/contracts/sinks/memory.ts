import { ParquetryError } from '../../../engine/src/core/errors.ts';
import type { Sink } from '../../../engine/src/core/sink.ts';
import type { SinkSubject, SinkWorld } from '../sink-subject.ts';

export type Store = Map<string, Uint8Array>;

/** A sink over a map: the smallest one that keeps the contract. */
function createMemorySink(store: Store): Sink {
  return {
    check: async () => {},
    async write({ name, chunks, sizeBytes }, signal) {
      if (signal.aborted) throw new ParquetryError('E_CANCELLED', `writing ${name} was stopped on request`);
      if (name.split('/').some((step) => step === '' || step === '..')) {
        throw new ParquetryError('E_CONFIG', `a file name must stay in its place, got ${name}`);
      }
      const bytes = Buffer.concat(await Array.fromAsync(chunks()));
      const stored = store.get(name);
      if (stored && Buffer.compare(stored, bytes) !== 0) {
        throw new ParquetryError('E_CONFLICT', `${name} exists with other bytes than are to be written`);
      }
      store.set(name, bytes);
      return { uri: `memory:${name}`, sizeBytes };
    },
    close: async () => {},
  };
}

/** The sink as a subject; `spoil` breaks it on its way out, and may reach behind it. */
export function memorySink(name: string, spoil: (sink: Sink, store: Store) => Sink = (sink) => sink): SinkSubject {
  return {
    name,
    hasCheck: true,
    async open(): Promise<SinkWorld> {
      const store: Store = new Map();
      const create = () => spoil(createMemorySink(store), store);
      const unusable = { ...create(), check: () => Promise.reject(notFound) };
      return {
        sink: create(),
        another: async () => create(),
        missing: async () => spoil(unusable, store),
        read: async (path) => store.get(path),
        names: async () => [...store.keys()].filter((key) => !key.startsWith('..')).sort(),
        outside: async () => [...store.keys()].filter((key) => key.startsWith('..')).join(),
        [Symbol.asyncDispose]: async () => {},
      };
    },
  };
}

const notFound = new ParquetryError('E_NOT_FOUND', 'there is no such map', { hint: 'Make one.' });
