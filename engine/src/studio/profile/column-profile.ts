import { isNull, numberAt } from '../../columns/cells.ts';
import type { Column } from '../../columns/column.ts';
import { cellToJson } from '../../columns/ndjson-text.ts';
import { isScalar, scalarText } from '../../columns/scalar-text.ts';
import type { Histogram } from '../../protocol/profile.ts';
import type { Count } from '../../protocol/rows.ts';
import { histogramOf } from './histogram.ts';

/** What the values of a column are like. */
export interface ColumnStatistics {
  readonly nulls: number;
  readonly distinct: number;
  readonly min?: string;
  readonly max?: string;
  readonly top: readonly Count[];
  readonly histogram?: Histogram;
  readonly plainBytes: number;
}

const TOP = 10;
/** Longer texts are cut where they are shown. */
const SHOWN_CHARACTERS = 120;

/** Looks at every value. */
export function columnStatistics(column: Column): ColumnStatistics {
  const counts = countValues(column);
  const bounds = boundsOf(column, counts);
  return {
    nulls: column.nullCount,
    distinct: counts.size,
    ...(bounds && { min: shown(bounds[0]), max: shown(bounds[1]) }),
    top: topOf(counts, column.length - column.nullCount),
    histogram: histogramOf(column),
    plainBytes: plainBytes(column),
  };
}

/** Rows of each value, by canonical text. */
export function countValues(column: Column): Map<string, number> {
  const textOf = isScalar(column.type) ? scalarText : cellToJson;
  const counts = new Map<string, number>();
  for (let row = 0; row < column.length; row++) {
    if (isNull(column, row)) continue;
    const text = textOf(column, row);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

/** Where every value is another one, no value is frequent. */
function topOf(counts: ReadonlyMap<string, number>, values: number): Count[] {
  if (counts.size === values && values > TOP) return [];
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return sorted.slice(0, TOP).map(([text, count]) => [shown(text), count]);
}

function shown(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS - 1)}…`;
}

/** Smallest and largest value as text; undefined for types without an order, and where there is no value. */
function boundsOf(column: Column, counts: ReadonlyMap<string, number>): readonly [string, string] | undefined {
  const { kind } = column.type;
  if (counts.size === 0 || !isScalar(column.type) || kind === 'json' || kind === 'binary') return undefined;
  if (kind === 'float' || kind === 'double') return floatBounds(column);
  const compare = comparisonOf(kind);
  let [min, max] = [...counts.keys()].slice(0, 1).flatMap((first) => [first, first]) as [string, string];
  for (const text of counts.keys()) {
    if (compare(text, min) < 0) min = text;
    if (compare(text, max) > 0) max = text;
  }
  return [min, max];
}

/** NaN has no place in the order. */
function floatBounds(column: Column): readonly [string, string] | undefined {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = 0; row < column.length; row++) {
    const value = isNull(column, row) ? Number.NaN : numberAt(column, row);
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? [String(min), String(max)] : undefined;
}

/** Canonical texts of a type in the order of its values. Times and dates sort as texts from year 0 to 9999. */
function comparisonOf(kind: Column['type']['kind']): (a: string, b: string) => number {
  if (/^u?int/.test(kind)) {
    return (a, b) => (BigInt(a) < BigInt(b) ? -1 : 1);
  }
  if (kind === 'decimal') return compareDecimals;
  return (a, b) => (a < b ? -1 : a > b ? 1 : 0);
}

/** Of one scale: the digits without the point compare. */
function compareDecimals(a: string, b: string): number {
  const [one, other] = [a, b].map((text) => BigInt(text.replace('.', '')));
  return one! < other! ? -1 : one! > other! ? 1 : 0;
}

/** Bytes of the values in Arrow's layout, without what arrays have beyond their length. */
export function plainBytes(column: Column): number {
  const { length, offsets, values, children = [], type } = column;
  const validity = column.nullCount > 0 ? Math.ceil(length / 8) : 0;
  const inner = children.reduce((sum, child) => sum + plainBytes(child), 0);
  const spans = offsets ? 4 * (length + 1) : 0;
  const data = column.data && offsets ? offsets[length]! - offsets[0]! : 0;
  return validity + inner + spans + data + (values ? valueBytes(type.kind, values.BYTES_PER_ELEMENT, length) : 0);
}

function valueBytes(kind: Column['type']['kind'], elementBytes: number, length: number): number {
  if (kind === 'bool') return Math.ceil(length / 8);
  return length * (kind === 'decimal' || kind === 'uuid' ? 16 : elementBytes);
}
