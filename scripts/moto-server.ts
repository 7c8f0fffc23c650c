import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** What a server of only these two services needs; `moto[server]` brings the needs of all others along. */
const packages = (version: string) => [`moto[s3,sqs]==${version}`, 'flask==3.1.3', 'flask-cors==6.0.5'];

const run = promisify(execFile);
const isWindows = process.platform === 'win32';

/** A running moto_server, an SQS and S3 that none of us wrote. */
export interface MotoServer extends AsyncDisposable {
  readonly endpoint: string;
}

/**
 * Installs moto into an environment of its own in a temporary folder and starts it on a free port. Answers with the reason where
 * the machine cannot: no Python 3, or nowhere to install from. The folder and the process are gone when it is disposed.
 */
export async function startMoto(version: string, signal: AbortSignal): Promise<MotoServer | string> {
  const python = await findPython();
  if (python === undefined) return 'no python3';
  const folder = await mkdtemp(path.join(os.tmpdir(), 'conformance-moto-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const bin = path.join(folder, isWindows ? 'Scripts' : 'bin');
  try {
    await run(python, ['-m', 'venv', folder], { signal });
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--no-compile', '--disable-pip-version-check'];
    await run(path.join(bin, 'python'), [...pip, ...packages(version)], { signal });
  } catch (thrown) {
    await remove();
    return `cannot install moto: ${lastLine(thrown)}`;
  }
  const server = spawn(path.join(bin, 'moto_server'), ['-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stop = async () => {
    await stopProcess(server);
    await remove();
  };
  try {
    return { endpoint: await endpointOf(server, signal), [Symbol.asyncDispose]: stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

async function findPython(): Promise<string | undefined> {
  for (const name of ['python3', 'python']) {
    const version = await run(name, ['--version']).catch(() => undefined);
    if (version && /^Python 3\./.test(version.stdout)) return name;
  }
  return undefined;
}

/** Its first lines say where it listens; later ones are read so that the pipe does not fill. */
async function endpointOf(server: ChildProcess, signal: AbortSignal): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const lines = createInterface({ input: server.stderr! });
  lines.on('line', (line) => {
    const endpoint = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (endpoint) resolve(endpoint);
  });
  server.once('error', reject);
  server.once('exit', (code) => reject(new Error(`moto_server ended before it listened, with ${code}`)));
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return promise;
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}

function lastLine(thrown: unknown): string {
  const { stderr, message } = thrown as Error & { stderr?: string };
  return (stderr?.trim() || message).split('\n').at(-1)!;
}
