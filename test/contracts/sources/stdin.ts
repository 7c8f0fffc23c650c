import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Delivery } from '../../../engine/src/core/delivery.ts';
import type { Source } from '../../../engine/src/core/source.ts';
import type { SourceFixture, SourceWorld } from '../source-subject.ts';
import type { Answer, Ask } from './stdin-host.ts';

const host = fileURLToPath(new URL('./stdin-host.ts', import.meta.url));

const facts = {
  ends: true,
  leased: false,
  replay: 'ordered',
  oneReader: true,
  hasCheck: false,
  hasBacklog: false,
  hasExtend: false,
} as const;

/** Standard input belongs to a process, so the source works in one of its own; its calls go there and back as messages. */
export const fixture: SourceFixture = {
  subjects: () => [{ ...facts, name: 'stdin', open: openWorld }],
};

async function openWorld(): Promise<SourceWorld> {
  const first = startHost();
  const started = [first];
  const offered: string[] = [];
  return {
    source: first.source,
    async offer(lines) {
      const text = lines.map((line) => `${line}\n`).join('');
      offered.push(text);
      first.write(text);
    },
    end: async () => void first.end(),
    async reopen() {
      const again = startHost();
      started.push(again);
      again.write(offered.join(''));
      again.end();
      return again.source;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(started.map(({ stop }) => stop()));
    },
  };
}

function startHost() {
  const child = fork(host, { stdio: ['pipe', 'inherit', 'inherit', 'ipc'], serialization: 'advanced', execArgv: [] });
  const exited = once(child, 'exit');
  const stdin = child.stdin!;
  stdin.on('error', () => {}); // a host that was stopped reads no more
  const waiting = new Map<number, (answer: Answer) => void>();
  child.on('message', (answer: Answer) => waiting.get(answer.id)?.(answer));
  let asked = 0;
  const ask = (question: Ask, signal?: AbortSignal): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++asked;
      const abort = () => child.send({ id, method: 'abort' });
      waiting.set(id, ({ value, error }) => {
        waiting.delete(id);
        signal?.removeEventListener('abort', abort);
        if (error) reject(Object.assign(new Error(error.message), error));
        else resolve(value);
      });
      child.send({ id, ...question, aborted: signal?.aborted });
      signal?.addEventListener('abort', abort, { once: true });
    });

  const source: Source = {
    replay: 'ordered',
    maxLanes: 1,
    createReader: async () => ({
      receive: (signal) => ask({ method: 'receive' }, signal) as Promise<Delivery[] | undefined>,
      close: () => ask({ method: 'close' }) as Promise<void>,
    }),
    createSettler: async () => ({
      ack: (receipts) => ask({ method: 'ack', receipts }) as Promise<'done'[]>,
      nack: (receipts) => ask({ method: 'nack', receipts }) as Promise<{ error: Error }[]>,
      close: () => ask({ method: 'closeSettler' }) as Promise<void>,
    }),
  };
  const stop = async () => {
    child.disconnect();
    stdin.destroy();
    await exited;
  };
  return { source, stop, write: (text: string) => stdin.write(text), end: () => stdin.end() };
}
