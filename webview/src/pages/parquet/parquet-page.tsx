import { useEffect, useState } from 'preact/hooks';
import type { ParquetSummary } from '../../../../engine/src/protocol/parquet.ts';
import { Tabs } from '../../components/layout.tsx';
import { fileName } from '../../components/place-link.tsx';
import { ErrorState, ProgressState } from '../../components/states.tsx';
import { useRequest } from '../../hooks/use-request.ts';
import { oneOf, useView } from '../../hooks/use-view.ts';
import type { PageProps } from '../../page.ts';
import { DataTab } from './data-tab.tsx';
import { FileHeader } from './file-header.tsx';
import './parquet.css';
import { SqlTab } from './sql-tab.tsx';
import { StructureTab } from './structure-tab.tsx';

const tabIds = ['data', 'structure', 'sql'] as const;
type TabId = (typeof tabIds)[number];

/** A Parquet file, local or in S3: its rows, how it is laid out, and queries over it. */
export function ParquetPage(props: PageProps<'parquet'>) {
  const { route, studio } = props;
  const { uri, folder, environment } = route;
  const target = folder === undefined ? undefined : { folder, environment };
  const opened = useRequest(studio, 'parquet.open', { uri, target });
  const summary = opened.value;
  useEffect(() => {
    if (summary === undefined) return;
    return () => void studio.request('parquet.close', { handle: summary.handle }).catch(() => {});
  }, [studio, summary]);

  if (summary === undefined && opened.error !== undefined) {
    return (
      <ErrorState
        error={opened.error}
        title={`${fileName(uri)} cannot be shown`}
        action={{ label: 'Try again', act: opened.again }}
      />
    );
  }
  if (summary === undefined) return <ProgressState label="Reading the file’s metadata" />;
  return <OpenedPage key={summary.handle} {...props} summary={summary} reopen={opened.again} />;
}

export interface OpenedProps extends PageProps<'parquet'> {
  readonly summary: ParquetSummary;
  /** For a file that was written anew meanwhile. */
  readonly reopen: () => void;
}

/** What was visited stays as it was left: a tab is drawn when it is seen first, and hidden afterwards. */
function OpenedPage(props: OpenedProps) {
  const { summary } = props;
  const [tab, setTab] = useView<TabId>('tab', 'data', oneOf(tabIds));
  const [visited, setVisited] = useState<ReadonlySet<TabId>>(new Set(['data', tab]));
  const show = (id: TabId) => {
    setTab(id);
    setVisited(new Set([...visited, id]));
  };
  const tabs = [
    { id: 'data', label: 'Data' },
    { id: 'structure', label: 'Structure' },
    { id: 'sql', label: 'SQL' },
  ] as const;
  return (
    <div class="parquet">
      <FileHeader summary={summary} />
      <div class="parquet-tabs">
        <Tabs label="Views of the file" tabs={tabs} selected={tab} onSelect={show} />
      </div>
      <div class="parquet-view" hidden={tab !== 'data'}>
        <DataTab {...props} />
      </div>
      {visited.has('structure') && (
        <div class="parquet-view" hidden={tab !== 'structure'}>
          <StructureTab {...props} />
        </div>
      )}
      {visited.has('sql') && (
        <div class="parquet-view" hidden={tab !== 'sql'}>
          <SqlTab {...props} />
        </div>
      )}
    </div>
  );
}
