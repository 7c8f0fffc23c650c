import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../../bin/parquetry.js', import.meta.url));
const oldNode = findOldNode();

test('it passes on output and exit code, and builds the checkout when it must', async () => {
  expect(await run(process.execPath, ['--version'])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
  expect(await run(process.execPath, ['nonsense'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('unknown command'),
  });
});

test('SIGTERM ends a command in good order', async () => {
  expect(await interrupted(process.execPath)).toEqual({ code: 0, signal: null });
});

test('the emulator answers out of the bundle', async () => {
  const child = spawn(process.execPath, [bin, 'emulator', '--port', '0', '--json']);
  const [line] = await once(child.stdout, 'data');
  expect(await bucketsAt(JSON.parse(String(line)).endpoint)).toContain('<ListAllMyBucketsResult');
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
});

test('the emulator answers out of the bundle of its worker', async () => {
  await run(process.execPath, ['--version']); // builds the checkout if it must
  const worker = new Worker(new URL('../../dist/emulator-worker.js', import.meta.url), { workerData: {} });
  const [{ endpoint }] = await once(worker, 'message');
  expect(await bucketsAt(endpoint)).toContain('<ListAllMyBucketsResult');
  worker.postMessage('stop');
  expect(await once(worker, 'exit')).toEqual([0]);
});

test.skipIf(!oldNode)(
  'on a Node that is too old it runs on the bundled one, signals and exit code included',
  async () => {
    expect(await run(oldNode!, ['nonsense'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('unknown command'),
    });
    expect(await interrupted(oldNode!)).toEqual({ code: 0, signal: null });
  },
);

test('a reader that has seen enough is no failure', async () => {
  const child = spawn(process.execPath, [bin, 'help', 'run'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
});

async function run(node: string, args: string[]) {
  const child = spawn(node, [bin, ...args]);
  const [out, err] = [text(child.stdout), text(child.stderr)];
  const [code] = await once(child, 'close');
  return { code, out: out(), err: err() };
}

/** The answer to ListBuckets, the simplest request there is. */
async function bucketsAt(endpoint: string): Promise<string> {
  return (await fetch(endpoint)).text();
}

/** Starts a command that runs until it is told to stop, and tells it once it is up. */
async function interrupted(node: string) {
  const child: ChildProcessWithoutNullStreams = spawn(node, [bin, 'emulator', '--port', '0']);
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  const [code, signal] = await once(child, 'close');
  return { code, signal };
}

function text(stream: NodeJS.ReadableStream): () => string {
  let all = '';
  stream.on('data', (chunk) => {
    all += chunk;
  });
  return () => all;
}

/** The machine's own Node, if it is older than Parquetry wants. */
function findOldNode(): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => !folder.includes('node_modules'));
  try {
    const env = { ...process.env, PATH: folders.join(path.delimiter) };
    const script = 'console.log(JSON.stringify([process.execPath, process.versions.node]))';
    const [file, version] = JSON.parse(execFileSync('node', ['-e', script], { env, encoding: 'utf8' }));
    return Number.parseInt(version, 10) < 22 ? file : undefined;
  } catch {
    return undefined;
  }
}
