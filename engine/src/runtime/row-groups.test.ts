import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ColumnBatch, Selection } from '../columns/column.ts';
import type { Encoder } from '../columns/encoder.ts';
import { compilePartitioner } from '../columns/partition.ts';
import { batchFromRows } from '../columns/rows.ts';
import { bytesOf } from '../columns/segment-bytes.test-support.ts';
import { readRow } from '../columns/values.ts';
import type { Field } from '../core/schema.ts';
import { parseSlot } from '../core/schema-text.ts';
import { OverflowRows } from './overflow-rows.ts';
import { RowGroups, type SealedRowGroup } from './row-groups.ts';

const fields: Field[] = ['id', 'day'].map((name) => ({ name, ...parseSlot('int') }));

/** Writes the ids of its rows. */
const encoder: Encoder = {
  extension: 'txt',
  contentType: 'text/plain',
  encode(batch) {
    const ids = Array.from({ length: batch.length }, (_, row) => readRow(batch, row).id);
    return { parts: [new TextEncoder().encode(ids.join(' '))], rows: batch.length, meta: new Uint8Array() };
  },
  assemble: (segments) => segments.flatMap(({ parts }) => parts),
};

const ROW_BYTES = 100;

/** Holds so many bytes a row. */
function sizedEncoder(): Encoder {
  const open = () => ({
    rows: 0,
    packedBytes: 0,
    get encodedBytes() {
      return this.heldBytes;
    },
    get heldBytes() {
      return this.rows * ROW_BYTES;
    },
    append(batch: ColumnBatch, selection: Selection) {
      this.rows += selection?.length ?? batch.length;
    },
    seal: () => ({ parts: [], rows: 0, meta: new Uint8Array() }),
  });
  return { ...encoder, open };
}

/** Places rows of [id, day, delivery] by day; answers what was told, in order, and then what is left open. */
interface PlaceOptions {
  readonly maxOpen?: number;
  readonly tellPlaced?: boolean;
}

function place(
  rows: readonly (readonly [number, number, number])[],
  limit: number,
  { maxOpen, tellPlaced = false }: PlaceOptions = {},
): string[] {
  const partitioner = compilePartitioner(['day={day}'], fields);
  const groups = new RowGroups(encoder, partitioner, { encodedBytes: 1e9, rows: limit, laneBytes: 1e9, maxOpen });
  const told: string[] = [];
  const tell = (event: string, { partition, segment, deliveries }: SealedRowGroup) => {
    told.push(`${event} ${partition}: ${bytesOf(segment)} of ${deliveries.join(' ')}`);
  };
  const batch = batchFromRows(
    fields,
    rows.map(([id, day]) => ({ id, day })),
  );
  const owners = Uint32Array.from(rows, ([, , delivery]) => delivery);
  groups.add(batch, owners, 0, {
    placed: (delivery) => tellPlaced && told.push(`placed ${delivery}`),
    opened: (partition) => told.push(`opened ${partition}`),
    sealed: (group) => tell('sealed', group),
  });
  for (const partition of groups.partitions) for (const group of groups.seal(partition)) tell('open', group);
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

test('rows of partitions above the cap wait together, and are sealed each under its own partition', () => {
  const rows = [1, 2, 3, 4, 5, 6].map((id) => [id, id % 3, id] as const);
  expect(place(rows, 10, { maxOpen: 1 })).toEqual([
    'opened day=1',
    'opened day=2',
    'opened day=0',
    'open day=1: 1 4 of 1 4',
    'open day=2: 2 5 of 2 5',
    'open day=0: 3 6 of 3 6',
  ]);
});

test('counts one placement for each delivery and partition, below the cap and above it', () => {
  const random = fc.array(fc.tuple(fc.nat(20), fc.nat(3)), { minLength: 1, maxLength: 100 });
  fc.assert(
    fc.property(random, fc.nat(6), fc.integer({ min: 1, max: 5 }), (given, maxOpen, limit) => {
      const rows = given.map(([day, step], id) => [id, day, step] as const);
      let delivery = 0;
      const placed = rows.map(([id, day, step]) => {
        delivery += step;
        return [id, day, delivery] as const;
      });
      const told = place(placed, limit, { maxOpen, tellPlaced: true });
      const count = (what: string) => told.filter((line) => line.startsWith(what)).length;
      const groups = told.filter((line) => /^(sealed|open) /.test(line));
      const named = groups.reduce((sum, line) => sum + line.split(' of ')[1]!.split(' ').length, 0);
      expect(count('placed')).toBe(named);
      expect(count('opened')).toBe(groups.length);
      const ids = groups.flatMap((line) => /: (.*) of /.exec(line)![1]!.split(' ').map(Number));
      expect(ids.sort((a, b) => a - b)).toEqual(rows.map(([id]) => id));
      for (const line of groups) {
        const day = Number(/day=(\d+)/.exec(line)![1]);
        for (const id of /: (.*) of /.exec(line)![1]!.split(' ')) expect(rows[Number(id)]![1]).toBe(day);
      }
    }),
  );
});

test('beyond the bytes of the lane the largest row groups are sealed first, until half of them is free', () => {
  const rowsOfDay = fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(rowsOfDay, fc.integer({ min: 1, max: 20_000 }), (sizes, laneBytes) => {
      const partitioner = compilePartitioner(['day={day}'], fields);
      const held = new Map(sizes.map((rows, day) => [`day=${day}`, rows * ROW_BYTES]));
      const groups = new RowGroups(sizedEncoder(), partitioner, { encodedBytes: 1e9, rows: 1e9, laneBytes });
      const days = sizes.flatMap((rows, day) => Array.from({ length: rows }, () => ({ id: 0, day })));
      const nobody = { placed: () => {}, opened: () => {}, sealed: () => {} };
      groups.add(batchFromRows(fields, days), new Uint32Array(days.length), 0, nobody);

      const largestFirst = [...held].sort(([, a], [, b]) => b - a).map(([partition]) => partition);
      let left = [...held.values()].reduce((sum, bytes) => sum + bytes, 0);
      const expected: string[] = [];
      if (left > laneBytes) {
        for (const partition of largestFirst) {
          if (left <= laneBytes / 2) break;
          expected.push(partition);
          left -= held.get(partition)!;
        }
      }
      expect(groups.full()).toEqual(expected);
    }),
  );
});

