import { Writable } from 'node:stream';
import { vi } from 'vitest';
import { contextAt } from '../context.ts';
import type { SinkFixture, SinkWorld } from '../sink-subject.ts';

/** The component asks the process for its output when it is made: here it gets one that keeps what it is told. */
export const fixture: SinkFixture = {
  subjects: (component) => [
    {
      name: 'stdout',
      nameless: 'a stream has no names',
      hasCheck: false,
      async open(): Promise<SinkWorld> {
        const chunks: Buffer[] = [];
        const stream = new Writable({
          write(chunk: Buffer, _encoding, done) {
            chunks.push(Buffer.from(chunk));
            setImmediate(done);
          },
        });
        const spy = vi.spyOn(process, 'stdout', 'get').mockReturnValue(stream as typeof process.stdout);
        const create = async () => component.create(component.config.parse({}), contextAt('.'));
        const sink = await create();
        spy.mockRestore();
        return {
          sink,
          another: create,
          read: async () => Buffer.concat(chunks),
          names: async () => (chunks.length === 0 ? [] : ['stdout']),
          outside: async () => '',
          [Symbol.asyncDispose]: async () => void stream.destroy(),
        };
      },
    },
  ],
};
