import { bigintAt, isNull, numberAt, unscaledAt } from '../../columns/cells.ts';
import type { Column } from '../../columns/column.ts';
import { layoutOf } from '../../columns/layout.ts';
import { type ScalarType, timestampText } from '../../columns/scalar-text.ts';
import { formatDate, formatTime } from '../../core/calendar.ts';
import type { Histogram } from '../../protocol/profile.ts';

const BINS = 24;

/** How values lie between the smallest and the largest, or lengths of texts and binaries; undefined where neither says anything. */
export function histogramOf(column: Column): Histogram | undefined {
  const measure = measureOf(column);
  if (!measure) return undefined;
  const values: number[] = [];
  for (let row = 0; row < column.length; row++) {
    const value = isNull(column, row) ? Number.NaN : measure.at(row);
    if (Number.isFinite(value)) values.push(value);
  }
  if (values.length === 0) return undefined;
  return { of: measure.of, ...binned(values, measure) };
}

interface Measure {
  readonly of: Histogram['of'];
  /** Values are whole: bins have whole edges. */
  readonly isWhole: boolean;
  at(row: number): number;
  text(value: number): string;
}

function measureOf(column: Column): Measure | undefined {
  const { type, offsets } = column;
  const layout = layoutOf(type);
  if (layout === 'bytes') {
    return { of: 'length', isWhole: true, at: (row) => offsets![row + 1]! - offsets![row]!, text: String };
  }
  if (layout === 'fixed') {
    const isWhole = type.kind !== 'float' && type.kind !== 'double';
    return {
      of: 'value',
      isWhole,
      at: (row) => numberAt(column, row),
      text: (value) => valueText(type as ScalarType, value),
    };
  }
  if (layout === 'int64') {
    const text = (value: number) => valueText(type as ScalarType, value);
    return { of: 'value', isWhole: true, at: (row) => Number(bigintAt(column, row)), text };
  }
  if (type.kind !== 'decimal') return undefined;
  const factor = 10 ** type.scale;
  const text = (value: number) => value.toFixed(type.scale);
  return { of: 'value', isWhole: false, at: (row) => Number(unscaledAt(column, row)) / factor, text };
}

/** Edges between the ends are for the eye: they go through a double. */
function valueText(type: ScalarType, value: number): string {
  switch (type.kind) {
    case 'date':
      return formatDate(Math.round(value));
    case 'time':
      return formatTime(Math.round(value));
    case 'timestamp':
      return timestampText(type, BigInt(Math.round(value)));
    case 'float':
    case 'double':
      return String(Number(value.toPrecision(6)));
    default:
      return String(Math.round(value));
  }
}

function binned(values: readonly number[], { isWhole, text }: Measure): Pick<Histogram, 'edges' | 'counts'> {
  let [min, max] = [values[0]!, values[0]!];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  // Whole values have bins of whole width, so that none holds one value more than its neighbour.
  const top = isWhole ? max + 1 : max;
  const width = isWhole ? Math.max(1, Math.ceil((top - min) / BINS)) : (top - min) / BINS || 1;
  const bins = Math.max(1, Math.min(BINS, Math.ceil((top - min) / width)));
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.min(bins - 1, Math.floor((value - min) / width))]!++;
  const edges = Array.from({ length: bins + 1 }, (_, i) => text(i === bins ? max : min + i * width));
  return { edges, counts };
}
