import { expect, test } from 'vitest';
import { toArrowIpc } from '../../../../engine/src/columns/arrow.ts';
import { batchFromRows } from '../../../../engine/src/columns/rows.ts';
import { parseSlot } from '../../../../engine/src/core/schema-text.ts';
import type { ParquetRowsParams, ParquetSummary } from '../../../../engine/src/protocol/parquet.ts';
import { createPeer } from '../../../../engine/src/protocol/peer.ts';
import type { StudioMethods } from '../../../../engine/src/protocol/studio-methods.ts';
import { memoryTransports } from '../../../../engine/src/protocol/transport.ts';
import { type RowsQuery, RowsSource } from './rows-source.ts';

const TOTAL = 1_000;
const names = Array.from({ length: 40 }, (_, i) => `c${i}`);
const summary = { handle: 'a', fields: names.map((name) => ({ name, type: 'int64' })) } as unknown as ParquetSummary;

/** A studio whose file has a row number in each cell; it tells what it was asked, and what was taken back. */
function studio({ isTotalExact = true } = {}) {
  const asked: ParquetRowsParams[] = [];
  const cancelled: number[] = [];
  const [near, far] = memoryTransports();
  createPeer<Record<never, never>, StudioMethods>(far, {
    async 'parquet.rows'(params, { signal }) {
      asked.push(params);
      signal.addEventListener('abort', () => cancelled.push(params.start));
      const columns = params.columns!;
      const count = Math.max(0, Math.min(params.count, TOTAL - params.start));
      const fields = columns.map((name) => ({ name, ...parseSlot('int64') }));
      const rows = Array.from({ length: count }, (_, i) =>
        Object.fromEntries(columns.map((name) => [name, BigInt(params.start + i)])),
      );
      return {
        rows: {
          fields: fields.map(({ name }) => ({ name, type: 'int64' })),
          length: count,
          arrow: toArrowIpc(batchFromRows(fields, rows)),
        },
        rowNumbers: Float64Array.from({ length: count }, (_, i) => params.start + i),
        total: isTotalExact ? TOTAL : params.start + count,
        isTotalExact,
        cut: params.start === 0 ? [[0, 0]] : [],
        refused: params.start === 0 ? [{ row: 1, column: 0, message: 'is no number' }] : [],
      };
    },
    'parquet.cell': ({ row, column }) => ({ text: `all of ${column} ${row}`, isCut: false }),
  });
  return { asked, cancelled, peer: createPeer<StudioMethods>(near) };
}

const query: RowsQuery = { filters: [] };
const seen = { firstRow: 0, endRow: 20, firstColumn: 0, endColumn: 10 };

test('what is seen is asked for once, in blocks of rows and columns', async () => {
  const { asked, peer } = studio();
  const source = new RowsSource(peer, summary, query);
  await source.begin();
  source.load(seen);
  source.load({ ...seen, endRow: 200, endColumn: 40 });
  source.load({ ...seen, endRow: 200, endColumn: 40 });
  await expect.poll(() => source.cell(150, 39)?.text).toBe('150');
  expect(asked.map(({ start, columns }) => [start, columns![0]])).toEqual([
    [0, 'c0'],
    [0, 'c32'],
    [128, 'c0'],
    [128, 'c32'],
  ]);
  expect([source.rowCount, source.rowLabel(150)]).toEqual([TOTAL, '151']);
});

test('what is scrolled past before it came is taken back', async () => {
  const { cancelled, peer } = studio();
  const source = new RowsSource(peer, summary, query);
  await source.begin();
  source.load({ ...seen, firstRow: 400, endRow: 420 });
  source.load({ ...seen, firstRow: 900, endRow: 920 });
  await expect.poll(() => source.cell(900, 0)?.text).toBe('900');
  expect(cancelled).toEqual([384]);
  expect(source.cell(400, 0)).toBeUndefined();
});

test('while a filter has not seen all, there is more to scroll to than it found', async () => {
  const { peer } = studio({ isTotalExact: false });
  const source = new RowsSource(peer, summary, query);
  await source.begin();
  expect(source.rowCount).toBe(256);
  source.counted(130);
  expect(source.rowCount).toBe(130);
});

test('a cell that was cut comes whole when it is opened, and one without a value says why', async () => {
  const { peer } = studio();
  const source = new RowsSource(peer, summary, query);
  await source.begin();
  expect(source.cell(0, 0)).toMatchObject({ isCut: true });
  expect(await source.fullText(0, 0)).toBe('all of c0 0');
  expect(source.fullText(2, 0)).toBe('2');
  expect(source.cell(1, 0)).toMatchObject({ kind: 'null', title: 'is no number' });
});
