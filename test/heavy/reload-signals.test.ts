import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { startEngine } from '../integration/engine-process.ts';
import { createWorld } from '../integration/harness.ts';

const patiently = { timeout: 60_000, interval: 50 };
const TIMEOUT_MS = 300_000;
const transformOf = (version: number) => `import { defineTransform, t } from 'parquetry';
import { version } from './version.ts';
export default defineTransform({
  output: t.row({ id: t.int(), v${version}: t.int() }),
  map: ({ id }) => ({ id, v${version}: version }),
});`;

test('parquetry run --watch takes over what is saved, keeps on through a mistake, and reloads at SIGHUP, too', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using world = await createWorld();
  const folder = await world.pipeline({
    input: { id: 'int' },
    transform: transformOf(1),
    config: { batch: { maxAge: '1s' } },
    more: { 'version.ts': 'export const version: number = 1;' },
  });
  /** At once, as editors do: half a file would be one more mistake. */
  const save = async (file: string, text: string) => {
    const draft = path.join(world.folder, 'draft');
    await writeFile(draft, text);
    await rename(draft, path.join(folder, file));
  };
  using engine = startEngine(folder, '--watch', '--json', '--log-level', 'info');
  const said = (event: string, times: number) =>
    vi.waitFor(() => expect(engine.said(event)).toHaveLength(times), patiently);
  const written = (rows: object[]) =>
    vi.waitFor(
      async () => expect((await world.rows()).sort((a, b) => Number(a.id) - Number(b.id))).toEqual(rows),
      patiently,
    );

  await world.send(['{"id":1}']);
  await written([{ id: 1n, v1: 1n }]);
  await save('transform.ts', 'nothing that compiles (');
  await said('reload.refused', 1);
  await save('transform.ts', transformOf(2));
  await said('reload.done', 1);
  await said('reload.retired', 1);
  await save('version.ts', 'export const version: number = 22;'); // which the transform imports
  await said('reload.retired', 2);
  await world.send(['{"id":2}']);
  await written([
    { id: 1n, v1: 1n },
    { id: 2n, v2: 22n },
  ]);
  engine.child.kill('SIGHUP'); // to the guardian, which hands it on
  await said('reload.retired', 3);
  engine.child.kill('SIGTERM');
  const { code, out } = await engine.ended;
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    reason: 'stopped',
    ledger: { closed: true, messages: { received: 2, acked: 2, returned: 0 } },
    shutdown: { mode: 'auto', left: 0 },
  });
});
