import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Standard input belongs to a process, so the source is tried in one of its own: in its main thread or in a worker. */
const PROGRAM = `
import { isMainThread, Worker } from 'node:worker_threads';
const [, , thread, mode] = process.argv;
if (isMainThread && thread === 'worker') new Worker(new URL(import.meta.url), { argv: [thread, mode] });
else {
  const { component } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
  const reader = await component.create(component.config.parse({}), {}).createReader();
  const stop = new AbortController();
  if (mode === 'abort') setImmediate(() => stop.abort());
  let some;
  while ((some = await reader.receive(stop.signal))?.length > 0) {
    for (const { id, body } of some) console.log(id, body.length);
  }
  console.log(some === undefined ? 'ended' : 'aborted');
  await reader.close();
}
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stdin-'));
  await writeFile(join(folder, 'program.mjs'), PROGRAM);
});
afterAll(() => rm(folder, { recursive: true }));

/** Exit code and lines of output. Without input the pipe stays open and idle. */
async function run(thread: string, mode: string, input?: string) {
  const args = [join(folder, 'program.mjs'), thread, mode];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  if (input !== undefined) child.stdin.end(input);
  const [exitCode] = await once(child, 'close');
  child.stdin.destroy();
  return [exitCode, output.trim().split('\n')];
}

describe.each(['main', 'worker'])('the stdin source in a %s thread', (thread) => {
  it('reads to the end', async () => {
    const input = `${JSON.stringify({ pad: 'x'.repeat(100) })}\n`.repeat(100);
    expect(await run(thread, 'read', input)).toEqual([0, [`stdin-0 ${input.length}`, 'ended']]);
  });

  it('does not hold the process on an idle pipe', async () => {
    expect(await run(thread, 'abort')).toEqual([0, ['aborted']]);
  });
});
