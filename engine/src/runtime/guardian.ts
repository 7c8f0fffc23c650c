import type { Poison, PoisonState } from './poison-list.ts';
import { PoisonWatch } from './poison-watch.ts';
import type { LaneNote } from './progress.ts';

/** How a process ended: with an exit code, or by a signal. */
export interface ProcessEnding {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What a process that was started again is told. Plain data. */
export interface Restart {
  /** How often the engine was started again in this run of the command. */
  readonly restarts: number;
  /** How the process before this one ended: `SIGABRT (exit code 134)`. */
  readonly ending: string;
  /** What that end showed. */
  readonly found: readonly Poison[];
  readonly known: PoisonState;
}

export type GuardDecision =
  /** It ended as it should, or as it was asked to: its code is the command's. */
  | { readonly do: 'end'; readonly exitCode: number }
  | { readonly do: 'restart'; readonly delayMs: number; readonly restart: Restart }
  | { readonly do: 'give-up'; readonly why: string };

/** Signals by which a process ends itself or the kernel ends it, and their numbers on all systems that know them. */
const CRASHES: Readonly<Partial<Record<NodeJS.Signals, number>>> = {
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGSYS: 31,
};
const REQUESTS: Readonly<Partial<Record<NodeJS.Signals, number>>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
/** V8 gave up (Node's own code), and what shells make of SIGABRT, SIGKILL and SIGSEGV. */
const CRASH_CODES: ReadonlySet<number> = new Set([5, 134, 137, 139]);
/** Windows reports exceptions as exit codes from here on: 0x80000003 is V8 giving up, 0xC0000005 an access violation. */
const FIRST_WINDOWS_EXCEPTION = 0x80000000;

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 30_000;
/** Crashes in a row of which none showed what is to blame. A process that lived longer than `CALM_MS` begins a new row. */
const MAX_CRASHES = 6;
const CALM_MS = 10 * 60_000;

/**
 * What a parent makes of the ends of its engine: a crash is answered with another start, and the delivery that causes crashes is
 * found out by the notes that lanes leave behind. After a crash whatever the lanes were at is suspect, and is processed by itself,
 * with no other lane running; whatever is being processed when the process then ends again is to blame. Pure.
 */
export class Guardian {
  readonly #watch = new PoisonWatch();
  /** SIGKILL can come from anybody: a record is to blame for the second one at the same place. */
  readonly #killedAt = new Set<string>();
  #restarts = 0;
  #crashes = 0;

  /** What the engine itself found out. */
  learn(known: PoisonState): void {
    this.#watch.list.learn(known);
  }

  /** A suspect passed in the engine. */
  cameThrough(delivery: string): void {
    this.#watch.cameThrough(delivery);
  }

  /** `notes`: what lanes were at; `canRestart`: what was in flight comes again; `asked`: the process was told to end. */
  ended(
    ending: ProcessEnding,
    {
      notes,
      livedMs,
      canRestart,
      asked,
    }: { notes: readonly LaneNote[]; livedMs: number; canRestart: boolean; asked: boolean },
  ): GuardDecision {
    const exitCode = exitCodeOf(ending);
    if (!isCrash(ending) || asked || !canRestart) return { do: 'end', exitCode };
    const found = this.#blame(ending, notes);
    this.#crashes = found.length > 0 || livedMs > CALM_MS ? 1 : this.#crashes + 1;
    if (this.#crashes >= MAX_CRASHES) {
      const why = `the engine ended ${this.#crashes} times in a row, the last time with ${describeEnding(ending)}`;
      return { do: 'give-up', why };
    }
    this.#restarts++;
    const delayMs = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.#crashes - 1));
    const known = this.#watch.list.state();
    return {
      do: 'restart',
      delayMs,
      restart: { restarts: this.#restarts, ending: describeEnding(ending), found, known },
    };
  }

  #blame(ending: ProcessEnding, notes: readonly LaneNote[]): readonly Poison[] {
    const [note] = notes;
    const only = notes.length === 1 && note?.alone ? note : undefined;
    return this.#watch.lost({
      reason: 'crash',
      message: `the process ended with ${describeEnding(ending)} at this record`,
      chunk: notes.flatMap(({ deliveries }) => deliveries),
      delivery: only?.deliveries[0],
      record: only?.record ?? -1,
      alone: only !== undefined && this.#isEvidence(ending, only),
    }).poison;
  }

  #isEvidence({ signal, code }: ProcessEnding, { deliveries, record }: LaneNote): boolean {
    if (signal !== 'SIGKILL' && code !== 137) return true;
    const place = `${record}/${deliveries[0]}`;
    if (this.#killedAt.has(place)) return true;
    this.#killedAt.add(place);
    return false;
  }
}

/** The number a shell shows. */
export function exitCodeOf({ code, signal }: ProcessEnding): number {
  if (signal === null) return code ?? 1;
  return 128 + (CRASHES[signal] ?? REQUESTS[signal] ?? 0);
}

function isCrash({ code, signal }: ProcessEnding): boolean {
  if (signal !== null) return CRASHES[signal] !== undefined;
  return code !== null && (CRASH_CODES.has(code) || code >= FIRST_WINDOWS_EXCEPTION);
}

/** `SIGABRT (exit code 134)`, or `exit code 5`. */
export function describeEnding(ending: ProcessEnding): string {
  const code = `exit code ${exitCodeOf(ending)}`;
  return ending.signal === null ? code : `${ending.signal} (${code})`;
}
