import type { Failpoint } from '../../engine/src/core/failpoint.ts';
import type { ChaosWorld } from './chaos-world.ts';
import { type EngineEnd, startRun } from './engine-run.ts';
import { finish } from './kills.ts';
import { judge, type Verdict } from './workload.ts';

export interface PauseOptions {
  readonly messages: number;
  /** Where the first engine stands still. */
  readonly point: Failpoint;
  /** Resolves when its leases have run out. */
  readonly pause: () => Promise<void>;
}

export interface PauseOutcome extends Verdict {
  /** Messages that the first engine held when it stood still, and the second one got. */
  readonly tookOver: number;
  readonly paused: End;
  readonly other: End;
}
interface End {
  readonly code: number | null;
  readonly closed: boolean;
}

/** One engine stands still (SIGSTOP) until another one has taken over and finished the queue, then goes on (SIGCONT) and is ended. */
export async function pauseAndOvertake(
  world: ChaosWorld,
  { messages, point, pause }: PauseOptions,
): Promise<PauseOutcome> {
  // The shortest hold that makes files of more than a part.
  const folder = await world.pipeline({ batch: { maxAge: '5s', targetSize: '6MiB' } });
  await world.send(0, messages);
  using run = startRun(folder, { strikes: [{ point, hit: 1, do: 'stop' }], drain: false });
  await run.strike('stop');
  const [, tookOver] = await world.depth();
  await pause();
  const other = await finish(world, folder);
  run.resume();
  run.child.kill('SIGTERM');
  const paused = await run.ended;
  return { ...judge(messages, await world.keys()), tookOver, paused: endOf(paused), other: endOf(other) };
}

/**
 * One engine stands still while it holds open files; another one writes what both have received, and dies before it deletes any of it;
 * then the first goes on, and gets the messages again that it still holds.
 */
export async function pauseWhileAnotherDies(
  world: ChaosWorld,
  { messages, pause }: Pick<PauseOptions, 'messages' | 'pause'>,
): Promise<PauseOutcome & { readonly written: number }> {
  const folder = await world.pipeline({ batch: { maxAge: '5m' } });
  await world.send(0, messages);
  using run = startRun(folder, { strikes: [{ point: 'lane.received', hit: 30, do: 'stop' }] });
  await run.strike('stop');
  const [, tookOver] = await world.depth();
  await pause();
  const strikes = [{ point: 'sqs.delete', hit: 1, do: 'kill' }] as const;
  using other = startRun(folder, { strikes, set: ['batch.maxAge=2s'], drain: false });
  const dead = await other.ended;
  const written = (await world.keys()).length;
  await world.expire(); // what the dead one held; the leases of the other have run out by the clock
  run.resume();
  const paused = await run.ended;
  return { ...judge(messages, await world.keys()), tookOver, written, paused: endOf(paused), other: endOf(dead) };
}

function endOf({ code, summary }: EngineEnd): End {
  return { code, closed: summary?.ledger.closed ?? false };
}
