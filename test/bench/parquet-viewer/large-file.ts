import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { batchFromRows } from '../../../engine/src/columns/rows.ts';
import type { Value } from '../../../engine/src/columns/values.ts';
import type { Field } from '../../../engine/src/core/schema.ts';
import { parseSlot } from '../../../engine/src/core/schema-text.ts';
import { totalBytes } from '../../../engine/src/core/total-bytes.ts';
import { component } from '../../../engine/src/encoders/parquet/index.ts';

const GROUP_ROWS = 100_000;

const fields: Field[] = Object.entries({
  id: 'int64',
  event_time: 'timestamp(us)',
  user: 'uuid',
  country: 'string',
  url: 'string',
  amount: 'decimal(18, 2)?',
  score: 'double',
  ok: 'bool',
  tags: 'list<string>',
  payload: 'string',
  ...Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`metric_${i}`, 'int?'])),
}).map(([name, text]) => ({ name, ...parseSlot(text) }));

function row(i: number): Record<string, Value> {
  const noise = randomBytes(240).toString('hex');
  const at = (j: number) => Number.parseInt(noise.slice(8 * j, 8 * j + 8), 16);
  return {
    id: BigInt(i) * 7n,
    event_time: 1_780_000_000_000_000 + i * 1_000,
    user: `${noise.slice(0, 8)}-0000-4000-8000-${noise.slice(8, 20)}`,
    country: ['NO', 'SE', 'DE', 'FR', 'PL', 'IT'][at(3) % 6]!,
    url: `https://example.com/products/${at(4) % 50_000}/reviews?session=${noise.slice(40, 64)}`,
    amount: at(5) % 10 === 0 ? null : `${at(6) % 10_000}.${String(at(7) % 100).padStart(2, '0')}`,
    score: at(8) / 2 ** 32,
    ok: at(9) % 3 > 0,
    tags: Array.from({ length: at(10) % 4 }, (_, j) => `tag-${at(11 + j) % 100}`),
    payload: noise.slice(0, 300),
    ...Object.fromEntries(Array.from({ length: 10 }, (_, j) => [`metric_${j}`, at(14 + j) % 1_000_000])),
  };
}

/** Writes a file of about so many bytes, as `parquetry run` would: row groups of 100,000 rows, here all the same. Resolves to its rows. */
export async function writeLargeFile(file: string, sizeBytes: number): Promise<number> {
  const encoder = await component.create(component.config.parse({ compression: 'zstd' }), {} as never);
  const segment = encoder.encode(
    batchFromRows(
      fields,
      Array.from({ length: GROUP_ROWS }, (_, i) => row(i)),
    ),
  );
  const groups = Math.max(1, Math.round(sizeBytes / totalBytes(segment.parts)));
  const parts = encoder.assemble(new Array(groups).fill(segment), { fields, keyValues: {} });
  await using target = await open(file, 'w');
  for (const part of parts) await target.write(part as Uint8Array);
  return groups * GROUP_ROWS;
}
