import type { ParquetSummary } from '../../../../engine/src/protocol/parquet.ts';
import { bytesText, countOf, countText } from '../../components/quantities.ts';
import { type Band, bands, groupWindow } from './layout-bands.ts';
import type { ChunkAddress } from './structure-tab.tsx';

export interface PictureProps {
  readonly summary: ParquetSummary;
  readonly selected: ChunkAddress;
  readonly select: (chunk: ChunkAddress) => void;
}

const HEIGHT = 100;

/**
 * The file as a picture: a stripe for each row group, as wide as it has bytes, in which each column takes the height of its bytes.
 * Arrow keys move through it.
 */
export function LayoutPicture({ summary, selected, select }: PictureProps) {
  const { rowGroups, columns } = summary;
  const [first, end] = groupWindow(rowGroups.length, selected.rowGroup);
  const groups = rowGroups.slice(first, end);
  const total = groups.reduce((sum, { bytes }) => sum + bytes, 0) || 1;
  const shownBands = bands(summary);
  const ranks = new Map(shownBands.map(({ column }, rank) => [column, rank]));
  const move = (event: KeyboardEvent) => {
    const rank = ranks.get(selected.column) ?? 0;
    const to = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const rowGroup = clamp(selected.rowGroup + to[0]!, rowGroups.length);
    const band = shownBands[clamp(rank + to[1]!, shownBands.length)];
    select({ rowGroup, column: band?.column ?? selected.column });
  };
  let x = 0;
  return (
    <figure class="layout-picture">
      <svg
        role="application"
        aria-label={`Row group ${selected.rowGroup + 1} of ${rowGroups.length}, column ${columns[selected.column]?.path ?? ''}: arrow keys move`}
        viewBox={`0 0 1000 ${HEIGHT}`}
        preserveAspectRatio="none"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved through by keys
        tabIndex={0}
        onKeyDown={move}
        onClick={(event) => {
          const place = (event.target as Element).getAttribute('data-chunk')?.split(':').map(Number);
          if (place !== undefined) select({ rowGroup: place[0]!, column: place[1]! });
        }}
      >
        {groups.map(({ bytes }, i) => {
          const width = (bytes / total) * 1000;
          const stripe = (
            <Stripe
              key={first + i}
              {...{ summary, width }}
              bands={shownBands}
              rowGroup={first + i}
              x={x}
              selected={selected.rowGroup === first + i ? selected.column : undefined}
            />
          );
          x += width;
          return stripe;
        })}
      </svg>
      <figcaption class="dim">
        {countOf(rowGroups.length, 'row group')} side by side, columns by their bytes
        {end - first < rowGroups.length && `; shown are ${countText(first + 1)} to ${countText(end)}`}
      </figcaption>
    </figure>
  );
}

function Stripe(props: {
  readonly summary: ParquetSummary;
  readonly bands: readonly Band[];
  readonly rowGroup: number;
  readonly x: number;
  readonly width: number;
  readonly selected: number | undefined;
}) {
  const { summary, rowGroup, x, width, selected } = props;
  const group = summary.rowGroups[rowGroup]!;
  const sizeOf = ({ column, share }: Band) => group.chunks?.[column]?.bytes ?? group.bytes * share;
  const sizes = props.bands.map(sizeOf);
  const known = Math.max(
    1,
    group.bytes,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  const gap = Math.min(1, width / 8);
  let y = 0;
  return (
    <g>
      {props.bands.map((band, rank) => {
        const height = (sizes[rank]! / known) * HEIGHT;
        const path = summary.columns[band.column]!.path;
        const rect = (
          <rect
            key={band.column}
            class={`layout-chunk series-fill-${rank % 6}${band.column === selected ? ' is-selected' : ''}`}
            x={x}
            y={y}
            width={Math.max(0.5, width - gap)}
            height={Math.max(0, height - 0.3)}
            data-chunk={`${rowGroup}:${band.column}`}
          >
            <title>{`${path}, row group ${rowGroup + 1}: ${bytesText(sizes[rank]!)}`}</title>
          </rect>
        );
        y += height;
        return rect;
      })}
      {y < HEIGHT - 0.5 && (
        <rect class="layout-rest" x={x} y={y} width={Math.max(0.5, width - gap)} height={HEIGHT - y}>
          <title>{`Other columns, row group ${rowGroup + 1}`}</title>
        </rect>
      )}
    </g>
  );
}

function clamp(index: number, length: number): number {
  return Math.min(length - 1, Math.max(0, index));
}
