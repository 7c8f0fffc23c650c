import { useMemo, useState } from 'preact/hooks';
import type { ParquetFilter, ParquetScanProgress } from '../../../../engine/src/protocol/parquet.ts';
import { IconButton } from '../../components/controls.tsx';
import { Badge, SplitPane } from '../../components/layout.tsx';
import { countOf, countText } from '../../components/quantities.ts';
import { EmptyState, ErrorBanner, ErrorState, ProgressState } from '../../components/states.tsx';
import { CellDetails } from '../../grid/cell-details.tsx';
import { DataGrid } from '../../grid/data-grid.tsx';
import type { CellAddress, GridColumn, GridSource } from '../../grid/source.ts';
import { useAttempt } from '../../hooks/use-attempt.ts';
import { isFlag, useView } from '../../hooks/use-view.ts';
import { createInsights, InsightHeading, insightHeightPx } from './column-insight.tsx';
import { ExportButton } from './export-button.tsx';
import { FilterBar } from './filter-bar.tsx';
import type { OpenedProps } from './parquet-page.tsx';
import { isRowsQuery, type RowsQuery, type RowsSource } from './rows-source.ts';
import { type Counting, useCounting, useRows } from './use-rows.ts';

/** The rows of the file, filtered and sorted, with what each column is like above it. */
export function DataTab({ summary, studio, shell, reopen }: OpenedProps) {
  const [query, setQuery] = useView<RowsQuery>('rows', { filters: [] }, isRowsQuery);
  const [opened, setOpened] = useState<CellAddress>();
  const [hasInsights, setInsights] = useView('insights', true, isFlag);
  const rows = useRows(studio, summary, query);
  const counting = useCounting(studio, summary, query, rows.source);
  const insights = useMemo(() => createInsights(studio, summary.handle), [studio, summary]);
  const { source } = rows;
  const attempt = useAttempt();
  const copy = (text: string) => attempt(shell.request('shell.copy', { text }));
  const setFilters = (filters: readonly ParquetFilter[]) => {
    setOpened(undefined);
    setQuery({ ...query, filters });
  };
  const sortBy = (column: string) => {
    setOpened(undefined);
    setQuery({ ...query, sort: nextSort(query.sort, column) });
  };
  const isSorted = query.sort !== undefined;
  const error = rows.error ?? source?.error.value;
  return (
    <div class="parquet-data">
      <FilterBar fields={summary.fields} filters={query.filters} onChange={setFilters} onSort={sortBy}>
        {query.sort && (
          <Badge title="Click a column’s heading to sort by it">
            {query.sort.isDescending ? '↓' : '↑'} {query.sort.column}
            <button
              type="button"
              class="parquet-remove"
              aria-label="Do not sort"
              onClick={() => setQuery({ filters: query.filters })}
            >
              ×
            </button>
          </Badge>
        )}
        <IconButton
          icon="graph"
          label="What columns are like"
          isPressed={hasInsights}
          onClick={() => setInsights(!hasInsights)}
        />
        <ExportButton {...{ studio, shell, summary }} request={{ filters: query.filters }} isDisabled={isSorted} />
      </FilterBar>
      {error !== undefined && source !== undefined && (
        <ErrorBanner error={error} action={isChanged(error) ? { label: 'Open again', act: reopen } : undefined} />
      )}
      <div class="parquet-grid">
        {source === undefined && rows.error !== undefined && (
          <ErrorState error={rows.error} title="The rows cannot be read" action={{ label: 'Try again', act: reopen }} />
        )}
        {source === undefined && rows.error === undefined && <ProgressState label="Reading the first rows" />}
        {source !== undefined && source.rowCount === 0 && (
          <Nothing hasFilters={query.filters.length > 0} clear={() => setFilters([])} />
        )}
        {source !== undefined && source.rowCount > 0 && (
          <WithDetails {...{ source, opened, copy }} onClose={() => setOpened(undefined)}>
            <DataGrid
              source={withSort(source, query.sort)}
              label="Rows of the file"
              labelChars={Math.max(3, countText(summary.rows).length)}
              onOpen={setOpened}
              onHeading={(column) => sortBy(summary.fields[column]!.name)}
              headerExtraPx={hasInsights ? insightHeightPx : 0}
              headerExtra={
                hasInsights
                  ? (column) => <InsightHeading insights={insights} column={summary.fields[column]!.name} />
                  : undefined
              }
            />
          </WithDetails>
        )}
      </div>
      <Status
        {...{ source, counting, query }}
        coming={rows.coming}
        rows={summary.rows}
        stop={() => setQuery({ filters: query.filters })}
      />
    </div>
  );
}

