import type { Writable } from 'node:stream';
import { z } from 'zod';
import type { Component } from '../../core/component.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { Sink } from '../../core/sink.ts';

const stdoutConfig = z.strictObject({});

export const component: Component<'sink', typeof stdoutConfig, Sink> = {
  kind: 'sink',
  type: 'stdout',
  summary: 'Writes the bytes of all files to standard output, one file after the other. For quick tries, with ndjson.',
  config: stdoutConfig,
  create: () => createStreamSink(process.stdout, 'stdout'),
};

/** A sink over a stream that it does not own. Files go out whole, in the order of the calls; a slow reader slows the writer down. */
export function createStreamSink(stream: Writable, name: string): Sink {
  let last: Promise<unknown> = Promise.resolve();
  // Failures reach the callback of their write; without a listener a closed pipe would end the process as well.
  stream.on('error', () => {});
  return {
    write(file, signal) {
      const written = last.then(async () => {
        for await (const chunk of file.chunks()) {
          if (signal.aborted) throw new ParquetryError('E_CANCELLED', `writing to ${name} was stopped on request`);
          await writeChunk(stream, chunk, name);
        }
        return { uri: name, sizeBytes: file.sizeBytes };
      });
      last = written.catch(() => {}); // its caller hears of it; the next file is tried nevertheless
      return written;
    },
    close: async () => void (await last),
  };
}

/** The callback comes when the chunk was taken by the reader's side: that is all the durability a pipe has. */
function writeChunk(stream: Writable, chunk: Uint8Array, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(chunk, (cause) => {
      if (!cause) return resolve();
      const hint = 'The program that reads the output ended before all of it was written.';
      reject(new ParquetryError('E_CANCELLED', `${name} was closed by its reader`, { cause, hint }));
    });
  });
}
