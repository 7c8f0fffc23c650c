import type { Place } from '../../../../engine/src/protocol/places.ts';
import type { RunView } from '../../../../engine/src/protocol/run.ts';
import { Tabs } from '../../components/layout.tsx';
import { ErrorBanner, ErrorState, ProgressState } from '../../components/states.tsx';
import { useAttempt } from '../../hooks/use-attempt.ts';
import { useWatch } from '../../hooks/use-request.ts';
import { oneOf, useView } from '../../hooks/use-view.ts';
import type { PageProps } from '../../page.ts';
import { BatchList } from './batch-list.tsx';
import { FeedBar } from './feed-bar.tsx';
import { FileList } from './file-list.tsx';
import { LedgerPanel } from './ledger-panel.tsx';
import { LogView } from './log-view.tsx';
import './run.css';
import { RunCharts } from './run-charts.tsx';
import { RunHeader } from './run-header.tsx';
import { RunTiles } from './run-tiles.tsx';
import { TapPanel } from './tap-panel.tsx';

const tabIds = ['files', 'batches', 'log', 'tap'] as const;
type Tab = (typeof tabIds)[number];

/** A run while it lasts, and what it came to. */
export function RunPage(props: PageProps<'run'>) {
  const { route, studio, shell, hasEditor } = props;
  const { run } = route;
  const { value: view, error } = useWatch(studio, 'run.watch', { run });
  const attempt = useAttempt();
  if (view === undefined) {
    if (error !== undefined) return <ErrorState error={error} title="There is no such run" />;
    return <ProgressState label="Starting" />;
  }
  const { folder, environment, state } = view;
  const isOver = state === 'ended' || state === 'failed';
  const stop = (isHard: boolean) => attempt(studio.request('run.stop', { run, isHard }));
  const reveal = hasEditor ? (place: Place) => attempt(shell.request('shell.reveal', { place })) : undefined;
  const openLetters = () =>
    attempt(shell.request('shell.open', { route: { page: 'dead-letters', folder, environment } }));
  const restart = () =>
    attempt(
      studio
        .request('run.start', { folder, environment })
        .then((started) => shell.request('shell.open', { route: { page: 'run', run: started.run } })),
    );
  return (
    <div class="run">
      <RunHeader {...{ view, stop, restart }} />
      {view.failure !== undefined && <ErrorBanner error={view.failure} title="The run failed" reveal={reveal} />}
      {view.isEmbedded && !isOver && <FeedBar {...{ studio, folder, environment }} />}
      <div class="run-body">
        <RunTiles {...{ view, isOver, openLetters }} />
        <LedgerPanel ledger={view.ledger} />
        <RunCharts view={view} />
        <RunDetails {...props} view={view} isOver={isOver} />
      </div>
    </div>
  );
}

function RunDetails({
  view,
  isOver,
  studio,
  shell,
}: PageProps<'run'> & { readonly view: RunView; readonly isOver: boolean }) {
  const [tab, setTab] = useView<Tab>('tab', 'files', oneOf(tabIds));
  const { run, folder, environment, ledger, files, batches, openFiles, logs } = view;
  const attempt = useAttempt();
  const open = (uri: string) =>
    attempt(shell.request('shell.open', { route: { page: 'parquet', uri, folder, environment } }));
  return (
    <Tabs
      label="Details of the run"
      selected={tab}
      onSelect={setTab}
      tabs={[
        { id: 'files', label: 'Files', count: ledger.files },
        { id: 'batches', label: 'Open batches', count: openFiles },
        { id: 'log', label: 'Log', count: logs.length },
        { id: 'tap', label: 'Tap' },
      ]}
    >
      {tab === 'files' && <FileList files={files} written={ledger.files} open={open} />}
      {tab === 'batches' && <BatchList batches={batches} openFiles={openFiles} />}
      {tab === 'log' && <LogView logs={logs} />}
      {tab === 'tap' && <TapPanel {...{ studio, run, isOver }} />}
    </Tabs>
  );
}