/** Ascending, descending, and as the file has them. */
function nextSort(sort: RowsQuery['sort'], column: string): RowsQuery['sort'] {
  if (sort?.column !== column) return { column, isDescending: false };
  return sort.isDescending ? undefined : { column, isDescending: true };
}

const marked = new WeakMap<RowsSource, { readonly key: string; readonly source: GridSource }>();

/** The same source with a mark on the column it is sorted by; the same object for the same mark. */
function withSort(source: RowsSource, sort: RowsQuery['sort']): GridSource {
  if (sort === undefined) return source;
  const key = JSON.stringify(sort);
  const known = marked.get(source);
  if (known?.key === key) return known.source;
  const columns = source.columns.map(
    (column): GridColumn =>
      column.name === sort.column ? { ...column, typeNote: `${sort.isDescending ? '↓' : '↑'} ${column.type}` } : column,
  );
  const made: GridSource = {
    columns,
    version: source.version,
    get rowCount() {
      return source.rowCount;
    },
    cell: (row, column) => source.cell(row, column),
    load: (range) => source.load(range),
    rowLabel: (row) => source.rowLabel(row),
    fullText: (row, column) => source.fullText(row, column),
  };
  marked.set(source, { key, source: made });
  return made;
}

function WithDetails(props: {
  readonly source: RowsSource;
  readonly opened: CellAddress | undefined;
  readonly copy: (text: string) => void;
  readonly onClose: () => void;
  readonly children: preact.ComponentChild;
}) {
  const { source, opened, copy, onClose, children } = props;
  if (opened === undefined) return <>{children}</>;
  return (
    <SplitPane
      label="Rows and value"
      direction="rows"
      share={0.65}
      first={children}
      second={<CellDetails source={source} cell={opened} onCopy={copy} onClose={onClose} />}
    />
  );
}

function Nothing({ hasFilters, clear }: { readonly hasFilters: boolean; readonly clear: () => void }) {
  if (!hasFilters) return <EmptyState icon="table" title="The file has no rows" />;
  return (
    <EmptyState icon="filter" title="No row matches" action={{ label: 'Clear the filters', act: clear }}>
      Text is compared whole: <code>contains</code> finds parts of it.
    </EmptyState>
  );
}

interface StatusProps {
  readonly source: RowsSource | undefined;
  readonly coming: RowsSource | undefined;
  readonly counting: Counting;
  readonly query: RowsQuery;
  readonly rows: number;
  /** Shows the rows as the file has them. */
  readonly stop: () => void;
}

/** Below the grid: how many rows there are, and how sure that is. */
function Status({ source, coming, counting, query, rows, stop }: StatusProps) {
  source?.version.value;
  const count = source?.count.value;
  return (
    <div class="parquet-status" role="status">
      {coming !== undefined && <Searching {...{ rows }} progress={coming.progress.value} stop={query.sort && stop} />}
      {coming === undefined && query.filters.length === 0 && <span>{countOf(rows, 'row')}</span>}
      {coming === undefined && query.filters.length > 0 && count !== undefined && (
        <span>
          {count.isExact ? '' : 'at least '}
          {countText(Math.max(count.total, counting.progress?.matches ?? 0))} of {countOf(rows, 'row')} match
        </span>
      )}
      {coming === undefined && counting.isRunning && (
        <Searching {...{ rows }} progress={counting.progress} stop={counting.stop} />
      )}
      {count?.reachable !== undefined && count.reachable < count.total && (
        <span class="dim">the first {countText(count.reachable)} in this order</span>
      )}
    </div>
  );
}

/** How much of the file was searched. */
function Searching(props: {
  readonly progress: ParquetScanProgress | undefined;
  readonly rows: number;
  readonly stop?: () => void;
}) {
  const { progress, rows, stop } = props;
  return (
    <>
      <span class="dim">
        {progress === undefined
          ? 'Reading …'
          : `${Math.floor((progress.scannedRows / Math.max(1, rows)) * 100)} % searched`}
      </span>
      {stop !== undefined && (
        <button type="button" class="link" onClick={stop}>
          Stop
        </button>
      )}
    </>
  );
}

function isChanged(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'E_CONFLICT';
}
