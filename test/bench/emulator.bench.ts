import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Benchmark, Figure } from './main.ts';

const run = promisify(execFile);

/** The embedded SQS: how much it carries, and whether depth slows it. Each in a process of its own. */
export const benchmark: Benchmark = {
  about:
    'The embedded SQS. `emulator`: messages a second end to end through the official SDK (each sent, received and deleted in batches of ten) with ' +
    'one sender and one receiver. `emulator-depth`: the in-memory queue at a depth of 1,000 and of 1,000,000; `ratio` is deep to shallow.',
  run: async (emit) => {
    for (const script of ['emulator-throughput.ts', 'emulator-depth.ts']) {
      const { stdout } = await run(process.execPath, [path.join(import.meta.dirname, script)]);
      for (const line of stdout.split('\n').filter(Boolean)) {
        const { bench: measured, ...figure } = JSON.parse(line) as Figure;
        emit({ measured: measured ?? script, ...figure });
      }
    }
  },
};
