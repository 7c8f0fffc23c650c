import { useEffect, useState } from 'preact/hooks';
import type { PageRoute } from '../../../../engine/src/protocol/shell.ts';
import { ErrorBanner, ProgressState } from '../../components/states.tsx';
import { useAttempt } from '../../hooks/use-attempt.ts';
import { isSilent, useRequest } from '../../hooks/use-request.ts';
import type { PageProps } from '../../page.ts';
import './home.css';
import { NewPipelineCards } from './new-pipeline-cards.tsx';
import { PipelineItem } from './pipeline-item.tsx';
import { RecentRuns } from './recent-runs.tsx';

/** Every pipeline with what can be done with it, what ran lately, and where to begin. */
export function HomePage({ studio, shell, isWithoutFolder = false }: PageProps<'home'>) {
  const found = useRequest(studio, 'workspace.pipelines', {});
  const runs = useRequest(studio, 'run.list', {});
  const [error, setError] = useState<unknown>();
  useOnReturn(() => {
    found.again();
    runs.again();
  });
  const tell = useAttempt();
  const open = (route: PageRoute) => tell(shell.request('shell.open', { route }));
  /** Whatever a button does, its failure is told at the top. */
  const attempt = (act: () => Promise<unknown>) => {
    setError(undefined);
    act().catch((thrown) => isSilent(thrown) || setError(thrown));
  };
  const pipelines = found.value?.pipelines;
  const isEmpty = pipelines?.length === 0;
  return (
    <div class="home">
      {(error ?? found.error) !== undefined && <ErrorBanner error={error ?? found.error} />}
      <div class="home-content">
        <header class="home-header">
          <h1>{isEmpty ? 'Welcome to Parquetry' : 'Pipelines'}</h1>
          {isEmpty && (
            <p class="dim">
              Records from queues and files, your TypeScript over them, Parquet out. An example runs right here: no
              account, no Docker.
            </p>
          )}
        </header>
        {pipelines === undefined && found.error === undefined && <ProgressState label="Looking for pipelines" />}
        {pipelines !== undefined && pipelines.length > 0 && (
          <ul class="home-pipelines">
            {pipelines.map((pipeline) => (
              <PipelineItem key={pipeline.folder} {...{ pipeline, studio, shell, open, attempt }} />
            ))}
          </ul>
        )}
        {runs.value !== undefined && runs.value.runs.length > 0 && <RecentRuns runs={runs.value.runs} open={open} />}
        {pipelines !== undefined && (
          <NewPipelineCards
            isFirst={isEmpty}
            create={(from) =>
              attempt(async () => {
                if (isWithoutFolder) return await shell.request('shell.makePipeline', { from });
                const { folder, transform, file } = await studio.request('workspace.create', { from });
                found.again();
                await shell.request('shell.open', { route: { page: 'preview', folder } });
                await shell.request('shell.reveal', { place: { file: transform ?? file, line: 1, column: 1 } });
              })
            }
            onError={setError}
          />
        )}
      </div>
    </div>
  );
}

/** Whoever comes back to the page may have made a pipeline, or a run may have ended. */
function useOnReturn(act: () => void): void {
  useEffect(() => {
    const onFocus = () => document.visibilityState === 'visible' && act();
    window.addEventListener('focus', onFocus);
    return () => window.removeEventListener('focus', onFocus);
  });
}
