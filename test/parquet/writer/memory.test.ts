import { describe, expect, it } from 'vitest';
import { batchFromRows } from '../../../engine/src/columns/rows.ts';
import { fieldsOf } from '../../../engine/src/encoders/parquet/oracle.test-support.ts';
import { threadKernel } from '../../../engine/src/kernel/kernel.ts';
import { subjects } from './encoders.ts';

const [kernelSubject] = subjects;
const usedBytes = () => threadKernel().exports.usedBytes();

/** Bytes that the kernel has lent after the tenth round and after the hundredth. */
function usedAfter(round: (i: number) => void): [number, number] {
  for (let i = 0; i < 10; i++) round(i);
  const early = usedBytes();
  for (let i = 10; i < 100; i++) round(i);
  return [early, usedBytes()];
}

describe('the kernel encoder uses no more of its memory', () => {
  const types = { id: 'int64', name: 'string?', tags: 'list<string>' };
  const rows = Array.from({ length: 500 }, (_, i) => ({ id: BigInt(i), name: `n${i}`, tags: ['a', `t${i % 9}`] }));

  it.each(['snappy', 'zstd', 'none'])('after many row groups (%s)', (compression) => {
    const encoder = kernelSubject!.create({ compression });
    const batch = batchFromRows(fieldsOf(types), rows);
    const [early, late] = usedAfter(() => encoder.encode(batch));
    expect(late).toBe(early);
  });

  it('after batches of the same fields in arrays of their own, and of other fields', () => {
    const encoder = kernelSubject!.create({ compression: 'snappy' });
    const [early, late] = usedAfter((i) => {
      const [first, ...others] = fieldsOf(types);
      encoder.encode(batchFromRows(i % 3 === 0 ? [...others, first!] : [first!, ...others], rows));
    });
    expect(late).toBe(early);
  });

  it('after many row groups were open at a time, also over a change of fields', () => {
    const encoder = kernelSubject!.create({ compression: 'snappy' });
    const fields = fieldsOf(types);
    const batch = batchFromRows(fields, rows);
    const [early, late] = usedAfter(() => {
      const groups = Array.from({ length: 12 }, () => encoder.open!(fields));
      for (const group of groups) group.append(batch, undefined);
      encoder.encode(batchFromRows(fieldsOf({ other: 'int32' }), [{ other: 1 }]));
      for (const group of groups) expect(group.seal().rows).toBe(rows.length);
    });
    expect(late).toBe(early);
  });
});
