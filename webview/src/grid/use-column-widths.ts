import { useSignal } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import { type ColumnAxis, columnAxis, fittingWidth } from './column-axis.ts';
import type { GridSource } from './source.ts';

const minWidthPx = 40;

export interface ColumnWidths {
  readonly axis: ColumnAxis;
  resize(column: number, widthPx: number): void;
  /** As wide as its cells are. */
  fit(column: number): void;
}

/**
 * Widths of a grid's columns, by name: they stay when the source is replaced by one of other rows, and so does the layout, which must
 * not jump while somebody types.
 */
export function useColumnWidths(source: GridSource, charPx: number): ColumnWidths {
  const byName = useRef(new Map<string, number>());
  const revision = useSignal(0);
  const names = source.columns.map(({ name }) => name).join('\0');
  const hasRows = source.rowCount > 0;
  // Rows that change must not move columns; a resize must.
  const axis = useMemo(() => {
    const widths = source.columns.map(({ name }, column) => {
      const known = byName.current.get(name);
      const width = known ?? fittingWidth(source, column, charPx);
      if (known === undefined && hasRows) byName.current.set(name, width);
      return width;
    });
    return columnAxis(widths);
  }, [names, hasRows, revision.value, charPx]);
  const resize = (column: number, widthPx: number) => {
    byName.current.set(source.columns[column]!.name, Math.max(minWidthPx, Math.round(widthPx)));
    revision.value++;
  };
  return { axis, resize, fit: (column) => resize(column, fittingWidth(source, column, charPx)) };
}
