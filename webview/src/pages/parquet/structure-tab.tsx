import { SplitPane } from '../../components/layout.tsx';
import { isNumber, shaped, useView } from '../../hooks/use-view.ts';
import { ChunkDetails } from './chunk-details.tsx';
import { ColumnTable } from './column-table.tsx';
import { LayoutPicture } from './layout-picture.tsx';
import type { OpenedProps } from './parquet-page.tsx';

/** A column of a row group. */
export interface ChunkAddress {
  /** Position among the leaf columns. */
  readonly column: number;
  readonly rowGroup: number;
}

/** How the file is laid out: where its bytes are, and what a reader can skip. */
export function StructureTab({ summary, studio }: OpenedProps) {
  const first = { column: heaviest(summary.columns), rowGroup: 0 };
  const [chosen, select] = useView<ChunkAddress>('chunk', first, shaped({ column: isNumber, rowGroup: isNumber }));
  // The file may have been written anew since.
  const isThere = summary.columns[chosen.column] !== undefined && summary.rowGroups[chosen.rowGroup] !== undefined;
  const selected = isThere ? chosen : first;
  if (summary.columns.length === 0) return null;
  return (
    <div class="parquet-structure">
      <SplitPane
        label="Columns and a chunk"
        direction="rows"
        share={0.6}
        first={
          <div class="parquet-layout">
            <LayoutPicture {...{ summary, selected, select }} />
            <ColumnTable {...{ summary, selected, select }} />
          </div>
        }
        second={<ChunkDetails {...{ summary, studio, selected, select }} />}
      />
    </div>
  );
}

function heaviest(columns: OpenedProps['summary']['columns']): number {
  return columns.reduce(
    (most, { compressedBytes }, i) => (compressedBytes > columns[most]!.compressedBytes ? i : most),
    0,
  );
}
