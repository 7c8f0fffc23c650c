import { fork } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tableFromIPC } from 'apache-arrow';
import { type IpcPort, ipcChannels } from '../../../engine/src/protocol/ipc-transport.ts';
import { createPeer, type Peer } from '../../../engine/src/protocol/peer.ts';
import type { PreviewState } from '../../../engine/src/protocol/preview.ts';
import type { StudioMethods } from '../../../engine/src/protocol/studio-methods.ts';
import type { Figure } from '../main.ts';

const RECORDS = 1_000;
const EDITS = 60;
/** Between two edits, at least: somebody types, and looks. */
const BETWEEN_EDITS_MS = 150;

const root = path.resolve(import.meta.dirname, '..', '..', '..');

/** How long from a key to the rows, through the process that an editor forks: each edit changes the transform, unsaved. */
export async function benchPreview(emit: (figure: Figure) => void): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-preview-'));
  // Without the flags of an engine, which the benchmarks have.
  const child = fork(path.join(root, 'engine', 'dist', 'studio-process.js'), {
    serialization: 'advanced',
    execArgv: [],
  });
  try {
    await writeExample(folder);
    const peer = createPeer<StudioMethods>(ipcChannels(child as IpcPort, 'parent', () => undefined).open());
    await peer.request('workspace.open', { roots: [folder], trusted: true });
    const startMs = performance.now();
    await peer.request('preview.run', { folder });
    emit({ part: 'preview', what: 'first, cold', n: 1, p50Ms: round(performance.now() - startMs) });
    for (const imports of ['none', 'zod']) await benchTyping(peer, folder, imports, emit);
  } finally {
    child.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The movies example over a thousand movies. */
async function writeExample(folder: string): Promise<void> {
  await cp(path.join(root, 'examples', 'movies'), folder, { recursive: true });
  await cp(path.join(root, 'node_modules', 'zod'), path.join(folder, 'node_modules', 'zod'), { recursive: true });
  const data = await readFile(path.join(root, 'node_modules/vega-datasets/data/movies.json'), 'utf8');
  const movies = (JSON.parse(data) as unknown[]).slice(0, RECORDS);
  await writeFile(
    path.join(folder, 'samples', 'movies.ndjson'),
    movies.map((movie) => `${JSON.stringify(movie)}\n`).join(''),
  );
}

async function benchTyping(
  peer: Peer<StudioMethods>,
  folder: string,
  imports: string,
  emit: (figure: Figure) => void,
): Promise<void> {
  const file = path.join(folder, 'transform.ts');
  const text = (await readFile(file, 'utf8')).replace('export default', `${headOf(imports)}\nexport default`);
  const states = new Latest<PreviewState>();
  const stop = new AbortController();
  const watching = peer
    .request('preview.watch', { folder }, { signal: stop.signal, onSnapshot: (state) => states.put(state) })
    .catch(() => undefined);
  await states.until(({ result }) => result !== undefined);
  const samples: Sample[] = [];
  // The first edits find packages that are bundled anew.
  for (let edit = 0; edit < EDITS + 5; edit++) {
    const sample = await oneEdit({ peer, file, states, edit, text });
    if (edit >= 5) samples.push(sample);
    await sleep(BETWEEN_EDITS_MS);
  }
  stop.abort();
  await watching;
  await peer.request('workspace.overlay', { file, text: null });
  const what = `typing, ${imports === 'none' ? 'no packages' : `imports ${imports}`}`;
  emit({ part: 'preview', what, n: EDITS, ...figuresOf(samples) });
}

function headOf(imports: string): string {
  return imports === 'none' ? '' : `import { z } from '${imports}';\nexport const shape = z.object({});`;
}

interface Sample {
  readonly total: number;
  readonly compile: number;
  readonly run: number;
  readonly engine: number;
  readonly decode: number;
}

interface Edit {
  readonly peer: Peer<StudioMethods>;
  readonly file: string;
  readonly states: Latest<PreviewState>;
  readonly edit: number;
  readonly text: string;
}

/** One key: what it types shows in every row. */
async function oneEdit({ peer, file, states, edit, text }: Edit): Promise<Sample> {
  const typed = text.replace('String(movie.Title)', `\`\${movie.Title} ${edit}\``);
  const startMs = performance.now();
  void peer.request('workspace.overlay', { file, text: typed });
  let decodeMs = 0;
  const { result } = await states.until(({ result: shown }) => {
    if (!shown) return false;
    const decodeStartMs = performance.now();
    const title: unknown = tableFromIPC(shown.output.arrow).getChild('title')?.get(0);
    decodeMs = performance.now() - decodeStartMs;
    return String(title).endsWith(` ${edit}`);
  });
  const { compile, run, total } = result!.elapsedMs;
  return { total: performance.now() - startMs, compile, run, engine: total, decode: decodeMs };
}

function figuresOf(samples: readonly Sample[]): Figure {
  const at = (key: keyof Sample, share: number) => {
    const sorted = samples.map((sample) => sample[key]).sort((a, b) => a - b);
    return round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!);
  };
  return {
    p50Ms: at('total', 0.5),
    p99Ms: at('total', 0.99),
    engineP50Ms: at('engine', 0.5),
    engineP99Ms: at('engine', 0.99),
    compileMs: at('compile', 0.5),
    runMs: at('run', 0.5),
    decodeMs: at('decode', 0.5),
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The latest of what comes in, for whoever waits for one that will do. */
class Latest<T> {
  #value: T | undefined;
  #wake = Promise.withResolvers<void>();

  put(value: T): void {
    this.#value = value;
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  async until(isWanted: (value: T) => boolean): Promise<T> {
    while (this.#value === undefined || !isWanted(this.#value)) await this.#wake.promise;
    return this.#value;
  }
}
