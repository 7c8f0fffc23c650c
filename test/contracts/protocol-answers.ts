import type { Method, NoMethods } from '../../engine/src/protocol/method.ts';
import type { Handlers, Peer } from '../../engine/src/protocol/peer.ts';
import { ProtocolError } from '../../engine/src/protocol/protocol-error.ts';

/** What the far end of a conversation answers, wherever it runs. */
export interface FarMethods {
  echo: Method<unknown, unknown>;
  /** Answers once as many requests came in as `of` says, the last one first. */
  inTurn: Method<{ name: string; of: number }, string>;
  /** Shows 1 to `to`, then returns how many. */
  count: Method<{ to: number }, number, number>;
  /** Shows that it began; then it lasts until it is cancelled. */
  wait: Method<NoMethods, void, 'began'>;
  /** Shows that it began, never ends, and does not heed its signal; it shows more when it is told to by `poke`. */
  ignore: Method<NoMethods, void, string>;
  poke: Method<NoMethods, void>;
  /** How many of `wait` were cancelled, over all conversations. */
  cancelled: Method<NoMethods, number>;
  fail: Method<{ how: 'ours' | 'foreign' | 'text' }, void>;
  /** A result that is no plain data. */
  uncrossable: Method<NoMethods, unknown>;
  bytes: Method<{ size: number }, Uint8Array>;
  /** Asks the near end for its name, and greets it. */
  greet: Method<NoMethods, string>;
}

/** What the near end answers. */
export interface NearMethods {
  name: Method<NoMethods, string>;
}

export const ourError = {
  code: 'E_CONFIG',
  message: 'batch.targetSize must be at least 1KiB, got 12',
  hint: 'Write 128MiB.',
  file: '/pipelines/clicks/pipeline.yaml',
  line: 7,
  column: 23,
} as const;

/** State that all conversations of a far end share. */
export interface FarState {
  cancelled: number;
}

/** Handlers of one conversation; `near` is its other end. */
export function farAnswers(state: FarState, near: () => Peer<NearMethods>): Handlers<FarMethods> {
  const turn: { name: string; resolve(name: string): void }[] = [];
  const ignorant = new Set<(text: string) => void>();
  return {
    echo: (value) => value,
    inTurn({ name, of }) {
      const { promise, resolve } = Promise.withResolvers<string>();
      turn.push({ name, resolve });
      if (turn.length === of) for (const one of turn.splice(0).reverse()) one.resolve(one.name);
      return promise;
    },
    count({ to }, { show }) {
      for (let at = 1; at <= to; at++) show(at);
      return to;
    },
    wait(_none, { signal, show }) {
      show('began');
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          state.cancelled++;
          resolve();
        });
      });
    },
    ignore(_none, { show }) {
      ignorant.add(show);
      show('began');
      return new Promise(() => {});
    },
    poke() {
      for (const show of ignorant) show('more');
    },
    cancelled: () => state.cancelled,
    fail({ how }) {
      if (how === 'ours') throw new ProtocolError(ourError);
      throw how === 'foreign' ? new TypeError('x is not a function') : 'just text';
    },
    uncrossable: () => ({ act: () => {} }),
    bytes({ size }) {
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size; at++) bytes[at] = at % 251;
      return bytes;
    },
    greet: async () => `hello ${await near().request('name', {})}`,
  };
}