test('rows above the cap come back in their order, however many had to wait', () => {
  const texts: Field[] = ['id', 'day', 'text'].map((name) => ({
    name,
    ...parseSlot(name === 'text' ? 'string' : 'int'),
  }));
  const overflow = new OverflowRows(texts);
  const [chunks, partitions, rowsOfChunk] = [12, 5, 1_000];
  for (let round = 0; round < 2; round++) {
    for (let chunk = 0; chunk < chunks; chunk++) {
      const ids = Array.from({ length: rowsOfChunk }, (_, i) => chunk * rowsOfChunk + i);
      const batch = batchFromRows(
        texts,
        ids.map((id) => ({ id, day: id % partitions, text: `${id} `.repeat(150) })),
      );
      const parts = Array.from({ length: partitions }, (_, day) => {
        const rows = Int32Array.from(ids.filter((id) => id % partitions === day).map((id) => id % rowsOfChunk));
        return { partition: `day=${day}`, rows, owners: new Uint32Array(rows.length).fill(chunk) };
      });
      expect(overflow.add(batch, parts, 0)).toHaveLength(partitions);
    }
    const { usedBytes } = overflow;
    expect(usedBytes).toBeGreaterThan(6e6);
    for (const { partition, batch, deliveries } of overflow.take()) {
      const rows = Array.from(
        { length: batch.length },
        (_, row) => readRow(batch, row) as { id: number; text: string },
      );
      const ids = Array.from({ length: (chunks * rowsOfChunk) / partitions }, (_, i) => i * partitions);
      expect(rows.map(({ id }) => id)).toEqual(ids.map((id) => id + Number(partition.slice(4))));
      expect(rows.every(({ id, text }) => text === `${id} `.repeat(150))).toBe(true);
      expect(deliveries).toHaveLength(chunks);
    }
    expect(overflow.usedBytes).toBe(0);
    expect(overflow.heldBytes).toBeGreaterThan(usedBytes * 0.9);
  }
});
