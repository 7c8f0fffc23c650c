import { expect, test } from 'vitest';
import type { Encoder } from '../columns/encoder.ts';
import { compilePartitioner } from '../columns/partition.ts';
import { batchFromRows } from '../columns/rows.ts';
import { readRow } from '../columns/values.ts';
import type { Field } from '../core/schema.ts';
import { parseSlot } from '../core/schema-text.ts';
import { RowGroups } from './row-groups.ts';

const fields: Field[] = ['id', 'day'].map((name) => ({ name, ...parseSlot('int') }));

/** Writes the ids of its rows. */
const encoder: Encoder = {
  extension: 'txt',
  contentType: 'text/plain',
  encode(batch) {
    const ids = Array.from({ length: batch.length }, (_, row) => readRow(batch, row).id);
    return { bytes: new TextEncoder().encode(ids.join(' ')), rows: batch.length, meta: new Uint8Array() };
  },
  assemble: (segments) => segments.map(({ bytes }) => bytes),
};

/** Places rows of [id, day, delivery] by day; answers what was told, in order, and then what is left open. */
function place(rows: readonly (readonly [number, number, number])[], limit: number): string[] {
  const partitioner = compilePartitioner(['day={day}'], fields);
  const groups = new RowGroups(encoder, partitioner, { encodedBytes: 1e9, rows: limit, laneBytes: 1e9 });
  const told: string[] = [];
  const tell = (event: string, group: ReturnType<RowGroups['seal']>) => {
    const { partition, segment, deliveries } = group!;
    told.push(`${event} ${partition}: ${Buffer.from(segment.bytes)} of ${deliveries.join(' ')}`);
  };
  const batch = batchFromRows(
    fields,
    rows.map(([id, day]) => ({ id, day })),
  );
  const owners = Uint32Array.from(rows, ([, , delivery]) => delivery);
  groups.add(batch, owners, 0, {
    placed: () => undefined,
    opened: (partition) => told.push(`opened ${partition}`),
    sealed: (group) => tell('sealed', group),
  });
  for (const partition of groups.partitions) tell('open', groups.seal(partition));
  return told;
}

test('seals a row group that has its rows within a batch, and opens the next', () => {
  const rows = [1, 2, 3, 4, 5].map((id) => [id, 7, id] as const);
  expect(place(rows, 2)).toEqual([
    'opened day=7',
    'sealed day=7: 1 2 of 1 2',
    'opened day=7',
    'sealed day=7: 3 4 of 3 4',
    'opened day=7',
    'open day=7: 5 of 5',
  ]);
});

test('keeps the rows of a delivery in one row group, whatever the limit', () => {
  const rows = [1, 2, 3, 4].map((id) => [id, 7, id === 4 ? 2 : 1] as const);
  expect(place(rows, 2)).toEqual(['opened day=7', 'sealed day=7: 1 2 3 of 1', 'opened day=7', 'open day=7: 4 of 2']);
});

test('counts the rows of each partition by themselves', () => {
  const rows = [1, 2, 3, 4, 5].map((id) => [id, id % 2, id] as const);
  expect(place(rows, 2)).toEqual([
    'opened day=1',
    'sealed day=1: 1 3 of 1 3',
    'opened day=1',
    'opened day=0',
    'open day=1: 5 of 5',
    'open day=0: 2 4 of 2 4',
  ]);
});
