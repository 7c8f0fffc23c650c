import { useEffect, useState } from 'preact/hooks';
import type { ParquetScanProgress, ParquetSummary } from '../../../../engine/src/protocol/parquet.ts';
import type { Peer } from '../../../../engine/src/protocol/peer.ts';
import type { StudioMethods } from '../../../../engine/src/protocol/studio-methods.ts';
import { isSilent } from '../../hooks/use-request.ts';
import { type RowsQuery, RowsSource } from './rows-source.ts';

/** Rows of a file, as they come. */
export interface ShownRows {
  /** Of the newest query that could be answered. */
  readonly source?: RowsSource;
  /** The one whose first rows are being looked for. */
  readonly coming?: RowsSource;
  readonly error?: unknown;
}

/** Asks for the rows of a query; those of the one before stay until the first of the new ones are there. */
export function useRows(studio: Peer<StudioMethods>, summary: ParquetSummary, query: RowsQuery): ShownRows {
  const [shown, setShown] = useState<ShownRows>({});
  useEffect(() => {
    const source = new RowsSource(studio, summary, query);
    let isCurrent = true;
    setShown(({ source: before }) => ({ source: before, coming: source }));
    source.begin().then(
      () => isCurrent && setShown({ source }),
      (error: unknown) => isCurrent && setShown(({ source: before }) => ({ source: before, error })),
    );
    return () => {
      isCurrent = false;
      source.end();
    };
  }, [studio, summary, JSON.stringify(query)]);
  return shown;
}

/** How far the count of a filter's rows is. */
export interface Counting {
  readonly progress?: ParquetScanProgress;
  readonly isRunning: boolean;
  readonly stop: () => void;
}

/** Has a filter look at all of a file, so that its total is exact; shows how far it is, and can be stopped. */
export function useCounting(
  studio: Peer<StudioMethods>,
  summary: ParquetSummary,
  query: RowsQuery,
  source: RowsSource | undefined,
): Counting {
  const [state, setState] = useState<Omit<Counting, 'stop'>>({ isRunning: false });
  const [controller, setController] = useState<AbortController>();
  useEffect(() => {
    if (source === undefined || source.count.value.isExact) {
      setState({ isRunning: false });
      return;
    }
    const own = new AbortController();
    setController(own);
    setState({ isRunning: true });
    const asked = { handle: summary.handle, start: Number.MAX_SAFE_INTEGER - 1_000, count: 0, columns: [] };
    const onSnapshot = (progress: ParquetScanProgress) => setState({ progress, isRunning: true });
    studio.request('parquet.rows', { ...asked, filters: query.filters }, { signal: own.signal, onSnapshot }).then(
      ({ total }) => {
        source.counted(total);
        setState({ isRunning: false });
      },
      (error: unknown) => {
        if (!isSilent(error)) source.error.value = error;
        setState({ isRunning: false });
      },
    );
    return () => own.abort();
  }, [studio, summary, source]);
  return { ...state, stop: () => controller?.abort() };
}
