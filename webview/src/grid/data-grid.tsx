import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId } from 'preact/hooks';
import './grid.css';
import { leftToShow, visibleColumns, widthOf } from './column-axis.ts';
import { GridHeader } from './grid-header.tsx';
import { gridHandlers } from './grid-input.ts';
import { GridRow } from './grid-row.tsx';
import {
  clampTop,
  px,
  type RowSpace,
  rowHeightPx,
  scaleOf,
  scrollHeight,
  topToShow,
  visibleRows,
} from './row-window.ts';
import { type CellAddress, cellId, type GridRange, type GridSelection, type GridSource } from './source.ts';
import { type ColumnWidths, useColumnWidths } from './use-column-widths.ts';
import { type GridView, useGridView } from './use-grid-view.ts';

const headingHeightPx = 40;

export interface DataGridProps {
  readonly source: GridSource;
  /** Its name for who cannot see it. */
  readonly label: string;
  /** Of grids that scroll together: where they are, in pixels of rows. */
  readonly top?: Signal<number>;
  /** A row that is looked at elsewhere, and shown as the active one is. */
  readonly markedRow?: number;
  /** For who wants to know, or to keep it. */
  readonly selection?: Signal<GridSelection | undefined>;
  /** Enter, or a double click: show the whole cell. */
  readonly onOpen?: (cell: CellAddress) => void;
  /** A click on a column's heading, which then is a button: sort by it. */
  readonly onHeading?: (column: number) => void;
  /** Below a column's name and type: what its values are like. `headerExtraPx` high. */
  readonly headerExtra?: (column: number) => ComponentChildren;
  readonly headerExtraPx?: number;
  /** Width of row labels in characters. Default: as the number of rows needs. */
  readonly labelChars?: number;
}

/**
 * A table of any size: only what is seen is drawn. Arrow keys, Page, Home and End move, with Shift they select, Ctrl or Cmd goes to the
 * end, Enter opens, Ctrl+C copies as spreadsheets paste it, Alt with left and right resizes a column.
 */
export function DataGrid(props: DataGridProps) {
  const { source, label, onOpen, markedRow } = props;
  const version = source.version?.value;
  const id = useId();
  const layout = useGridLayout(props);
  const { view, widths, labelPx, headerHeightPx, space, top, range } = layout;
  const own = useSignal<GridSelection | undefined>(undefined);
  const selection = props.selection ?? own;
  const active = selection.value;
  useLoad(source, range);
  // Where all rows fit, one stays where it is while others come and go; else all move against a scroll bar that stands still.
  const offsetPx = headerHeightPx + top / scaleOf(space) - top;
  const rows = Array.from({ length: range.endRow - range.firstRow }, (_, i) => range.firstRow + i);
  return (
    <div
      class="grid"
      role="grid"
      aria-label={label}
      aria-rowcount={source.rowCount + 1}
      aria-colcount={source.columns.length + 1}
      aria-multiselectable="true"
      aria-activedescendant={active && isWithin(active, range) ? cellId(id, active) : undefined}
      tabIndex={0}
      ref={view.box}
      onScroll={view.onScroll}
      {...gridHandlers({ ...inputOf(layout, source), source, selection, onOpen })}
    >
      <div
        class="grid-sizer"
        style={{ width: px(labelPx + widths.axis.width), height: px(headerHeightPx + scrollHeight(space)) }}
        role="presentation"
      >
        <GridHeader
          {...{ source, widths, range, labelPx, headerHeightPx }}
          extra={props.headerExtra}
          onHeading={props.onHeading}
        />
        {rows.map((row) => (
          <GridRow
            key={row}
            {...{ id, source, version, row, labelPx }}
            axis={widths.axis}
            firstColumn={range.firstColumn}
            endColumn={range.endColumn}
            y={offsetPx + row * rowHeightPx}
            selection={active && touches(active, row) ? active : undefined}
            isMarked={markedRow === row}
          />
        ))}
      </div>
    </div>
  );
}

/** What is seen, and where it stands. */
interface GridLayout {
  readonly view: GridView;
  readonly widths: ColumnWidths;
  readonly labelPx: number;
  /** Of the columns, without the labels. */
  readonly cellsPx: number;
  readonly headerHeightPx: number;
  readonly space: RowSpace;
  /** Of the view among all rows, within their ends. */
  readonly top: number;
  readonly range: GridRange;
}

function useGridLayout({ source, labelChars, headerExtraPx = 0, top: sharedTop }: DataGridProps): GridLayout {
  const { rowCount } = source;
  const charPx = charWidth();
  const headerHeightPx = headingHeightPx + headerExtraPx;
  const view = useGridView({ rowCount, rowHeightPx, headerHeightPx, sharedTop });
  const widths = useColumnWidths(source, charPx);
  const labelPx = Math.round((labelChars ?? Math.max(3, String(rowCount).length)) * charPx + 14);
  const cellsPx = Math.max(0, view.width.value - labelPx);
  const space = { rowCount, rowHeightPx, viewHeightPx: Math.max(0, view.height.value - headerHeightPx) };
  const top = clampTop(view.top.value, space);
  const [firstRow, endRow] = visibleRows(top, space);
  const [firstColumn, endColumn] = visibleColumns(widths.axis, view.left.value, cellsPx);
  return {
    view,
    widths,
    labelPx,
    cellsPx,
    headerHeightPx,
    space,
    top,
    range: { firstRow, endRow, firstColumn, endColumn },
  };
}

/** What keys do to a layout. */
function inputOf({ view, widths, cellsPx, space, top, range }: GridLayout, source: GridSource) {
  const pageRows = Math.max(1, Math.floor(space.viewHeightPx / rowHeightPx) - 1);
  return {
    size: { rows: source.rowCount, columns: source.columns.length, pageRows },
    start: { row: Math.min(Math.ceil(top / rowHeightPx), source.rowCount - 1), column: range.firstColumn },
    reveal(cell: CellAddress) {
      view.top.value = topToShow(cell.row, top, space);
      view.box.current!.scrollLeft = leftToShow(widths.axis, cell.column, view.left.value, cellsPx);
    },
    widen: (column: number, byPx: number) => widths.resize(column, widthOf(widths.axis, column) + byPx),
  };
}

function touches({ row, anchor }: GridSelection, at: number): boolean {
  const other = anchor?.row ?? row;
  return at >= Math.min(row, other) && at <= Math.max(row, other);
}

function isWithin({ row, column }: CellAddress, range: GridRange): boolean {
  return row >= range.firstRow && row < range.endRow && column >= range.firstColumn && column < range.endColumn;
}

/** Asks for what is seen, once for each change of it. */
function useLoad(source: GridSource, range: GridRange): void {
  const { firstRow, endRow, firstColumn, endColumn } = range;
  useEffect(() => {
    if (endRow > firstRow) source.load?.({ firstRow, endRow, firstColumn, endColumn });
  }, [source, firstRow, endRow, firstColumn, endColumn]);
}

let measuredCharPx = 0;

/** Width of a digit in the font of grids; measured once a page, for fonts do not change without a new one. */
function charWidth(): number {
  if (measuredCharPx > 0) return measuredCharPx;
  const probe = document.createElement('span');
  probe.className = 'mono unseen';
  probe.style.width = 'auto';
  probe.textContent = '0'.repeat(20);
  document.body.append(probe);
  measuredCharPx = probe.getBoundingClientRect().width / 20 || 8;
  probe.remove();
  return measuredCharPx;
}
