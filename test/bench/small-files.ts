import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { Encoder } from '../../engine/src/columns/encoder.ts';
import type { Field } from '../../engine/src/core/schema.ts';
import { parseSlot } from '../../engine/src/core/schema-text.ts';
import { createRowAppender } from '../../engine/src/transforms/appenders/row-appender.ts';

/** A flat record of three fields, as libraries are measured with. */
interface Record {
  readonly id: number;
  readonly name: string;
  readonly value: number;
}

const types = { id: 'int', name: 'string', value: 'double' };
const fields: readonly Field[] = Object.entries(types).map(([name, text]) => ({ name, ...parseSlot(text) }));

/** Records that are in memory at a time, files that are written before the clock runs, and files that count. */
const RECORDS_PER_ROUND = 100_000;
const WARM_UP_FILES = 400;
const MEASURED_RECORDS = 400_000;
const MIN_MEASURED_FILES = 40;

/**
 * Median time from `records` plain objects, which no file had before, to the bytes of a Parquet file in one piece. The last
 * file is read back and compared; throws if it differs.
 */
export async function microsecondsPerFile(encoder: Encoder, records: number): Promise<number> {
  const write = fileWriter(encoder);
  const measured = Math.max(MIN_MEASURED_FILES, MEASURED_RECORDS / records);
  const warmUp = Math.min(WARM_UP_FILES, measured);
  const filesPerRound = Math.max(1, RECORDS_PER_ROUND / records);
  const times: number[] = [];
  for (let file = 0; file < warmUp + measured; ) {
    const round = Array.from({ length: filesPerRound }, () => recordsOf(file++, records));
    for (const fresh of round) {
      const start = process.hrtime.bigint();
      write(fresh);
      times.push(Number(process.hrtime.bigint() - start) / 1e3);
    }
  }
  const last = recordsOf(times.length, records);
  await checkFile(write(last), last);
  return times.slice(warmUp).toSorted((a, b) => a - b)[(times.length - warmUp) >> 1]!;
}

function fileWriter(encoder: Encoder): (records: readonly Record[]) => Buffer {
  const appender = createRowAppender({ fields }, { undeclared: 'ignore' });
  return (records) => {
    appender.clear();
    for (const record of records) {
      if (!appender.append(record)) throw new Error(`records must fit their fields, got ${JSON.stringify(record)}`);
    }
    return Buffer.concat(encoder.assemble([encoder.encode(appender.finish())], { fields, keyValues: {} }));
  };
}

function recordsOf(file: number, count: number): Record[] {
  return Array.from({ length: count }, (_, i) => {
    const id = file * count + i;
    return { id, name: `name ${id % 9973}`, value: ((id * 7919) % 100_003) / 8 };
  });
}

async function checkFile(file: Buffer, records: readonly Record[]): Promise<void> {
  const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer;
  const found = await parquetReadObjects({ file: bytes, compressors });
  const text = (rows: readonly object[]) =>
    JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? Number(value) : value));
  if (text(found) !== text(records)) throw new Error('hyparquet must read back the records that were written');
}
