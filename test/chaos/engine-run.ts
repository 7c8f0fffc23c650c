import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { STRIKES_FD, STRIKES_VARIABLE, type Strike } from './strikes.ts';

const here = import.meta.dirname;
const hook = pathToFileURL(path.join(here, 'failpoint-hook.ts')).href;
const script = path.join(here, 'engine-child.ts');
/** Where `bin/parquetry.js`, which is not in between here, keeps it, too. */
const compiled = path.join(here, '..', '..', 'engine', 'dist', 'compile-cache');

/** What of a summary tests look at. */
export interface RunData {
  readonly reason: string;
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
  readonly ledger: { readonly closed: boolean; readonly messages: Readonly<Record<string, number>> };
}

export interface EngineEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What `--json` printed; undefined if the run did not get so far. */
  readonly summary: RunData | undefined;
  readonly log: string;
}

/** `parquetry run` in a process of its own, that strikes hit. */
export interface EngineRun extends Disposable {
  readonly child: ChildProcess;
  /** What it has logged so far. */
  log(): string;
  readonly ended: Promise<EngineEnd>;
  /** Strikes so far, the oldest first. */
  readonly struck: readonly Strike[];
  /** Resolves at the next strike of this kind, or when the run has ended. */
  strike(kind: Strike['do']): Promise<unknown>;
  /** Lets an engine that a strike stopped go on. */
  resume(): void;
}

export interface EngineRunOptions {
  readonly strikes?: readonly Strike[];
  /** Run until nothing is left; otherwise until it is killed or told to stop. Default: true. */
  readonly drain?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  /** Keys of the pipeline file that are others for this run. */
  readonly set?: readonly string[];
  /** More of the command line. */
  readonly flags?: readonly string[];
  /** Under a parent that starts it again, as people run it; `child` is that parent then. Default: false. */
  readonly guard?: boolean;
  /** A command that is put before the engine's, and that becomes it by `exec`. */
  readonly wrap?: readonly string[];
}

/** Starts an engine over a pipeline folder. It is killed when it is disposed of. */
export function startRun(
  folder: string,
  { strikes = [], drain = true, env, set = [], flags = [], guard = false, wrap = [] }: EngineRunOptions = {},
): EngineRun {
  const args = ['run', folder, '--json', ...flags, ...(guard ? [] : ['--no-guard']), ...(drain ? ['--drain'] : [])];
  for (const assignment of set) args.push('--set', assignment);
  const [command, ...rest] = [...wrap, process.execPath, '--import', hook, script, ...args] as [string, ...string[]];
  const child = spawn(command, rest, {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: compiled, ...env, [STRIKES_VARIABLE]: JSON.stringify(strikes) },
  });
  const [out, log] = [child.stdout!, child.stderr!].map(textOf) as [() => string, () => string];
  const struck: Strike[] = [];
  const lines = createInterface({ input: child.stdio[STRIKES_FD] as Readable });
  const waiting = new Map<Strike['do'], PromiseWithResolvers<void>>();
  lines.on('line', (line) => {
    const strike = JSON.parse(line) as Strike;
    struck.push(strike);
    waiting.get(strike.do)?.resolve();
    waiting.delete(strike.do);
  });
  const ended = once(child, 'close').then(([code, signal]) => {
    return { code, signal, summary: parsed(out()), log: log() };
  });
  const strike = (kind: Strike['do']) => {
    const next = waiting.get(kind) ?? Promise.withResolvers<void>();
    waiting.set(kind, next);
    return Promise.race([next.promise, ended]);
  };
  // More than once: a stop is told of before it happens, and on a busy machine may happen after the first of these signals.
  const resume = () => {
    const again = setInterval(() => child.kill('SIGCONT'), 50);
    void ended.then(() => clearInterval(again));
  };
  const kill = () => void child.kill('SIGKILL');
  return { child, log, ended, struck, strike, resume, [Symbol.dispose]: kill };
}

function textOf(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

function parsed(text: string): EngineEnd['summary'] {
  return text.trim() === '' ? undefined : JSON.parse(text);
}
