import type { Segment, TimeRange } from '../../columns/encoder.ts';
import { bytesAt, CHUNK, COLUMN, ROW_GROUP, STATISTICS, structAt, structsAt } from '../../parquet/metadata.ts';
import type { StoredSchema } from '../../parquet/schema-elements.ts';
import type { ThriftStruct } from '../../parquet/thrift.ts';
import { ThriftCursor } from '../../parquet/thrift-cursor.ts';
import { readStruct } from '../../parquet/thrift-reader.ts';
import { SEGMENT } from './segment.ts';

/**
 * Smallest and largest value of a timestamp column over row groups, by their statistics, in microseconds since the epoch; rounded
 * down where it is stored in nanoseconds. Undefined for a column that is no timestamp at the top, has no value, or no statistics.
 */
export function segmentTimes(
  segments: readonly Pick<Segment, 'meta'>[],
  field: string,
  { leaves }: StoredSchema,
): TimeRange | undefined {
  const column = leaves.findIndex(({ path }) => path.length === 1 && path[0] === field);
  const type = leaves[column]?.type;
  if (type?.kind !== 'timestamp') return undefined;
  let range: TimeRange | undefined;
  for (const { meta } of segments) {
    const found = meta.length > 0 ? valueRange(rowGroupOf(meta), column) : undefined;
    if (!found) continue;
    range = {
      first: range && range.first < found.first ? range.first : found.first,
      last: range && range.last > found.last ? range.last : found.last,
    };
  }
  return range && { first: toMicros(range.first, type.unit), last: toMicros(range.last, type.unit) };
}

/** The indexes before it are passed over. */
function rowGroupOf(meta: Uint8Array): ThriftStruct | undefined {
  const cursor = new ThriftCursor(meta);
  cursor.enter();
  while (cursor.next()) {
    if (cursor.id === SEGMENT.rowGroup) return readStruct(meta.subarray(cursor.at)).value;
    cursor.skip();
  }
  return undefined;
}

function valueRange(group: ThriftStruct | undefined, column: number): TimeRange | undefined {
  const chunk = group && structsAt(group, ROW_GROUP.columns, 'columns')[column];
  const meta = chunk && structAt(chunk, CHUNK.meta, 'meta_data');
  const statistics = meta && structAt(meta, COLUMN.statistics, 'statistics');
  const first = statistics && bytesAt(statistics, STATISTICS.min, 'min_value');
  const last = statistics && bytesAt(statistics, STATISTICS.max, 'max_value');
  return first?.length === 8 && last?.length === 8 ? { first: int64(first), last: int64(last) } : undefined;
}

function int64(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, true);
}

function toMicros(value: bigint, unit: 'ms' | 'us' | 'ns'): bigint {
  if (unit === 'us') return value;
  return unit === 'ms' ? value * 1_000n : (value - (((value % 1_000n) + 1_000n) % 1_000n)) / 1_000n;
}
