import { type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { clampTop, fullHeight, type RowSpace, scaleOf, topOfScroll } from './row-window.ts';

export interface GridView {
  readonly box: RefObject<HTMLDivElement | null>;
  /** Where the view is among all rows, in pixels. Setting it scrolls; beyond the end it is at the end. */
  readonly top: Signal<number>;
  readonly left: Signal<number>;
  readonly width: Signal<number>;
  /** With the header. */
  readonly height: Signal<number>;
  readonly onScroll: () => void;
}

export interface GridViewOptions {
  readonly rowCount: number;
  readonly rowHeightPx: number;
  readonly headerHeightPx: number;
  /** Of grids that scroll together. */
  readonly sharedTop?: Signal<number>;
}

/** Keeps what is seen of a grid in step with its element: its size, its scroll bars, and a `top` that somebody else moves. */
export function useGridView({ rowCount, rowHeightPx, headerHeightPx, sharedTop }: GridViewOptions): GridView {
  const box = useRef<HTMLDivElement>(null);
  const ownTop = useSignal(0);
  const top = sharedTop ?? ownTop;
  const left = useSignal(0);
  const width = useSignal(0);
  const height = useSignal(0);
  const space: RowSpace = { rowCount, rowHeightPx, viewHeightPx: Math.max(0, height.value - headerHeightPx) };

  useLayoutEffect(() => {
    const element = box.current!;
    const measure = () => {
      width.value = element.clientWidth;
      height.value = element.clientHeight;
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [width, height]);

  // Follows `top` where it was moved by something else than this scroll bar: a key, another grid, fewer rows.
  useLayoutEffect(() => {
    if (height.value === 0) return;
    const scrollTop = clampTop(top.value, space) / scaleOf(space);
    if (Math.abs(box.current!.scrollTop - scrollTop) >= 1) box.current!.scrollTop = scrollTop;
  });

  useWheel(box, top, space);
  return {
    box,
    top,
    left,
    width,
    height,
    onScroll() {
      const element = box.current;
      // The last event of a grid that is not there any more.
      if (element === null) return;
      left.value = element.scrollLeft;
      top.value = topOfScroll(element.scrollTop, top.value, space);
    },
  };
}

/** Where a pixel of the scroll bar is many of the rows, the wheel moves by its own pixels. */
function useWheel(box: RefObject<HTMLDivElement | null>, top: Signal<number>, space: RowSpace): void {
  const latest = useRef(space);
  latest.current = space;
  const isScaled = fullHeight(space) > 0 && scaleOf(space) > 1;
  useEffect(() => {
    if (!isScaled) return;
    const element = box.current!;
    const onWheel = (event: WheelEvent) => {
      if (event.deltaY === 0 || event.ctrlKey) return;
      event.preventDefault();
      const step = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : latest.current.rowHeightPx;
      top.value = clampTop(top.value + event.deltaY * step, latest.current);
      element.scrollLeft += event.deltaX;
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [isScaled, box, top]);
}
