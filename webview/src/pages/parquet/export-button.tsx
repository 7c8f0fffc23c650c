import { useRef, useState } from 'preact/hooks';
import type { ParquetMethods } from '../../../../engine/src/protocol/parquet.ts';
import { Button } from '../../components/controls.tsx';
import { fileName } from '../../components/place-link.tsx';
import { countOf } from '../../components/quantities.ts';
import { useAttempt } from '../../hooks/use-attempt.ts';
import { isSilent } from '../../hooks/use-request.ts';
import type { OpenedProps } from './parquet-page.tsx';

export interface ExportButtonProps extends Pick<OpenedProps, 'studio' | 'shell' | 'summary'> {
  readonly request: Omit<ParquetMethods['parquet.export']['params'], 'handle' | 'file'>;
  readonly isDisabled?: boolean;
}

/** Writes what is shown to a file that is asked for: the ending of its name says the format. */
export function ExportButton({ studio, shell, summary, request, isDisabled = false }: ExportButtonProps) {
  const [state, setState] = useState<string>();
  const running = useRef<AbortController>(undefined);
  const attempt = useAttempt();
  const isRunning = running.current !== undefined;
  const run = async () => {
    if (isRunning) {
      running.current?.abort();
      return;
    }
    const name = `${(fileName(summary.uri) || 'rows').replace(/\.(parquet|parq|pqt)$/i, '')}.csv`;
    const picked = await shell.request('shell.pickSave', { name });
    if (picked === undefined) return;
    const controller = new AbortController();
    running.current = controller;
    setState('Exporting');
    try {
      const asked = { handle: summary.handle, file: picked.file, ...request };
      const { rows } = await studio.request('parquet.export', asked, {
        signal: controller.signal,
        onSnapshot: ({ rows: written }) => setState(countOf(written, 'row')),
      });
      setState(`${countOf(rows, 'row')} exported`);
    } catch (error) {
      setState(isSilent(error) ? undefined : (error as Error).message);
    } finally {
      running.current = undefined;
    }
  };
  return (
    <>
      {state !== undefined && (
        <span class="dim parquet-export" role="status" title={state}>
          {state}
        </span>
      )}
      <Button
        isSecondary
        icon={isRunning ? 'debug-stop' : 'export'}
        onClick={() => attempt(run())}
        isDisabled={isDisabled}
        title={isDisabled ? 'Rows are exported in the order of the file; sort them by a query' : 'CSV, NDJSON or JSON'}
      >
        {isRunning ? 'Cancel' : 'Export'}
      </Button>
    </>
  );
}
