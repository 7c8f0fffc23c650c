import { useState } from 'preact/hooks';
import type { Peer } from '../../../../engine/src/protocol/peer.ts';
import type { PageRoute, ShellMethods } from '../../../../engine/src/protocol/shell.ts';
import type { StudioMethods } from '../../../../engine/src/protocol/studio-methods.ts';
import type { TestCaseResult } from '../../../../engine/src/protocol/transform-tests.ts';
import type { PipelineEntry } from '../../../../engine/src/protocol/workspace.ts';
import { Button } from '../../components/controls.tsx';
import { EnvironmentSelect } from '../../components/environment-select.tsx';
import { fileName } from '../../components/place-link.tsx';
import { countOf } from '../../components/quantities.ts';
import { useAttempt } from '../../hooks/use-attempt.ts';
import { TestResults } from './test-results.tsx';

export interface PipelineItemProps {
  readonly pipeline: PipelineEntry;
  readonly studio: Peer<StudioMethods>;
  readonly shell: Peer<ShellMethods>;
  readonly open: (route: PageRoute) => void;
  /** Does it, and tells the page of a failure. */
  readonly attempt: (act: () => Promise<unknown>) => void;
}

/** A pipeline, and what can be done with it: each in the environment that is chosen. */
export function PipelineItem({ pipeline, studio, shell, open, attempt }: PipelineItemProps) {
  const { folder, name, environments, samples } = pipeline;
  const tell = useAttempt();
  const [environment, setEnvironment] = useState(() => firstEnvironment(environments));
  const [isBusy, setBusy] = useState<'run' | 'test'>();
  const [results, setResults] = useState<readonly TestCaseResult[]>();
  const go = (page: 'preview' | 'profile' | 'plan' | 'samples' | 'dead-letters') => () =>
    open({ page, folder, environment });
  const reveal = (file: string) => () => tell(shell.request('shell.reveal', { place: { file, line: 1, column: 1 } }));
  const during = (what: 'run' | 'test', act: () => Promise<unknown>) => () =>
    attempt(async () => {
      setBusy(what);
      await act().finally(() => setBusy(undefined));
    });
  const run = during('run', async () => {
    const started = await studio.request('run.start', { folder, environment });
    open({ page: 'run', run: started.run });
  });
  const test = during('test', async () => {
    const { results: all } = await studio.request(
      'tests.run',
      { folder, environment },
      { onSnapshot: (so) => setResults(so.results) },
    );
    setResults(all);
  });
  return (
    <li class="home-pipeline">
      <div class="home-pipeline-head">
        <h2 title={folder}>{name}</h2>
        <span class="home-links">
          <Link act={reveal(pipeline.file)}>{fileName(pipeline.file)}</Link>
          {pipeline.transform !== undefined && (
            <Link act={reveal(pipeline.transform)}>{fileName(pipeline.transform)}</Link>
          )}
          <Link act={go('samples')}>
            {samples.length === 0 ? 'take samples' : countOf(samples.length, 'sample file')}
          </Link>
          <Link act={go('dead-letters')}>dead letters</Link>
        </span>
      </div>
      <div class="home-actions">
        <Button icon="open-preview" onClick={go('preview')}>
          Preview
        </Button>
        <Button isSecondary icon="graph" onClick={go('profile')}>
          Profile
        </Button>
        <Button isSecondary icon="checklist" onClick={go('plan')}>
          Plan
        </Button>
        <Button isSecondary icon="play" isDisabled={isBusy !== undefined} onClick={run}>
          {isBusy === 'run' ? 'Starting …' : 'Run'}
        </Button>
        <Button isSecondary icon="beaker" isDisabled={isBusy !== undefined} onClick={test}>
          {isBusy === 'test' ? 'Testing …' : 'Test'}
        </Button>
        <EnvironmentSelect
          label={`Environment of ${name}`}
          environments={environments}
          value={environment}
          onChange={setEnvironment}
        />
      </div>
      {results !== undefined && (
        <TestResults
          results={results}
          reveal={(place) => tell(shell.request('shell.reveal', { place }))}
          onClose={() => setResults(undefined)}
        />
      )}
    </li>
  );
}

function Link({ act, children }: { readonly act: () => void; readonly children: string }) {
  return (
    <button type="button" class="link" onClick={act}>
      {children}
    </button>
  );
}

/** The one that needs no account, by its name; running somewhere real must be chosen. */
function firstEnvironment(environments: readonly string[]): string | undefined {
  return environments.find((name) => name === 'local') ?? undefined;
}
