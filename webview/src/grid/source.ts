import type { ReadonlySignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

/** How a cell is drawn: numbers to the right, null and what is not text dimmed or tinted. */
export type CellKind = 'text' | 'number' | 'time' | 'bool' | 'nested' | 'binary' | 'null';

export interface Cell {
  /** Exact; long texts may be cut, and those of several lines made one, and then `isCut` says so. */
  readonly text: string;
  readonly kind: CellKind;
  readonly isCut?: boolean;
  /** Of a comparison. */
  readonly state?: CellState;
  /** What a pointer that rests on it is told. */
  readonly title?: string;
}

export type CellState = 'added' | 'changed' | 'removed';

export interface GridColumn {
  readonly name: string;
  /** As schema files write it: `timestamp(us)`. */
  readonly type: string;
  /** In place of the plain type. */
  readonly typeNote?: ComponentChildren;
  readonly state?: CellState;
  /** Right-aligned header, as its cells are. */
  readonly isNumber?: boolean;
  /** Characters that its heading needs room for, beside name and type. */
  readonly minChars?: number;
}

export interface GridRange {
  readonly firstRow: number;
  /** Exclusive. */
  readonly endRow: number;
  readonly firstColumn: number;
  /** Exclusive. */
  readonly endColumn: number;
}

/** What a grid shows: any number of rows and columns, of which it asks for those that are seen. */
export interface GridSource {
  readonly rowCount: number;
  readonly columns: readonly GridColumn[];
  /** Undefined: not there yet. Must be fast: it is called for each visible cell of each frame. */
  cell(row: number, column: number): Cell | undefined;
  /** Called with what is seen, whenever that changes. What arrives later, `version` tells. */
  load?(range: GridRange): void;
  /** Counts up when cells, labels or rows are not what they were. */
  readonly version?: ReadonlySignal<number>;
  /** Default: the number of the row, from 1. */
  rowLabel?(row: number): string;
  /** Class names of a row. */
  rowClass?(row: number): string | undefined;
  /** Drawn over the row in place of its cells. */
  rowNote?(row: number): ComponentChildren | undefined;
  /** The whole text of a cell that was cut. */
  fullText?(row: number, column: number): string | Promise<string>;
}

/** A cell, by position. */
export interface CellAddress {
  readonly row: number;
  readonly column: number;
}

/** The active cell, and the other corner of what is selected. */
export interface GridSelection extends CellAddress {
  readonly anchor?: CellAddress;
}

/** The id of a cell's element, of the grid with the id `grid`. */
export function cellId(grid: string, { row, column }: CellAddress): string {
  return `${grid}-${row}-${column}`;
}
