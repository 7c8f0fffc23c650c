import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultRule } from '../../engine/src/emulator/faults.ts';
import { createRandom } from '../../engine/src/emulator/random.ts';
import type { ChaosWorld } from './chaos-world.ts';
import { type EngineEnd, type EngineRun, type EngineRunOptions, startRun } from './engine-run.ts';
import { type DeathName, deathNames, type PlannedKill, planKills } from './kill-plan.ts';
import { judge, type Verdict } from './workload.ts';

/** A run that does not get to its failpoint is killed where it is, and does not count. */
const PATIENCE_MS = 20_000;
/** Of such runs in a row, before it is taken for a defect. */
const MAX_TRIES = 5;

export interface KillsOptions {
  /** Sent before each engine starts, if that is more than it needs to come to where it dies. Default: 0. */
  readonly messagesAKill?: number;
  /** Kills at each of the failpoints. */
  readonly ofEach: number;
  readonly seed: number;
  /** Default: all. */
  readonly deaths?: readonly DeathName[];
  /** Keys of the pipeline file. */
  readonly config?: Record<string, unknown>;
  readonly env?: NodeJS.ProcessEnv;
  /** What the emulator does to engines. */
  readonly faults?: readonly FaultRule[];
}

export interface KillsOutcome extends Verdict {
  readonly messages: number;
  /** How often an engine died of each. */
  readonly died: Readonly<Record<DeathName, number>>;
  /** Messages that were in flight when an engine died, summed up: what may come twice at most where nothing is looked up. */
  readonly inFlight: number;
  /** Of these, those when the last of them died. */
  readonly inFlightLast: number;
  /** Messages that the last engine received and that had been received before, as it counts them itself. */
  readonly receivedAgain: number;
  /** Messages that the last engine did not keep until it had written them. */
  readonly notKept: number;
  /** How the last engine ended, which nobody killed. */
  readonly code: number | null;
  readonly closed: boolean;
  readonly depth: readonly number[];
}

/**
 * Kills one engine after the other while messages come in, has the last one finish the queue, and judges what lies in the table. An
 * engine that does not get to its failpoint in time is killed all the same, and another one sent there.
 */
export async function killAgainAndAgain(world: ChaosWorld, options: KillsOptions): Promise<KillsOutcome> {
  const { messagesAKill = 0, ofEach, seed, config, env, faults = [], deaths } = options;
  const folder = await world.pipeline(config);
  const died = Object.fromEntries(deathNames.map((name) => [name, 0])) as Record<DeathName, number>;
  let messages = 0;
  let inFlight = 0;
  let inFlightLast = 0;
  for (const kill of planKills(ofEach, createRandom(seed), deaths)) {
    for (let tries = 0, hasDied = false; !hasDied; tries++) {
      if (tries === MAX_TRIES) throw new Error(`no engine of ${MAX_TRIES} came to the point of dying ${kill.name}`);
      await world.faults([]);
      const more = Math.max(messagesAKill, kill.messages);
      await world.send(messages, messages + more);
      messages += more;
      await world.faults(faults);
      hasDied = await killOnce(folder, kill, env);
      inFlightLast = await world.expire();
      inFlight += inFlightLast;
    }
    died[kill.name]++;
  }
  const { code, summary, metrics } = await finish(world, folder, { env });
  const { closed = false, messages: accounts } = summary?.ledger ?? {};
  await world.faults([]);
  const verdict = judge(messages, await world.keys());
  return {
    ...verdict,
    ...{ messages, died, inFlight, inFlightLast, code, closed },
    receivedAgain: metricIn('parquetry_messages_received_again_total', metrics),
    notKept: (accounts?.leaseLost ?? 0) + (accounts?.returned ?? 0),
    depth: await world.depth(),
  };
}

/** A metric without labels of its own, in Prometheus' text. NaN where it is not there. */
function metricIn(name: string, metrics: string): number {
  return Number(new RegExp(`^${name}(?:{[^}]*})? (\\d+)`, 'm').exec(metrics)?.[1]);
}

/** True if it died where it was to. */
async function killOnce(folder: string, kill: PlannedKill, env: NodeJS.ProcessEnv | undefined): Promise<boolean> {
  const { name, strikes, set } = kill;
  using run = startRun(folder, { strikes, set, env, drain: false });
  const timer = setTimeout(() => run.child.kill('SIGKILL'), PATIENCE_MS);
  const { signal, code, log } = await run.ended;
  clearTimeout(timer);
  if (signal !== 'SIGKILL') throw new Error(`an engine that was to die ${name} ended with ${code}: ${log}`);
  return run.struck.some((strike) => strike.do === 'kill');
}

/** Runs an engine until the queue is empty, then ends it as a deployment does. `metrics`: what it had counted by then. */
export async function finish(
  world: ChaosWorld,
  folder: string,
  options: EngineRunOptions = {},
  queue?: string,
): Promise<EngineEnd & { readonly metrics: string }> {
  const set = [...(options.set ?? []), 'telemetry.listen=127.0.0.1:0'];
  using run = startRun(folder, { flags: ['--log-level', 'info'], ...options, set, drain: false });
  let isOver = false;
  void run.ended.then(() => {
    isOver = true;
  });
  while (!isOver && (await world.depth(queue)).some((messages) => messages > 0)) await sleep(50);
  const metrics = isOver ? '' : await metricsOf(run);
  run.child.kill('SIGTERM');
  return { ...(await run.ended), metrics }; // not before: whoever leaves here kills it
}

/** Empty where its pages are not there: one that finds the queue empty may be told to end before it listens. */
async function metricsOf({ log }: EngineRun): Promise<string> {
  const address = /"address":"([^"]+)"/.exec(log())?.[1];
  return address === undefined ? '' : await (await fetch(`http://${address}/metrics`)).text();
}
