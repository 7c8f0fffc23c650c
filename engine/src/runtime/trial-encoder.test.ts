import { describe, expect, test } from 'vitest';
import type { ColumnBatch } from '../columns/column.ts';
import type { Encoder } from '../columns/encoder.ts';
import { batchFromRows } from '../columns/rows.ts';
import { ParquetryError } from '../core/errors.ts';
import { parseSlot } from '../core/schema-text.ts';
import { TrialEncoder } from './trial-encoder.ts';

const fields = [{ name: 'id', ...parseSlot('int') }];
const idsOf = ({ columns, length }: ColumnBatch) =>
  Array.from({ length }, (_, row) => Number(columns[0]!.values![row]));

/** Refuses batches with one of these ids; counts what it is asked. */
function refusing(...bad: number[]) {
  const tried: number[] = [];
  const encode = (batch: ColumnBatch) => {
    tried.push(batch.length);
    const id = idsOf(batch).find((each) => bad.includes(each));
    if (id !== undefined) throw new ParquetryError('E_RECORD', `${id} cannot be encoded`);
    return { parts: [], rows: batch.length, meta: new Uint8Array() };
  };
  const encoder = { encode } as Partial<Encoder> as Encoder;
  return { trial: new TrialEncoder(encoder, (batch) => batch), tried };
}

/** Rows 0..n with their ids; `origin` says which record each came from. */
function resultOf(origin: number[]) {
  const output = batchFromRows(
    fields,
    origin.map((_, id) => ({ id })),
  );
  return {
    output,
    origin: Int32Array.from(origin),
    dropped: [],
    failed: [],
    undeclaredKeys: new Map<string, number>(),
  };
}

describe('a batch on trial', () => {
  test('that passes is encoded once and handed on as it is', () => {
    const { trial, tried } = refusing();
    const result = resultOf([0, 1, 2, 3]);
    expect(trial.sift(result)).toEqual({ result, refused: [] });
    expect(tried).toEqual([4]);
  });

  test('loses all rows of a record of which one is refused, and no others', () => {
    const { trial } = refusing(3);
    const { result, refused } = trial.sift(resultOf([0, 1, 1, 1, 2]));
    expect(refused).toEqual([{ row: 1, message: '3 cannot be encoded' }]);
    expect(idsOf(result.output)).toEqual([0, 4]);
    expect([...result.origin]).toEqual([0, 2]);
  });

  test('names a record once, however many of its rows are refused', () => {
    const { trial } = refusing(0, 1, 2);
    const { result, refused } = trial.sift(resultOf([7, 7, 7]));
    expect(refused).toHaveLength(1);
    expect(result.output.length).toBe(0);
  });

  test('finds one row among a thousand in some twenty trials', () => {
    const { trial, tried } = refusing(617);
    const { refused } = trial.sift(resultOf(Array.from({ length: 1_000 }, (_, row) => row)));
    expect(refused.map(({ row }) => row)).toEqual([617]);
    expect(tried.length).toBeLessThanOrEqual(21);
  });

  test('that breaks the encoder is not bisected: it cannot be asked again', () => {
    const trap = Object.assign(new Error('unreachable'), { name: 'RuntimeError' });
    let asked = 0;
    const encode = () => {
      asked++;
      throw new ParquetryError('E_INTERNAL', 'the kernel trapped', { cause: trap });
    };
    const trial = new TrialEncoder({ encode } as Partial<Encoder> as Encoder, (batch) => batch);
    expect(() => trial.sift(resultOf([0, 1, 2]))).toThrow('the kernel trapped');
    expect(asked).toBe(1);
  });

  test('without rows asks nothing', () => {
    const { trial, tried } = refusing();
    expect(trial.sift(resultOf([])).refused).toEqual([]);
    expect(tried).toEqual([]);
  });
});
