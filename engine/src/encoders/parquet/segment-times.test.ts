import { expect, test } from 'vitest';
import { eventTimeField } from '../../columns/event-time.ts';
import { batchFromRows } from '../../columns/rows.ts';
import type { Field } from '../../core/schema.ts';
import { parseSlot } from '../../core/schema-text.ts';
import { KernelParquetEncoder } from './kernel/encoder.ts';
import { parquetOptions } from './options.ts';

const fieldsOf = (shape: Record<string, string>): Field[] =>
  Object.entries(shape).map(([name, text]) => ({ name, ...parseSlot(text) }));

test('the times of a file are those of all its row groups, by their statistics', () => {
  const fields = fieldsOf({ id: 'int', at: 'timestamp?' });
  const encoder = new KernelParquetEncoder(parquetOptions.parse({}));
  const group = (...times: (number | null)[]) =>
    encoder.encode(
      batchFromRows(
        fields,
        times.map((at, id) => ({ id, at })),
      ),
    ); // prettier-ignore
  const about = { fields, keyValues: {} };
  const times = (...groups: ReturnType<typeof group>[]) => encoder.timesOf(groups, 'at', about);
  expect(times(group(5, 3, null), group(null), group(9))).toEqual({ first: 3n, last: 9n });
  expect(times(group(-7))).toEqual({ first: -7n, last: -7n });
  expect(times(group(null))).toBeUndefined();
  expect(times()).toBeUndefined();
  expect(encoder.timesOf([group(1)], 'id', about)).toBeUndefined();
});

test('the event time is what rows are partitioned by, or else the first timestamp', () => {
  const fields = fieldsOf({ id: 'int', made: 'timestamp', seen: 'timestamp' });
  expect(eventTimeField(['dt={seen:%Y-%m-%d}'], fields, fields)).toBe('seen');
  expect(eventTimeField(['id={id}'], fields, fields.slice(1))).toBe('made');
  expect(eventTimeField([], fields.slice(0, 1), fields.slice(0, 1))).toBeUndefined();
});
