import type { Signal } from '@preact/signals';
import { copyText } from './copy-text.ts';
import { type GridSize, moveCell } from './move-cell.ts';
import type { CellAddress, GridSelection, GridSource } from './source.ts';

/** What the keys and the pointer of a grid act on. */
export interface GridInput {
  readonly source: GridSource;
  readonly selection: Signal<GridSelection | undefined>;
  readonly size: GridSize;
  /** Where keys begin while nothing is selected. */
  readonly start: CellAddress;
  /** Scrolls to a cell. */
  readonly reveal: (cell: CellAddress) => void;
  /** By so many pixels. */
  readonly widen: (column: number, byPx: number) => void;
  readonly onOpen?: (cell: CellAddress) => void;
}

/** Handlers for a grid's element: cells have none of their own, for there are many of them, and they come and go. */
export function gridHandlers(input: GridInput) {
  const { source, selection } = input;
  const select = ({ row, column }: CellAddress, isRange: boolean) => {
    const anchor = isRange ? (selection.value?.anchor ?? selection.value) : undefined;
    selection.value = { row, column, anchor };
  };
  return {
    onKeyDown(event: KeyboardEvent) {
      if (event.target !== event.currentTarget || source.rowCount === 0) return;
      const from = selection.value ?? input.start;
      const to =
        selection.value === undefined && event.key.startsWith('Arrow') ? from : moveCell(from, event, input.size);
      if (event.key === 'Enter') input.onOpen?.(from);
      else if (event.altKey && event.key === 'ArrowLeft') input.widen(from.column, -10);
      else if (event.altKey && event.key === 'ArrowRight') input.widen(from.column, 10);
      else if (to === undefined) return;
      else {
        select(to, event.shiftKey);
        input.reveal(to);
      }
      event.preventDefault();
    },
    onPointerDown(event: PointerEvent) {
      const cell = addressOf(event.target);
      if (cell !== undefined && event.button === 0) select(cell, event.shiftKey);
    },
    onPointerOver(event: PointerEvent) {
      const cell = event.buttons === 1 && selection.value !== undefined ? addressOf(event.target) : undefined;
      if (cell !== undefined) select(cell, true);
    },
    /** A note says something about the whole row, so one click is enough to see more of it; a link in it is a link. */
    onClick(event: MouseEvent) {
      const cell = addressOf(event.target);
      const element = event.target as Element;
      if (cell !== undefined && element.closest('.grid-note') !== null && element.closest('button') === null) {
        input.onOpen?.(cell);
      }
    },
    onDblClick(event: MouseEvent) {
      const cell = addressOf(event.target);
      if (cell !== undefined) input.onOpen?.(cell);
    },
    onCopy(event: ClipboardEvent) {
      const selected = selection.value;
      if (selected === undefined) return;
      event.clipboardData?.setData('text/plain', copyText(source, selected, selected.anchor ?? selected));
      event.preventDefault();
    },
  };
}

/** The cell that an element belongs to, by what it says of itself to those who cannot see it. */
function addressOf(target: EventTarget | null): CellAddress | undefined {
  const element = target as Element;
  const cell = element.closest('[role="gridcell"]');
  const row = cell?.closest('[role="row"]');
  if (!cell || !row) return undefined;
  return { row: Number(row.getAttribute('aria-rowindex')) - 2, column: Number(cell.getAttribute('aria-colindex')) - 2 };
}
