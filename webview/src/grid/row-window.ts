/**
 * Which rows are seen. Browsers end elements at some 17 to 33 million pixels, so beyond `maxHeightPx` the scroll bar stands for more
 * than its pixels: `top` is where the view is among all rows, `scrollTop` where the scroll bar is.
 */
export interface RowSpace {
  readonly rowCount: number;
  readonly rowHeightPx: number;
  /** Of the view, without its header. */
  readonly viewHeightPx: number;
}

/** Of every row. */
export const rowHeightPx = 22;

/** A length as styles take it. */
export function px(length: number): string {
  return `${length}px`;
}

/** The tallest element that every browser draws right. */
export const maxHeightPx = 15_000_000;

/** Height of all rows. */
export function fullHeight({ rowCount, rowHeightPx }: RowSpace): number {
  return rowCount * rowHeightPx;
}

/** Height of the element that is scrolled. */
export function scrollHeight(space: RowSpace): number {
  return Math.min(fullHeight(space), maxHeightPx);
}

/** Pixels of rows that a pixel of the scroll bar stands for; 1 where everything fits. */
export function scaleOf(space: RowSpace): number {
  const room = scrollHeight(space) - space.viewHeightPx;
  return room > 0 ? (fullHeight(space) - space.viewHeightPx) / room : 1;
}

export function clampTop(top: number, space: RowSpace): number {
  return Math.max(0, Math.min(top, fullHeight(space) - space.viewHeightPx));
}

/**
 * Where the view is after the scroll bar moved. A scroll bar that is where `top` put it, but for what a browser rounds, has not moved:
 * otherwise a step of a row would be lost, and of grids that scroll together the one that ends first would hold the others.
 */
export function topOfScroll(scrollTop: number, top: number, space: RowSpace): number {
  const scale = scaleOf(space);
  if (Math.abs(scrollTop - clampTop(top, space) / scale) < 1) return top;
  return clampTop(scrollTop * scale, space);
}

/** First row that is seen, and the one after the last, with `overscan` more on either side. */
export function visibleRows(top: number, space: RowSpace, overscan = 4): readonly [first: number, end: number] {
  const first = Math.floor(top / space.rowHeightPx) - overscan;
  const end = Math.ceil((top + space.viewHeightPx) / space.rowHeightPx) + overscan;
  return [Math.max(0, first), Math.min(space.rowCount, Math.max(0, end))];
}

/** The nearest `top` at which a row is wholly seen. */
export function topToShow(row: number, top: number, space: RowSpace): number {
  const start = row * space.rowHeightPx;
  if (start < top) return start;
  const end = start + space.rowHeightPx;
  return end > top + space.viewHeightPx ? clampTop(end - space.viewHeightPx, space) : top;
}
