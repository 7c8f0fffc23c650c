import { describe, expect, test } from 'vitest';
import type { RecordBatch } from '../columns/record-batch.ts';
import { batchFromRows } from '../columns/rows.ts';
import type { TransformResult, TransformRunner } from '../columns/transform.ts';
import { parseSlot } from '../core/schema-text.ts';
import { PoisonList } from './poison-list.ts';
import { piecesOf, runApart } from './run-apart.ts';

const fields = [{ name: 'id', ...parseSlot('int') }];

/** Records of deliveries with so many each; ids count up. */
function recordsOf(...counts: number[]): RecordBatch {
  const delivery = Int32Array.from(counts.flatMap((count, i) => Array.from({ length: count }, () => i)));
  const ordinal = Int32Array.from(counts.flatMap((count) => Array.from({ length: count }, (_, i) => i)));
  const rows = batchFromRows(
    fields,
    Array.from(delivery, (_, id) => ({ id })),
  );
  return { rows, delivery, ordinal, start: ordinal, end: ordinal, bodies: [] };
}

function know(...poison: [delivery: string, record: number][]): PoisonList {
  const list = new PoisonList();
  for (const [delivery, record] of poison) list.add({ delivery, record, reason: 'stuck', message: 'stuck' });
  return list;
}

const deliveries = [{ id: 'a' }, { id: 'b' }];
const spans = (pieces: ReturnType<typeof piecesOf>) =>
  pieces?.map(({ start, end, poison }) => `${start}-${end}${poison ? ' poison' : ''}`);

describe('a chunk is taken apart', () => {
  test.each([
    ['not at all without poison in it', know(['c', 0]), false, undefined],
    ['around poison', know(['b', 1]), false, ['0-3', '3-4 poison', '4-5']],
    ['at its ends', know(['a', 0], ['b', 2]), false, ['0-1 poison', '1-4', '4-5 poison']],
    ['record by record where it is a suspect', know(['b', 1]), true, ['0-1', '1-2', '2-3', '3-4 poison', '4-5']],
  ])('%s', (_how, known, alone, pieces) => {
    expect(spans(piecesOf(recordsOf(2, 3), deliveries, known, alone))).toEqual(pieces);
  });
});

/** Doubles each record, but drops the first of a run and fails the one with id 4. */
const runner: TransformRunner = {
  output: fields,
  run: ({ rows }): TransformResult => {
    const ids = Array.from({ length: rows.length }, (_, row) => Number(rows.columns[0]!.values![row]));
    const kept = ids.flatMap((id, row) => (id === 4 || (row === 0 && rows.length > 1) ? [] : [row, row]));
    return {
      output: batchFromRows(
        fields,
        kept.map((row) => ({ id: ids[row] })),
      ),
      origin: Int32Array.from(kept),
      dropped: rows.length > 1 ? [{ row: 0, reason: 'first' }] : [],
      failed: ids.flatMap((id, row) => (id === 4 ? [{ row, reason: 'thrown' as const, message: 'four' }] : [])),
      undeclaredKeys: new Map([['x', rows.length]]),
    };
  },
  refuse: ({ rows }, why): TransformResult => ({
    output: batchFromRows(fields, []),
    origin: new Int32Array(),
    dropped: [],
    failed: Array.from({ length: rows.length }, (_, row) => ({ ...why, row })),
    undeclaredKeys: new Map(),
  }),
};

test('results of the pieces are one result, whose rows are those of the whole batch', async () => {
  const records = recordsOf(2, 3);
  const pieces = piecesOf(records, deliveries, know(['b', 0]), false)!;
  const seen: number[] = [];
  const run = async (some: RecordBatch) => {
    seen.push(some.rows.length);
    return runner.run(some, []);
  };
  const result = await runApart(records, { runner, pieces, run });
  expect(seen).toEqual([2, 2]);
  expect([...result.output.columns[0]!.values!].map(Number)).toEqual([1, 1]);
  expect([...result.origin]).toEqual([1, 1]);
  expect(result.dropped).toEqual([
    { row: 0, reason: 'first' },
    { row: 3, reason: 'first' },
  ]);
  expect(result.failed).toEqual([
    { row: 2, reason: 'stuck', message: 'stuck' },
    { row: 4, reason: 'thrown', message: 'four' },
  ]);
  expect(result.undeclaredKeys).toEqual(new Map([['x', 4]]));
});
