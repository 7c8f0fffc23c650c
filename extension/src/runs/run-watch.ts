import type { RunEntry, RunState } from '../../../engine/src/protocol/run.ts';
import type { Ask } from '../engine/engine-host.ts';

/** Hears of each change of state of the runs that go on, however they were started. */
export class RunWatch {
  readonly #ask: Ask;
  readonly #changed: () => void;
  /** Those that are watched, with how they stood last. */
  readonly #states = new Map<string, RunState | undefined>();

  constructor(ask: Ask, changed: () => void) {
    this.#ask = ask;
    this.#changed = changed;
  }

  /** Whether one goes on, as far as is known. */
  get isAnyGoing(): boolean {
    return this.#states.size > 0;
  }

  /** A list of runs: those that go on are watched from now on. */
  async list(): Promise<readonly RunEntry[]> {
    const { runs } = await this.#ask('run.list', {});
    for (const run of runs) if (isGoing(run)) this.#watch(run.run, run.state);
    return runs;
  }

  /** A run that was started just now. */
  started(run: string): void {
    this.#watch(run);
    this.#changed();
  }

  #watch(run: string, listed?: RunState): void {
    if (this.#states.has(run)) return;
    this.#states.set(run, listed);
    const onSnapshot = ({ state }: { readonly state: RunState }) => {
      if (this.#states.get(run) === state) return;
      this.#states.set(run, state);
      this.#changed();
    };
    // Ends with the run, or with the engine.
    const over = () => {
      this.#states.delete(run);
      this.#changed();
    };
    this.#ask('run.watch', { run }, { onSnapshot }).then(over, over);
  }
}

export function isGoing({ state }: Pick<RunEntry, 'state'>): boolean {
  return state === 'starting' || state === 'running' || state === 'draining';
}

/** "local · running, started 11:20". */
export function describeRun({ environment, state, startedAtMs }: RunEntry): string {
  const time = new Date(startedAtMs).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return [environment, `${state}, started ${time}`].filter(Boolean).join(' · ');
}
