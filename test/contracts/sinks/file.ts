import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contextAt } from '../context.ts';
import type { SinkFixture, SinkWorld } from '../sink-subject.ts';

/** Its place is `in/out`, so that both `..` and `../..` have something to hit. */
export const fixture: SinkFixture = {
  subjects: (component) => [
    {
      name: 'file',
      hasCheck: true,
      async open(): Promise<SinkWorld> {
        const root = await mkdtemp(join(tmpdir(), 'contract-sink-'));
        const folder = join(root, 'in');
        const place = join(folder, 'out');
        await mkdir(folder);
        const create = async (path: string) => component.create(component.config.parse({ path }), contextAt(folder));
        return {
          sink: await create('out'),
          another: () => create(place),
          read: (name) => readFile(join(place, name)).catch(() => undefined),
          names: () => filesBelow(place),
          outside: async () => JSON.stringify((await filesBelow(root)).filter((name) => !name.startsWith('in/out/'))),
          async missing() {
            await writeFile(join(root, 'taken'), '');
            return create('../taken');
          },
          [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
        };
      },
    },
  ],
};

/** Names as readers of a folder see them: what begins with a dot is hidden from them, but `...dots` is meant to be seen. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return names.map((name) => name.slice(folder.length + 1).replaceAll('\\', '/')).sort();
}
