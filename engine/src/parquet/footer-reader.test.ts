import { beforeAll, describe, expect, test } from 'vitest';
import { bytesSource, duckdbFile } from './files.test-support.ts';
import { readFooter, readFooterApart } from './footer-reader.ts';
import { FILE, structsAt } from './metadata.ts';
import { openParquetFile } from './parquet-file.ts';
import { readStruct } from './thrift-reader.ts';

describe('a footer of many row groups', () => {
  let file: Uint8Array;
  beforeAll(async () => {
    file = await duckdbFile("SELECT range AS id, 'x' || range AS name FROM range(20000)", 'ROW_GROUP_SIZE 2048');
  });

  test('is the same read apart, and read as a whole', async () => {
    const [whole, apart] = [await readFooter(bytesSource(file)), await readFooterApart(bytesSource(file))];
    const groups = structsAt(whole.metadata, FILE.rowGroups, 'row_groups');
    expect(groups).toHaveLength(10);
    expect(apart.rowGroups.map((bytes) => readStruct(bytes).value)).toEqual(groups);
    const without = (metadata: typeof whole.metadata) => [...metadata].filter(([id]) => id !== FILE.rowGroups);
    expect(without(apart.metadata)).toEqual(without(whole.metadata));
    expect(structsAt(apart.metadata, FILE.rowGroups, 'row_groups')).toEqual([]);
  });

  test('is held as bytes: the columns of a row group are read when they are asked for', async () => {
    const { rowGroups, rows } = await openParquetFile(bytesSource(file));
    expect(rows).toBe(20_000);
    expect(rowGroups[3]!.chunks).not.toBe(rowGroups[3]!.chunks);
    expect(rowGroups[3]!.chunks).toEqual(rowGroups[3]!.chunks);
  });

  test('is refused wherever it is cut', async () => {
    const { tail, rowGroups } = await readFooterApart(bytesSource(file));
    const metadata = tail.subarray(0, -8);
    for (const end of [1, rowGroups[5]!.byteOffset - tail.byteOffset + 7, metadata.length - 1]) {
      const cut = Buffer.concat([Buffer.from('PAR1'), metadata.subarray(0, end), Buffer.alloc(4), Buffer.from('PAR1')]);
      cut.writeUInt32LE(end, cut.length - 8);
      await expect(readFooterApart(bytesSource(cut))).rejects.toMatchObject({ code: 'E_INTEGRITY' });
    }
  });
});
