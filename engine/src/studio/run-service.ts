import { randomUUID } from 'node:crypto';
import { ParquetryError } from '../core/errors.ts';
import type { RunEntry } from '../protocol/run.ts';
import { embeddedAwsOf } from './embedded-aws.ts';
import { paced } from './paced.ts';
import type { ChildRun } from './run/child-run.ts';
import type { Service } from './service.ts';
import type { Workbench } from './workbench.ts';

/** Runs that are over and still listed; the oldest go first. */
const MAX_OVER = 20;

/** Runs of pipelines, each in a process of its own, and records for their queues. */
export function createRunService(workbench: Workbench): Service {
  const runs = new Map<string, ChildRun>();
  const runOf = (run: string): ChildRun => {
    const found = runs.get(run);
    if (found) return found;
    throw new ParquetryError('E_NOT_FOUND', `there is no run ${run}`, { hint: 'It may be of an earlier session.' });
  };
  return {
    handlers: {
      async 'run.start'({ drain = false, ...target }) {
        const { startRun } = await import('./run/start-run.ts');
        const run = await startRun(workbench, { target, drain, runId: randomUUID() });
        forgetOldest(runs);
        runs.set(run.facts.run, run);
        return { run: run.facts.run };
      },
      async 'run.watch'({ run }, { signal, show }) {
        const child = runOf(run);
        show(child.view);
        const stop = child.onView(show);
        signal.addEventListener('abort', stop, { once: true });
        await child.over;
        return child.view;
      },
      async 'run.stop'({ run, isHard = false }) {
        const child = runOf(run);
        if (isHard || child.view.state === 'draining') child.kill();
        else await child.drain();
      },
      'run.list': () => ({ runs: [...runs.values()].map(entryOf).reverse() }),
      'run.tap': ({ run, at, limit }, { signal, show }) => runOf(run).tap({ at, limit }, show, signal),
      async 'run.feed'({ records, recordsPerS, ...target }, { signal, show }) {
        const { feedTarget } = await import('./run/feed-target.ts');
        const shown = paced(show);
        const pace = { records, recordsPerS, signal, onSent: (sent: number) => shown({ sent }) };
        return { sent: await feedTarget(workbench, target, pace) };
      },
    },
    async close() {
      await Promise.all([...runs.values()].map((run) => run.leave()));
      await embeddedAwsOf(workbench).close();
    },
  };
}

function entryOf({ facts, view }: ChildRun): RunEntry {
  return { ...facts, state: view.state };
}

function forgetOldest(runs: Map<string, ChildRun>): void {
  const over = [...runs.values()].filter(({ isOver }) => isOver);
  for (const { facts } of over.slice(0, Math.max(0, over.length - MAX_OVER + 1))) runs.delete(facts.run);
}
