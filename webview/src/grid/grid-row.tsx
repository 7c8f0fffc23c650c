import { useMemo } from 'preact/hooks';
import { type ColumnAxis, widthOf } from './column-axis.ts';
import { px } from './row-window.ts';
import { type CellAddress, cellId, type GridSelection, type GridSource } from './source.ts';

export interface GridRowProps {
  /** Of the grid. */
  readonly id: string;
  readonly source: GridSource;
  readonly row: number;
  /** From the top of the grid's sizer. */
  readonly y: number;
  readonly firstColumn: number;
  readonly endColumn: number;
  readonly labelPx: number;
  readonly axis: ColumnAxis;
  /** If it touches the row. */
  readonly selection: GridSelection | undefined;
  /** Of the source. */
  readonly version: number | undefined;
  /** A row that is looked at elsewhere. */
  readonly isMarked: boolean;
}

/** A row that is the same as in the last frame is not made anew: of the rows that are seen, scrolling changes a few. */
export function GridRow(props: GridRowProps) {
  return useMemo(() => drawnRow(props), Object.values(props));
}

function drawnRow(props: GridRowProps) {
  const { source, row, y, firstColumn, endColumn, labelPx, axis, selection } = props;
  const note = source.rowNote?.(row);
  const columns = Array.from({ length: endColumn - firstColumn }, (_, i) => firstColumn + i);
  const classes = [
    'grid-row',
    source.rowClass?.(row),
    (props.isMarked || selection?.row === row) && 'is-selected',
  ].filter(Boolean);
  return (
    <div
      class={classes.join(' ')}
      role="row"
      aria-rowindex={row + 2}
      style={{ top: px(y), width: px(labelPx + axis.width) }}
    >
      <div class="grid-label" role="rowheader" aria-colindex={1} style={{ width: px(labelPx) }}>
        {source.rowLabel ? source.rowLabel(row) : row + 1}
      </div>
      {note !== undefined ? (
        <div
          class="grid-note"
          role="gridcell"
          aria-colindex={2}
          aria-colspan={Math.max(1, source.columns.length)}
          id={cellId(props.id, { row, column: selection?.row === row ? selection.column : 0 })}
          style={{ left: px(labelPx) }}
        >
          {note}
        </div>
      ) : (
        columns.map((column) => drawnCell(props, column))
      )}
    </div>
  );
}

/** No component of its own: there are hundreds, and each frame of scrolling makes them anew. */
function drawnCell({ id, source, row, axis, labelPx, selection }: GridRowProps, column: number) {
  const cell = source.cell(row, column);
  const isActive = selection?.row === row && selection.column === column;
  const isInRange = selection?.anchor !== undefined && isBetween({ row, column }, selection, selection.anchor);
  const classes = [
    'grid-cell',
    cell === undefined ? 'is-waiting' : `is-${cell.kind}`,
    source.columns[column]!.isNumber && 'is-number',
    cell?.state && `is-${cell.state}`,
    isInRange && 'is-in-range',
    isActive && 'is-active',
  ].filter(Boolean);
  return (
    <div
      key={column}
      class={classes.join(' ')}
      role="gridcell"
      id={cellId(id, { row, column })}
      aria-colindex={column + 2}
      aria-selected={isActive || isInRange}
      title={cell?.title}
      style={{ left: px(labelPx + axis.starts[column]!), width: px(widthOf(axis, column)) }}
    >
      {cell?.text}
      {cell?.state !== undefined && <span class="unseen"> ({cell.state})</span>}
    </div>
  );
}

function isBetween(cell: CellAddress, a: CellAddress, b: CellAddress): boolean {
  return (
    cell.row >= Math.min(a.row, b.row) &&
    cell.row <= Math.max(a.row, b.row) &&
    cell.column >= Math.min(a.column, b.column) &&
    cell.column <= Math.max(a.column, b.column)
  );
}
