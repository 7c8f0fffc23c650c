import { expect, test } from 'vitest';
import { bytesSource, duckdbFile } from './files.test-support.ts';
import { findPages } from './page-spans.ts';
import { openParquetFile } from './parquet-file.ts';

test('gives back what it read to find pages, where the source fills memory of ours', async () => {
  const file = await duckdbFile('SELECT range AS id FROM range(5000)');
  const targets: Uint8Array[] = [];
  const source = {
    ...bytesSource(file),
    async read(target: Uint8Array, start: number) {
      targets.push(target);
      target.set(file.subarray(start, start + target.length));
    },
  };
  const { rowGroups, scalars } = await openParquetFile(source);
  const { rows, chunks } = rowGroups[0]!;
  const { spans } = await findPages({ source, chunk: chunks[0]!, scalar: scalars[0]!, rows });
  expect(spans.reduce((sum, span) => sum + span.rows, 0)).toBe(5000);
  expect(targets.map(({ length }) => length)).toEqual([0]);
});
