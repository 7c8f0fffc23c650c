import type { RunEntry } from '../../../../engine/src/protocol/run.ts';
import type { PageRoute } from '../../../../engine/src/protocol/shell.ts';
import { Badge } from '../../components/layout.tsx';
import { runTones } from '../../components/run-tones.ts';

export interface RecentRunsProps {
  /** Newest first. */
  readonly runs: readonly RunEntry[];
  readonly open: (route: PageRoute) => void;
}

/** Runs that this studio started. */
export function RecentRuns({ runs, open }: RecentRunsProps) {
  return (
    <section aria-labelledby="home-runs">
      <h2 id="home-runs">Runs</h2>
      <ul class="home-runs">
        {runs.map(({ run, pipeline, environment, startedAtMs, state }) => (
          <li key={run}>
            <button type="button" class="home-run" onClick={() => open({ page: 'run', run })}>
              <Badge tone={runTones[state]}>{state}</Badge>
              <span>{pipeline}</span>
              <span class="dim">{environment}</span>
              <time class="dim" dateTime={new Date(startedAtMs).toISOString()}>
                {new Date(startedAtMs).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' })}
              </time>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
