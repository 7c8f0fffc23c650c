import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ParquetMethods } from '../../../../engine/src/protocol/parquet.ts';
import type { ProtocolError } from '../../../../engine/src/protocol/protocol-error.ts';
import { type ArrowRows, arrowRows } from '../../arrow/arrow-rows.ts';
import { Button } from '../../components/controls.tsx';
import { Toolbar } from '../../components/layout.tsx';
import { countOf, durationText } from '../../components/quantities.ts';
import { EmptyState, ErrorState, ProgressState } from '../../components/states.tsx';
import { DataGrid } from '../../grid/data-grid.tsx';
import type { GridSource } from '../../grid/source.ts';
import { isSilent, useRequest } from '../../hooks/use-request.ts';
import { isText, isTextOrNone, useView } from '../../hooks/use-view.ts';
import { DuckDbMissing } from './duckdb-missing.tsx';
import { ExportButton } from './export-button.tsx';
import type { OpenedProps } from './parquet-page.tsx';

type SqlResult = ParquetMethods['parquet.sql']['result'];

interface Answer {
  readonly sql: string;
  readonly result?: SqlResult;
  readonly error?: unknown;
}

/** Queries over the file by DuckDB, where it is installed. */
export function SqlTab({ summary, studio, shell, hasExtensions, reopen }: OpenedProps) {
  const duckdb = useRequest(studio, 'parquet.duckdb', { handle: summary.handle });
  const [sql, setSql] = useView('sql', 'SELECT * FROM file LIMIT 100', isText);
  /** The query whose rows are below. Rows are not kept: it is asked again where the page comes back. */
  const [ran, setRan] = useView<string | undefined>('sql that ran', undefined, isTextOrNone);
  const [answer, setAnswer] = useState<Answer>();
  const running = useRef<AbortController>(undefined);
  const [isRunning, setRunning] = useState(false);
  const run = (sql: string) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setRunning(true);
    setRan(sql);
    const settle = (next: Answer | undefined) => {
      if (running.current !== controller) return;
      running.current = undefined;
      setRunning(false);
      if (next !== undefined) setAnswer(next);
    };
    studio.request('parquet.sql', { handle: summary.handle, sql }, { signal: controller.signal }).then(
      (result) => settle({ sql, result }),
      (error: unknown) => settle(isSilent(error) ? undefined : { sql, error }),
    );
  };
  const isInstalled = duckdb.value?.isInstalled === true;
  useEffect(() => {
    if (isInstalled && ran !== undefined && answer === undefined) run(ran);
  }, [isInstalled]);
  const { result } = answer ?? {};
  if (duckdb.value?.isInstalled === false)
    return <DuckDbMissing {...{ shell, hasExtensions }} lookAgain={duckdb.again} />;
  return (
    <div class="parquet-sql">
      <textarea
        class="parquet-query mono"
        aria-label="Query"
        spellcheck={false}
        rows={4}
        value={sql}
        onInput={(event) => setSql(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          run(sql);
        }}
      />
      <Toolbar
        label="Query"
        end={
          result !== undefined && (
            <ExportButton {...{ studio, shell, summary }} request={{ sql: answer!.sql }} isDisabled={isRunning} />
          )
        }
      >
        {isRunning ? (
          <Button isSecondary icon="debug-stop" onClick={() => running.current?.abort()}>
            Cancel
          </Button>
        ) : (
          <Button icon="play" onClick={() => run(sql)} title="Ctrl+Enter">
            Run
          </Button>
        )}
        <span class="dim" role="status">
          {resultText(result, isRunning)}
        </span>
      </Toolbar>
      <div class="parquet-grid">
        {isRunning && answer === undefined && <ProgressState label="Running the query" />}
        {!isRunning && answer === undefined && (
          <EmptyState icon="database" title="The file is the table file">
            Any query of DuckDB that reads it: <code>SELECT count(*) FROM file</code>. Ctrl+Enter runs it.
          </EmptyState>
        )}
        {answer?.error !== undefined && <SqlError error={answer.error} reopen={reopen} />}
        {result !== undefined && <ResultGrid result={result} />}
      </div>
    </div>
  );
}

/** DuckDB points at the place below the query's line: its lines stay lines. */
function SqlError({ error, reopen }: { readonly error: unknown; readonly reopen: () => void }) {
  const { code, message, hint } = error as Partial<ProtocolError>;
  if (code !== 'E_CONFIG') {
    const action = code === 'E_CONFLICT' ? { label: 'Open again', act: reopen } : undefined;
    return <ErrorState error={error} title="The query did not run" action={action} />;
  }
  return (
    <div class="sql-error" role="alert">
      <pre class="mono">{message}</pre>
      {hint !== undefined && <p class="dim">{hint}</p>}
    </div>
  );
}

function resultText(result: SqlResult | undefined, isRunning: boolean): string {
  if (isRunning) return 'Running …';
  if (result === undefined) return 'Ctrl+Enter';
  const { rows, isCut, elapsedMs } = result;
  return `${isCut ? 'the first ' : ''}${countOf(rows.length, 'row')} in ${durationText(elapsedMs)}`;
}

function ResultGrid({ result }: { readonly result: SqlResult }) {
  const source = useMemo(() => sourceOf(arrowRows(result.rows)), [result]);
  return <DataGrid source={source} label="Rows of the query" />;
}

function sourceOf(rows: ArrowRows): GridSource {
  return {
    rowCount: rows.length,
    columns: rows.fields.map(({ name, type }, i) => ({ name, type, isNumber: rows.isNumber(i) })),
    cell: rows.cell,
    fullText: rows.text,
  };
}
