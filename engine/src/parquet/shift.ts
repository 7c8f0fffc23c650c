import { COLUMN, i64, list, numberAt, OFFSET_INDEX, PAGE_LOCATION, struct, structsAt } from './metadata.ts';
import type { ThriftStruct, ThriftValue } from './thrift.ts';

const COLUMN_OFFSETS = [
  COLUMN.dataPageOffset,
  COLUMN.indexPageOffset,
  COLUMN.dictionaryPageOffset,
  COLUMN.bloomOffset,
] as const;

/** Moves every offset of a column's metadata by `bytes`. */
export function shiftColumn(meta: ThriftStruct, bytes: number): ThriftStruct {
  return moved(meta, COLUMN_OFFSETS, bytes);
}

/** Moves the page locations of an offset index by `bytes`: they count from the start of the file. */
export function shiftOffsetIndex(index: ThriftStruct, bytes: number): ThriftStruct {
  if (index.size === 0) return index;
  const pages = structsAt(index, OFFSET_INDEX.pages, 'page_locations').map((page) =>
    struct(moved(page, [PAGE_LOCATION.offset], bytes)),
  );
  return changed(index, OFFSET_INDEX.pages, list('struct', pages));
}

/** A copy of `from` with `value` at `id`. */
export function changed(from: ThriftStruct, id: number, value: ThriftValue): ThriftStruct {
  return new Map(from).set(id, value);
}

/** A copy of `from` with the offsets at `ids` moved by `bytes`, those that it has. */
export function moved(from: ThriftStruct, ids: readonly number[], bytes: number): ThriftStruct {
  const result = new Map(from);
  for (const id of ids) {
    const offset = numberAt(from, id, 'offset');
    if (offset !== undefined) result.set(id, i64(offset + bytes));
  }
  return result;
}
