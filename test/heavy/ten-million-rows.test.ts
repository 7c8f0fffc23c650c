import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import type { Segment } from '../../engine/src/columns/encoder.ts';
import { compilePartitioner } from '../../engine/src/columns/partition.ts';
import type { Schema } from '../../engine/src/core/schema.ts';
import { parseSlot } from '../../engine/src/core/schema-text.ts';
import { createComponent, loadComponent } from '../../engine/src/pipeline/components.ts';
import { RowGroups } from '../../engine/src/runtime/row-groups.ts';
import { contextAt } from '../contracts/context.ts';
import { byHyparquet, byParquetWasm, type ReadBack } from './read-back.ts';

const ROWS = 10_000_000;
const ROWS_PER_BODY = 20_000;
const BODIES_PER_FILE = 100;
const ROWS_PER_FILE = ROWS_PER_BODY * BODIES_PER_FILE;
const SHOPS = 997;
/** What the process may have grown by between the first file and the last. */
const GROWTH_BYTES = 256 << 20;
/** What it may have beyond what it had before the first: other tests ran in it. */
const PEAK_BYTES = 512 << 20;

const types = { id: 'int64', shop: 'string', amount: 'decimal(9, 2)', sold: 'timestamp', note: 'string?' };
const schema: Schema = { fields: Object.entries(types).map(([name, text]) => ({ name, ...parseSlot(text) })) };

test('ten million rows from JSON to Parquet are written in bounded memory, and are what three readers find', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'heavy-rows-'));
  try {
    const idle = process.memoryUsage.rss();
    const resident = await writeFiles(folder);
    expect(Math.max(...resident) - idle).toBeLessThan(PEAK_BYTES);
    expect(Math.max(...resident.slice(1)) - resident[0]!).toBeLessThan(GROWTH_BYTES);
    for (const readBack of [byHyparquet, byParquetWasm]) expect(await compared(folder, readBack)).toEqual(allRight);
    const sumOfIds = (BigInt(ROWS) * BigInt(ROWS - 1)) / 2n;
    expect(await countByDuckDb(folder)).toEqual([
      `${ROWS}`,
      `${sumOfIds}`,
      `${ROWS}`,
      `${SHOPS}`,
      sumOfAmounts(),
      `${Math.ceil(ROWS / 3)}`,
      '2026-01-01 00:00:00',
      '2026-01-01 23:59:59',
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 400_000);

/** Scans, gathers, encodes and writes file after file; answers the resident bytes after each. */
async function writeFiles(folder: string): Promise<number[]> {
  const context = contextAt(folder);
  const format = await createComponent('format', { type: 'json', config: {} }, context);
  const settings = (await loadComponent('encoder', 'parquet')).config.parse({
    reader: 'duckdb',
    dictionary: ['id', 'sold'], // on for all others: these two get deltas
  });
  const encoder = await createComponent(
    'encoder',
    { type: 'parquet', config: settings as Record<string, unknown> },
    context,
  );
  const scanner = format.createScanner(schema, { rest: false });
  const partitioner = compilePartitioner([], schema.fields);
  const groups = new RowGroups(encoder, partitioner, { encodedBytes: 4 << 20, rows: 500_000, laneBytes: 256 << 20 });
  const resident: number[] = [];
  let segments: Segment[] = [];
  const sealAll = (partitions: string[]) => {
    for (const partition of partitions) for (const { segment } of groups.seal(partition)) segments.push(segment);
  };
  for (let body = 0; body < ROWS / ROWS_PER_BODY; body++) {
    expect(scanner.add(bodyOf(body * ROWS_PER_BODY))).toBe(ROWS_PER_BODY);
    const { records, bad } = scanner.take();
    expect(bad).toEqual([]);
    const owners = new Uint32Array(records.rows.length).fill(body + 1);
    groups.add(records.rows, owners, 0, {
      placed: () => {},
      opened: () => {},
      sealed: ({ segment }) => segments.push(segment),
    });
    sealAll(groups.full());
    if ((body + 1) % BODIES_PER_FILE !== 0) continue;
    sealAll(groups.partitions);
    const parts = encoder.assemble(segments, { fields: schema.fields, keyValues: {} });
    await writeFile(path.join(folder, nameOf(resident.length)), parts);
    segments = [];
    resident.push(process.memoryUsage.rss());
  }
  return resident;
}

function bodyOf(from: number): Uint8Array {
  let text = '';
  for (let id = from; id < from + ROWS_PER_BODY; id++) {
    const note = id % 3 === 0 ? ',"note":"every third"' : '';
    text += `{"id":${id},"shop":"s${id % SHOPS}","amount":${(id % 100_000) / 100},"sold":"${timeOf(id)}"${note}}\n`;
  }
  return Buffer.from(text);
}

function timeOf(id: number): string {
  const second = id % 86_400;
  const two = (number: number) => `${number}`.padStart(2, '0');
  return `2026-01-01T${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}Z`;
}

function sumOfAmounts(): string {
  const cents = (BigInt(ROWS / 100_000) * 99_999n * 100_000n) / 2n;
  return `${cents / 100n}.${`${cents % 100n}`.padStart(2, '0')}`;
}

/** What each column holds, in the form of `ColumnPart`: the same for row after row as `bodyOf` says. */
const expected: Readonly<Record<string, (id: number) => string | number | null>> = {
  id: (id) => id,
  shop: (id) => shops[id % SHOPS]!,
  amount: (id) => id % 100_000,
  sold: (id) => Date.UTC(2026, 0, 1) + (id % 86_400) * 1_000,
  note: (id) => (id % 3 === 0 ? 'every third' : null),
};
const shops = Array.from({ length: SHOPS }, (_, i) => `s${i}`);

/** How many values of a column were looked at, and the ids of the first that were wrong. */
type Compared = Readonly<Record<string, { readonly values: number; readonly wrong: readonly number[] }>>;

const allRight: Compared = Object.fromEntries(Object.keys(expected).map((name) => [name, { values: ROWS, wrong: [] }]));

/** Every value of every column of all files, which hold the rows in their order. */
async function compared(folder: string, readBack: ReadBack): Promise<Compared> {
  const found = Object.fromEntries(Object.keys(expected).map((name) => [name, { values: 0, wrong: [] as number[] }]));
  for (let file = 0; file * ROWS_PER_FILE < ROWS; file++) {
    for await (const { column, row, length, at } of readBack(path.join(folder, nameOf(file)))) {
      const [facts, wanted, first] = [found[column]!, expected[column]!, file * ROWS_PER_FILE + row];
      for (let i = 0; i < length; i++) {
        if (at(i) !== wanted(first + i) && facts.wrong.length < 10) facts.wrong.push(first + i);
      }
      facts.values += length;
    }
  }
  return found;
}

function nameOf(file: number): string {
  return `${file}.parquet`;
}

async function countByDuckDb(folder: string): Promise<readonly unknown[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    const facts = 'count(*), sum(id), count(DISTINCT id), count(DISTINCT shop), sum(amount), count(note)';
    const times = "strftime(min(sold), '%Y-%m-%d %H:%M:%S'), strftime(max(sold), '%Y-%m-%d %H:%M:%S')";
    const result = await connection.runAndReadAll(`SELECT ${facts}, ${times} FROM '${folder}/*.parquet'`);
    return result.getRowsJson()[0]!;
  } finally {
    connection.closeSync();
  }
}
