import { expect, it } from 'vitest';
import { batchFromRows } from '../../../columns/rows.ts';
import { checkKernelsOfFile } from '../../../kernel/checked-kernel.test-support.ts';
import { fieldsOf, kernelEncoderOf } from '../oracle.test-support.ts';

checkKernelsOfFile();

it('writes the levels of a page of nulls alone into memory that it has', () => {
  const fields = fieldsOf({ grid: 'list<list<int?>?>?' });
  const batch = batchFromRows(
    fields,
    Array.from({ length: 1000 }, () => ({ grid: null })),
  );
  const options = { dictionary: false, compression: 'zstd', pageVersion: 2, dataPageSize: '1KiB' };
  expect(kernelEncoderOf(options).encode(batch).rows).toBe(batch.length);
});
