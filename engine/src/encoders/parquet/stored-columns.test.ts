import { describe, expect, it } from 'vitest';
import { createBuilder } from '../../columns/builder.ts';
import type { ColumnBatch } from '../../columns/column.ts';
import { PickedColumn } from '../../columns/picked-column.ts';
import { batchFromRows } from '../../columns/rows.ts';
import { readRow } from '../../columns/values.ts';
import type { Field } from '../../core/schema.ts';
import { storedBatch, storedFields } from './stored-columns.ts';

const element = { type: { kind: 'uuid' }, optional: true } as const;
const fields: readonly Field[] = [
  { name: 'u', type: { kind: 'uuid' }, optional: true },
  { name: 'us', type: { kind: 'list', element }, optional: true },
];
const id = '01234567-89ab-cdef-0123-456789abcdef';

describe('columns that are stored as another type', () => {
  it('may be slots of other columns', () => {
    const whole = batchFromRows(fields, [{ u: id, us: [id, null] }, { u: null, us: null }, { u: id, us: [] }, {}]);
    const rows = Int32Array.of(3, 0, 1, 0);
    const picked = whole.columns.map((column) => new PickedColumn(column.type, column, rows));
    const stored = storedFields(fields, { uuid: 'text', nanoseconds: 'keep' });
    const read = (columns: ColumnBatch['columns']) => {
      const batch = storedBatch({ fields, length: rows.length, columns }, stored);
      return Array.from(rows, (_, row) => readRow(batch, row));
    };
    const copied = whole.columns.map((column) => {
      const builder = createBuilder(column.type);
      builder.appendSelection(column, rows);
      return builder.finish();
    });
    expect(read(picked)).toEqual(read(copied));
    expect(read(picked)[1]).toEqual({ u: id, us: [id, null] });
  });
});
