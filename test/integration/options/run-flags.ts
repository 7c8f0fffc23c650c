import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { captureContext } from '../../../engine/src/cli/captured-context.ts';
import { main } from '../../../engine/src/cli/main.ts';
import { createWorld, QUEUE } from '../harness.ts';
import { spySqs } from './calls.ts';
import { type OptionCases, option } from './option-case.ts';
import { type Scratch, withFolder } from './scratch.ts';

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Called extends Scratch {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** A file of the folder that stands for the engine where it is started as a process of its own. */
  readonly child?: string;
}

const records = { 'in.ndjson': '{"id":1}\nbroken\n' };

/** `parquetry run` in a folder with a pipeline that reads a good record and a bad one from a file. */
function parquetry({ args = [], env = {}, signal, child, ...scratch }: Called = {}): Promise<Said> {
  return withFolder({ ...scratch, files: { ...records, ...scratch.files } }, async (cwd) => {
    const command = child === undefined ? undefined : { script: path.join(cwd, child), args: [] };
    const context = { ...captureContext({ cwd, env, signal }), command };
    const code = await main(['run', ...args], context);
    return { code, out: context.out(), err: context.err() };
  });
}

/** The summary, or the plan, as data. */
async function data(called: Called): Promise<Record<string, unknown>> {
  return JSON.parse((await parquetry({ ...called, args: [...(called.args ?? []), '--json'] })).out);
}

/** A flag as it is written; left out where it is undefined or false. */
function flag(name: string, value: unknown): string[] {
  if (value === undefined || value === false) return [];
  return value === true ? [name] : [name, String(value)];
}

/** Where files went. */
async function places(called: Called): Promise<string[]> {
  const { files } = (await data(called)) as { files: { uri: string }[] };
  return files.map(({ uri }) => path.basename(path.dirname(uri)));
}

/** How a run over an empty queue ends: by itself, or when it is told to, after looking at the queue often enough. */
async function reasonToEnd(drain: boolean | undefined): Promise<unknown> {
  await using world = await createWorld();
  const stop = new AbortController();
  let looks = 0;
  spySqs(world.emulator, ({ action }) => {
    if (!drain && action === 'GetQueueAttributes' && ++looks === 6) stop.abort();
  });
  const config = { source: { sqs: { queue: QUEUE, waitTime: '1s' } }, aws: 'embedded' };
  const env = { PARQUETRY_EMBEDDED_ENDPOINT: world.emulator.endpoint };
  return (await data({ args: flag('--drain', drain), config, env, signal: stop.signal })).reason;
}

const levels = ['debug', 'info', 'warn', 'error'];
/** A source without records that logs at each level. */
const talkative = `export default (options, { logger }) => ({
  replay: 'ordered',
  maxLanes: 1,
  async createReader() {
    for (const level of ${JSON.stringify(levels)}) logger[level]('own.' + level);
    return { receive: async () => undefined, close: async () => {} };
  },
  createSettler: async () => ({ ack: async () => [], nack: async () => [], close: async () => {} }),
});`;

/** A source without records that changes its pipeline, and waits for what comes of it. */
const changing = `import { appendFileSync } from 'node:fs';
export default (options, { folder }) => ({
  replay: 'ordered',
  maxLanes: 1,
  createReader: async () => ({
    async receive() {
      appendFileSync(folder + '/pipeline.yaml', '\\n');
      await new Promise((resolve) => setTimeout(resolve, 1500));
    },
    close: async () => {},
  }),
  createSettler: async () => ({ ack: async () => [], nack: async () => [], close: async () => {} }),
});`;

/** Which process is the engine: this one, or another. */
async function engineOf(args: readonly string[]): Promise<string> {
  const { code } = await parquetry({ args, child: 'child.mjs', files: { 'child.mjs': 'process.exit(7);' } });
  return code === 7 ? 'guarded' : 'unguarded';
}

