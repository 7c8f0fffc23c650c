import { expect, test } from 'vitest';
import { WrittenFiles } from './written-files.ts';

test('counts every file and remembers the latest thousand', () => {
  const files = new WrittenFiles();
  for (let i = 0; i < 5_000; i++) {
    files.add({ uri: `f${i}`, partition: '', rows: 2, rowGroups: 1, sizeBytes: 10, closedBy: 'age', sink: 0 } as never);
  }
  expect(files.totals).toEqual({ files: 5_000, rows: 10_000, bytes: 50_000 });
  const uris = files.latest().map(({ uri }) => uri);
  expect(uris).toHaveLength(1_000);
  expect(uris.at(-1)).toBe('f4999');
});
