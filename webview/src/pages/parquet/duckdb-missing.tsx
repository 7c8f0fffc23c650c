import { useState } from 'preact/hooks';
import { EmptyState, ErrorState, ProgressState } from '../../components/states.tsx';
import { useAttempt } from '../../hooks/use-attempt.ts';
import { isSilent } from '../../hooks/use-request.ts';
import type { PageProps } from '../../page.ts';

const COMMAND = 'npm install --save-dev @duckdb/node-api';

export interface DuckDbMissingProps extends Pick<PageProps, 'shell' | 'hasExtensions'> {
  /** Asks once more whether it is there. */
  readonly lookAgain: () => void;
}

/** In place of queries where DuckDB is not installed: what to do about it, in the way of the shell. */
export function DuckDbMissing({ shell, hasExtensions = false, lookAgain }: DuckDbMissingProps) {
  return hasExtensions ? <ByExtension {...{ shell, lookAgain }} /> : <ByNpm {...{ shell, lookAgain }} />;
}

function ByExtension({ shell, lookAgain }: Omit<DuckDbMissingProps, 'hasExtensions'>) {
  const [state, setState] = useState<{ readonly isRunning?: boolean; readonly error?: unknown }>({});
  const install = () => {
    setState({ isRunning: true });
    shell.request('shell.installDuckDb', {}).then(
      () => {
        setState({});
        lookAgain();
      },
      (error: unknown) => setState(isSilent(error) ? {} : { error }),
    );
  };
  if (state.isRunning) return <ProgressState label="Installing DuckDB" />;
  if (state.error !== undefined) {
    const action = { label: 'Try again', act: install };
    return <ErrorState error={state.error} title="DuckDB is not installed" action={action} />;
  }
  return (
    <EmptyState icon="database" title="SQL needs DuckDB" action={{ label: 'Install DuckDB', act: install }}>
      It comes as an extension of its own, because it is larger than Parquetry itself.
    </EmptyState>
  );
}

function ByNpm({ shell, lookAgain }: Omit<DuckDbMissingProps, 'hasExtensions'>) {
  const [isCopied, setCopied] = useState(false);
  const attempt = useAttempt();
  const copy = () => {
    setCopied(false);
    attempt(shell.request('shell.copy', { text: COMMAND }).then(() => setCopied(true)));
  };
  return (
    <EmptyState icon="database" title="SQL needs DuckDB" action={{ label: 'Try again', act: lookAgain }}>
      Install it in the folder of the pipeline:
      <div>
        <code>{COMMAND}</code>{' '}
        <button type="button" class="link" onClick={copy}>
          {isCopied ? 'copied' : 'copy'}
        </button>
      </div>
    </EmptyState>
  );
}
