import { useSignal } from '@preact/signals';
import type { PageRoute } from '../../../engine/src/protocol/shell.ts';
import type { PipelineEntry } from '../../../engine/src/protocol/workspace.ts';
import { Button, Select } from '../components/controls.tsx';
import { Icon } from '../components/icon.tsx';
import { ErrorBanner } from '../components/states.tsx';
import { previewOf } from './desk.ts';
import { hashOf } from './location.ts';
import type { ShellProps } from './shell-view.tsx';
import type { ThemeChoice } from './theme.ts';

type PipelinePage = Extract<PageRoute, { folder: string; isLocked?: boolean }>['page'];

const pages: readonly { readonly page: PipelinePage; readonly label: string }[] = [
  { page: 'preview', label: 'Preview' },
  { page: 'profile', label: 'Profile' },
  { page: 'plan', label: 'Plan' },
  { page: 'samples', label: 'Samples' },
  { page: 'dead-letters', label: 'Dead letters' },
];

const themeOptions: readonly { readonly value: ThemeChoice; readonly label: string }[] = [
  { value: 'system', label: 'System colours' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'hc-light', label: 'Light, high contrast' },
  { value: 'hc-dark', label: 'Dark, high contrast' },
];

/** Which pipeline this is, its pages, and what is the shell's own to choose. */
export function TopBar(props: ShellProps) {
  const { desk, theme } = props;
  const entry = desk.pipeline.value;
  const failure = useSignal<unknown>(undefined);
  return (
    <>
      <header class="shell-bar">
        <a class="shell-home" href="#/home" aria-current={isCurrent(desk.place.value.route.page === 'home')}>
          Parquetry
        </a>
        {entry !== undefined && <PipelinePages entry={entry} {...props} />}
        <div class="shell-end">
          {entry !== undefined && <RunButton entry={entry} onFail={(error) => (failure.value = error)} {...props} />}
          <Select label="Colours" value={theme.choice.value} options={themeOptions} onChange={theme.choose} />
        </div>
      </header>
      {props.isStale.value && (
        <div class="shell-stale" role="alert">
          <Icon name="warning" />
          The studio was started anew. Open the address that it printed; what is not saved here is only in this page.
        </div>
      )}
      {desk.problem.value !== undefined && (
        <ErrorBanner
          title="The pipelines cannot be listed"
          error={desk.problem.value}
          action={{ label: 'Look again', act: desk.look }}
        />
      )}
      {failure.value !== undefined && (
        <ErrorBanner
          title="The run did not start"
          error={failure.value}
          action={{ label: 'Close', act: () => (failure.value = undefined) }}
        />
      )}
    </>
  );
}

function PipelinePages({ entry, desk }: ShellProps & { readonly entry: PipelineEntry }) {
  const { route, file } = desk.place.value;
  const at = { folder: entry.folder, environment: environmentOf(route, entry) };
  return (
    <nav class="shell-pages" aria-label={`Pages of ${entry.name}`}>
      {pages.map(({ page, label }) => (
        <a key={page} href={hashOf({ route: { page, ...at }, file })} aria-current={isCurrent(route.page === page)}>
          {label}
        </a>
      ))}
    </nav>
  );
}

type RunButtonProps = ShellProps & { readonly entry: PipelineEntry; readonly onFail: (error: unknown) => void };

/** A run takes what is on disk, so what is typed goes there first. */
function RunButton({ entry, desk, editing, link, onFail }: RunButtonProps) {
  const isStarting = useSignal(false);
  const environment = environmentOf(desk.place.value.route, entry);
  const run = async () => {
    isStarting.value = true;
    try {
      await editing.saveAll(entry.folder);
      const started = await link.peer.value.request('run.start', { folder: entry.folder, environment });
      desk.go({ route: { page: 'run', run: started.run } });
    } catch (error) {
      onFail(error);
    } finally {
      isStarting.value = false;
    }
  };
  const title = environment === undefined ? `Run ${entry.name}` : `Run ${entry.name} with environment ${environment}`;
  return (
    <Button icon="play" title={title} isDisabled={isStarting.value} onClick={() => void run()}>
      Run
      {environment !== undefined && <span class="shell-run-in">· {environment}</span>}
    </Button>
  );
}

/** That of the page, as long as it is the pipeline's own. */
function environmentOf(route: PageRoute, entry: PipelineEntry): string | undefined {
  const given = 'folder' in route && route.folder === entry.folder ? route : previewOf(entry);
  return 'environment' in given ? given.environment : undefined;
}

const isCurrent = (is: boolean) => (is ? 'page' : undefined);
