import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { contextAt } from '../context.ts';
import type { SourceFixture, SourceWorld } from '../source-subject.ts';

const facts = {
  ends: true,
  leased: false,
  replay: 'ordered',
  oneReader: true,
  hasCheck: true,
  hasBacklog: false,
  hasExtend: false,
  neverWaits: 'a file is there or it is not',
} as const;

/** One file a call, which holds all lines; plain and packed. */
export const fixture: SourceFixture = {
  subjects: (component) =>
    (['data.ndjson', 'data.ndjson.gz'] as const).map((name) => ({
      ...facts,
      name: `file (${name})`,
      async open(): Promise<SourceWorld> {
        const folder = await mkdtemp(join(tmpdir(), 'contract-source-'));
        const create = async (path: string) => component.create(component.config.parse({ path }), contextAt(folder));
        return {
          source: await create(name),
          reopen: () => create(name),
          missing: () => create('no-*.ndjson'),
          offer(lines) {
            const text = lines.map((line) => `${line}\n`).join('');
            return writeFile(join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text);
          },
          [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
        };
      },
    })),
};