/** Flags of `parquetry run`. */
export const runFlags: OptionCases = {
  '--env': option<string>(
    (env) => {
      const environments = { local: { sinks: [{ file: { path: 'there', ndjson: {} } }] } };
      return places({ args: flag('--env', env), config: { environments } });
    },
    [
      [undefined, ['out']],
      ['local', ['there']],
    ],
  ),
  '--set': option<string>(
    (set) => places({ args: flag('--set', set) }),
    [
      [undefined, ['out']],
      ['sinks.0.file.path=there', ['there']],
    ],
  ),
  '--drain': option<boolean>(reasonToEnd, [
    [false, 'stopped'],
    [true, 'drained'],
  ]),
  '--dry-run': option<boolean>(
    async (dryRun) => {
      const { code, out } = await parquetry({ args: flag('--dry-run', dryRun) });
      return { code, printsPlan: /^pipeline +p .*\n.*lanes +1\n$/s.test(out) };
    },
    [
      [false, { code: 0, printsPlan: false }],
      [true, { code: 0, printsPlan: true }],
    ],
  ),
  '--feed': option<string>(
    async (file) => {
      await using world = await createWorld();
      const config = { source: { sqs: { queue: QUEUE, waitTime: '0s' } }, aws: 'embedded' };
      const env = { PARQUETRY_EMBEDDED_ENDPOINT: world.emulator.endpoint };
      const { ledger } = await data({ args: ['--drain', ...flag('--feed', file)], config, env });
      return (ledger as { records: { received: number } }).records.received;
    },
    [
      [undefined, 0],
      ['in.ndjson', 2],
    ],
  ),
  '--run-id': option<string>(
    async (runId) => (await data({ args: flag('--run-id', runId) })).runId,
    [
      ['first', 'first'],
      ['second', 'second'],
    ],
  ),
  '--lanes': option<number>(
    async (lanes) => (await data({ args: ['--dry-run', ...flag('--lanes', lanes)] })).lanes,
    [
      [undefined, '1'],
      [3, '3'],
    ],
  ),
  '--log-level': option<string>(
    async (level) => {
      // Each thing that a source may say.
      const config = { source: { module: './talkative.ts' } };
      const { err } = await parquetry({
        args: flag('--log-level', level),
        config,
        files: { 'talkative.ts': talkative },
      });
      return levels.filter((known) => err.includes(`"event":"own.${known}"`));
    },
    [
      [undefined, ['warn', 'error']],
      ['debug', ['debug', 'info', 'warn', 'error']],
      ['info', ['info', 'warn', 'error']],
      ['warn', ['warn', 'error']],
      ['error', ['error']],
      ['silent', []],
    ],
  ),
  '--log-format': option<string>(
    async (format) => {
      const { err } = await parquetry({ args: ['--log-level', 'info', ...flag('--log-format', format)] });
      return { json: /^\{"level"/m.test(err), pretty: /^\[\d\d:\d\d:\d\d\] INFO/m.test(err) };
    },
    [
      [undefined, { json: true, pretty: false }],
      ['json', { json: true, pretty: false }],
      ['pretty', { json: false, pretty: true }],
    ],
  ),
  '--profile': option<string>(
    (folder) =>
      withFolder({ files: records }, async (cwd) => {
        const context = captureContext({ cwd });
        await main(['run', ...flag('--profile', folder)], context);
        const names = await readdir(path.join(cwd, folder ?? 'profiles')).catch(() => []);
        return names.map((name) => name.replace(/-[^-]+$/, '')).sort();
      }),
    [
      [undefined, []],
      ['profiles', ['p-lane-0', 'p-main']],
    ],
  ),
  '--watch': option<boolean>(
    async (watch) => {
      const config = { source: { module: './changing.ts' } };
      const { err } = await parquetry({ args: flag('--watch', watch), config, files: { 'changing.ts': changing } });
      return { looksAtIt: err.includes('hands out everything once a run, so it cannot be reloaded') };
    },
    [
      [false, { looksAtIt: false }],
      [true, { looksAtIt: true }],
    ],
  ),
  '--guard': option<boolean>(
    (guard) => engineOf(['--drain', ...flag('--guard', guard)]),
    [
      [false, 'unguarded'],
      [true, 'guarded'],
    ],
  ),
  '--no-guard': option<boolean>(
    (noGuard) => engineOf(flag('--no-guard', noGuard)),
    [
      [false, 'guarded'],
      [true, 'unguarded'],
    ],
  ),
  '--fail-on-dead-letters': option<boolean>(
    async (fail) => (await parquetry({ args: flag('--fail-on-dead-letters', fail) })).code,
    [
      [false, 0],
      [true, 4],
    ],
  ),
  '--json': option<boolean>(
    async (json) => {
      const { out, err } = await parquetry({ args: flag('--json', json) });
      return { data: out.startsWith('{'), text: err.includes('ledger closes') };
    },
    [
      [false, { data: false, text: true }],
      [true, { data: true, text: false }],
    ],
  ),
};
