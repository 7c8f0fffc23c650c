import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ParquetryError } from '../core/errors.ts';
import { describeEnding, exitCodeOf, Guardian, type ProcessEnding, type Restart } from '../runtime/guardian.ts';
import { type LaneNote, parseNote } from '../runtime/progress.ts';
import type { CliContext, OwnCommand } from './context.ts';
import type { ExitCode } from './exit-codes.ts';
import { GUARD_VARIABLE, type GuardMessage, RESTART_FILE } from './guard-messages.ts';

/** Signals that mean the engine, and reach this process first. Windows has none to pass on: Ctrl-C reaches both there. */
const HANDED_ON: readonly NodeJS.Signals[] = process.platform === 'win32' ? [] : ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * What keeps the memory of an engine where it is after its first minute (test/chaos/soak.ts). By itself V8 lets up to 128 MiB of young
 * objects come together in a thread, and as much again of old ones, before it collects. They are for all threads, and count more than
 * what `lane-handles.ts` asks for its lanes.
 */
export const ENGINE_FLAGS = [
  '--expose-gc', // for collectGarbage()
  '--initial-old-space-size=16', // MiB: collects early, and learns from that how large the heap has to be
  // A heap may grow to twice what was in use, however busy its thread. V8 by itself grants a lane under load four times that, and one
  // that has waited for work a tenth more: each burst then began with a collection of everything, a fifth of its time if it was short.
  '--heap-growing-percent=100',
  '--min-semi-space-size=8', // MiB: a young generation is three of them, see LANE_YOUNG_MB; not small at first and large by and by
  '--max-semi-space-size=8',
  // In so small a young generation there is little to share, and lanes have the other cores: a few per cent of the time of a lane with
  // user code, up to 10 on a busy machine.
  '--no-parallel-scavenge',
];

/**
 * What is set for glibc, unless the environment has its own; other C libraries have no such settings.
 *
 * A fixed size, in bytes, from which it maps memory by itself and so can give it back when it is freed (mallopt(3)). By default it
 * learns larger ones from what is freed, and then keeps pages of Parquet and parts of uploads that nobody needs any more: 25 MB of 250
 * in test/heavy/rss-parquet.ts.
 *
 * Huge pages for what it maps so, where the system leaves that to programs (`madvise`, as most distributions have it). Finished
 * pages of Parquet are written to fresh memory: a fault for each small page of it took 3 % of a lane's time.
 */
export const ENGINE_ENVIRONMENT = {
  MALLOC_MMAP_THRESHOLD_: '1048576',
  MALLOC_TRIM_THRESHOLD_: '1048576',
  GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
};

/**
 * Runs this very command line in a child process, as an engine that may die, and starts it again when it does; see `Guardian`. Ends
 * as the last child ends. Rejects with E_LANE if the engine dies again and again.
 */
export async function guard(command: OwnCommand, context: CliContext): Promise<void> {
  const notes = mkdtempSync(path.join(os.tmpdir(), 'parquetry-guard-'));
  const tidy = () => removeNotes(notes);
  process.on('exit', tidy); // at a second signal nothing else runs
  process.on('SIGHUP', ignore);
  const guardian = new Guardian();
  try {
    while (true) {
      const { ending, ...facts } = await watchEngine(command, notes, guardian, context);
      const decision = guardian.ended(ending, { ...facts, notes: readNotes(notes) });
      if (decision.do === 'give-up') throw gaveUp(decision.why, ending);
      if (decision.do === 'end') return context.setExitCode(decision.exitCode as ExitCode);
      prepareRestart(notes, decision.restart);
      await sleep(decision.delayMs, undefined, { signal: context.signal }).catch(() => undefined);
      if (context.signal.aborted) return context.setExitCode(exitCodeOf(ending) as ExitCode);
    }
  } finally {
    process.off('exit', tidy);
    process.off('SIGHUP', ignore);
    tidy();
  }
}

/** Never throws: at a second signal the child, whose notes they are, is only about to be ended, and Windows keeps what is open. */
function removeNotes(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // A few bytes in the folder for temporary files.
  }
}

/** Between two engines nobody is there to reload anything: the next one reads the pipeline anew. */
function ignore(): void {}

interface EngineEnd {
  readonly ending: ProcessEnding;
  readonly livedMs: number;
  readonly canRestart: boolean;
  readonly asked: boolean;
}

async function watchEngine(
  { script, args }: OwnCommand,
  notes: string,
  guardian: Guardian,
  context: CliContext,
): Promise<EngineEnd> {
  const startMs = performance.now();
  const execArgv = [...ENGINE_FLAGS, ...process.execArgv]; // of two that differ, the last counts
  const env = { ...ENGINE_ENVIRONMENT, ...context.env, [GUARD_VARIABLE]: notes };
  const child = fork(script, args, { env, execArgv });
  let canRestart = false;
  child.on('message', (message: GuardMessage) => {
    if (message.type === 'can-restart') canRestart = true;
    else if (message.type === 'poison') guardian.learn(message);
    else guardian.cameThrough(message.delivery);
  });
  const release = handOnSignals(child);
  try {
    // What it said last is heard before the channel closes, which may be after its exit.
    const [[code, signal]] = (await Promise.all([once(child, 'exit'), once(child, 'disconnect')])) as [
      [number | null, NodeJS.Signals | null],
      unknown,
    ];
    const asked = context.signal.aborted;
    return { ending: { code, signal }, livedMs: performance.now() - startMs, canRestart, asked };
  } finally {
    release();
  }
}

/** The second signal ends this process at once, see main.ts; its child then, too. */
function handOnSignals(child: ChildProcess): () => void {
  // Ctrl-C in a terminal reaches the whole group: passing it on would make it a second one, which means "at once".
  const isTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const handOn = (signal: NodeJS.Signals) => {
    if (signal !== 'SIGINT' || !isTerminal) child.kill(signal);
  };
  const kill = () => child.kill('SIGKILL');
  for (const signal of HANDED_ON) process.on(signal, handOn);
  process.on('exit', kill);
  return () => {
    for (const signal of HANDED_ON) process.off(signal, handOn);
    process.off('exit', kill);
  };
}

function readNotes(folder: string): LaneNote[] {
  const files = readdirSync(folder).filter((name) => name.startsWith('lane-'));
  return files
    .map((name) => parseNote(readFileSync(path.join(folder, name), 'utf8')))
    .filter((note) => note !== undefined);
}

/** The next engine finds what it has to know, and no notes of the dead. */
function prepareRestart(folder: string, restart: Restart): void {
  for (const name of readdirSync(folder)) rmSync(path.join(folder, name), { force: true });
  writeFileSync(path.join(folder, RESTART_FILE), JSON.stringify(restart));
}

function gaveUp(why: string, ending: ProcessEnding): ParquetryError {
  const hint =
    ending.signal === 'SIGKILL'
      ? 'SIGKILL is what the kernel sends when memory runs out: give the process more, or lower batch.memory and lanes.'
      : 'What Node or the kernel said of it stands above. Messages that were in flight are in the source again when their leases end.';
  return new ParquetryError('E_LANE', why, { hint, details: { ending: describeEnding(ending) } });
}
