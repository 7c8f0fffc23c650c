import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Source } from '../../../engine/src/core/source.ts';
import type { CheckedPipeline } from '../../../engine/src/pipeline/checked-pipeline.ts';
import { loadPipeline } from '../../../engine/src/pipeline/file.ts';
import type { RunSnapshot, RunSummary } from '../../../engine/src/runtime/engine.ts';
import type { RunOptions } from '../../../engine/src/runtime/plan-run.ts';
import type { Run } from '../../../engine/src/runtime/run.ts';
import { runPipeline } from '../../../engine/src/runtime/run-pipeline.ts';

export interface Scratch {
  /** Keys of the pipeline file over those of `scratchConfig`. */
  readonly config?: object;
  /** Input fields in type text. */
  readonly input?: Readonly<Record<string, string>>;
  /** Other files by path. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface Ran {
  readonly summary: RunSummary;
  /** What lies in the folder after the run, by path, but for the pipeline itself. */
  readonly written: ReadonlyMap<string, Buffer>;
}

export interface LiveRun extends Scratch {
  /** Bodies that the source hands out, then it ends. Without them the pipeline's own source is used. */
  readonly deliveries?: readonly string[];
  /** The source does not end before this holds, or four seconds have passed. */
  readonly until?: (run: RunSnapshot) => boolean;
  readonly env?: string;
  readonly options?: RunOptions;
}

/** From `in.ndjson` to lines of JSON in `out`, dead letters in `bad`. */
const scratchConfig = {
  name: 'p',
  source: { file: { path: 'in.ndjson' } },
  sinks: [{ file: { path: 'out', ndjson: {} } }],
  errors: { to: { file: { path: 'bad' } } },
  lanes: 1,
};

/** A pipeline folder for as long as `use` lasts. */
export async function withFolder<T>(scratch: Scratch, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-option-'));
  try {
    const fields = scratch.input ?? { id: 'int', text: 'string?' };
    // JSON is YAML.
    await put(folder, 'pipeline.yaml', JSON.stringify({ ...scratchConfig, ...scratch.config }));
    await put(folder, 'schema/input.v1.json', JSON.stringify({ version: 1, fields }));
    for (const [name, text] of Object.entries(scratch.files ?? {})) await put(folder, name, text);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a pipeline file is read as, without running it. */
export function load(scratch: Scratch): Promise<CheckedPipeline> {
  return withFolder(scratch, (folder) => loadPipeline(folder));
}

/** Runs a pipeline to its end in a folder of its own. */
export function run({ deliveries, until, env, options, ...scratch }: LiveRun): Promise<Ran> {
  return withFolder(scratch, async (folder) => {
    const before = new Set(await filesBelow(folder));
    const started = Promise.withResolvers<Run>();
    const live = deliveries === undefined ? undefined : { source: liveSource(deliveries, started.promise, until) };
    const summary = await runPipeline(await loadPipeline(folder, { env }), {
      drain: true,
      onStart: started.resolve,
      ...options,
      live: { ...live, ...options?.live },
    });
    const names = (await filesBelow(folder)).filter((name) => !before.has(name));
    const written = await Promise.all(
      names.map(async (name) => [name, await readFile(path.join(folder, name))] as const),
    );
    return { summary, written: new Map(written) };
  });
}

/** All rows of all files below `out`, which are lines of JSON. */
export function rowsOf({ written }: Ran): unknown[] {
  const texts = Array.from(written, ([name, bytes]) => (name.startsWith('out') ? bytes.toString() : ''));
  return texts.flatMap((text) => text.split('\n').filter(Boolean)).map((line) => JSON.parse(line));
}

/** Hands out one delivery a call. Nothing is leased. */
function liveSource(bodies: readonly string[], engine: Promise<Run>, until: LiveRun['until'] = () => true): Source {
  let next = 0;
  const settle = async (receipts: readonly string[]) => receipts.map(() => 'done' as const);
  return {
    replay: 'unordered',
    createReader: async () => ({
      async receive(signal) {
        const body = bodies[next];
        if (body === undefined) {
          await holds(await engine, until, signal);
          return undefined;
        }
        const id = `d${next++}`;
        return [
          { id, receipt: id, body: Buffer.from(body), attributes: {}, receiveCount: 1, receivedAtMs: Date.now() },
        ];
      },
      close: async () => undefined,
    }),
    createSettler: async () => ({ ack: settle, nack: settle, close: async () => undefined }),
  };
}

/** Resolves when `until` holds for the run, when four seconds have passed, or when the signal says so. */
async function holds(engine: Run, until: (run: RunSnapshot) => boolean, signal: AbortSignal): Promise<void> {
  const deadlineMs = Date.now() + 4_000;
  while (!signal.aborted && !until(engine.snapshot()) && Date.now() < deadlineMs) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

async function put(folder: string, name: string, text: string): Promise<void> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}
