import type { ComponentChildren } from 'preact';
import { widthOf } from './column-axis.ts';
import { px } from './row-window.ts';
import type { GridColumn, GridRange, GridSource } from './source.ts';
import type { ColumnWidths } from './use-column-widths.ts';

export interface GridHeaderProps {
  readonly source: GridSource;
  readonly widths: ColumnWidths;
  /** What is seen. */
  readonly range: GridRange;
  readonly labelPx: number;
  readonly headerHeightPx: number;
  readonly extra?: (column: number) => ComponentChildren;
  readonly onHeading?: (column: number) => void;
}

/** Names and types of the columns that are seen; it stays while rows are scrolled. */
export function GridHeader(props: GridHeaderProps) {
  const { source, widths, labelPx, headerHeightPx } = props;
  const { firstColumn, endColumn } = props.range;
  const columns = Array.from({ length: endColumn - firstColumn }, (_, i) => firstColumn + i);
  return (
    <div class="grid-header" role="row" aria-rowindex={1} style={{ height: px(headerHeightPx) }}>
      <div class="grid-label" role="columnheader" aria-colindex={1} style={{ width: px(labelPx) }}>
        <span class="unseen">Row</span>
      </div>
      {columns.map((column) => (
        <Heading
          key={column}
          column={source.columns[column]!}
          index={column}
          left={labelPx + widths.axis.starts[column]!}
          width={widthOf(widths.axis, column)}
          {...{ widths, extra: props.extra, onHeading: props.onHeading }}
        />
      ))}
    </div>
  );
}

interface HeadingProps extends Pick<GridHeaderProps, 'widths' | 'extra' | 'onHeading'> {
  readonly column: GridColumn;
  readonly index: number;
  readonly left: number;
  readonly width: number;
}

function Heading({ column, index, left, width, widths, extra, onHeading }: HeadingProps) {
  const { name, type, typeNote, state, isNumber = false } = column;
  const classes = ['grid-heading', state && `is-${state}`, isNumber && 'is-number'].filter(Boolean).join(' ');
  const follow = (event: PointerEvent) => {
    const handle = event.currentTarget as HTMLElement;
    if (!handle.hasPointerCapture(event.pointerId)) return;
    widths.resize(index, event.clientX - handle.parentElement!.getBoundingClientRect().left);
  };
  return (
    <div
      class={classes}
      role="columnheader"
      aria-colindex={index + 2}
      title={`${name}: ${type}`}
      style={{ left: px(left), width: px(width) }}
    >
      {onHeading === undefined ? (
        <div class="grid-heading-name">{name}</div>
      ) : (
        <button type="button" class="grid-heading-name" onClick={() => onHeading(index)}>
          {name}
        </button>
      )}
      <div class="grid-heading-type">{typeNote ?? type}</div>
      {extra?.(index)}
      <div
        class="grid-resize"
        onDblClick={() => widths.fit(index)}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={follow}
      />
    </div>
  );
}
