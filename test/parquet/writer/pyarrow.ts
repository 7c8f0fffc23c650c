import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { timestampText } from '../../../engine/src/columns/scalar-text.ts';
import { formatTime } from '../../../engine/src/core/calendar.ts';
import type { Type } from '../../../engine/src/core/schema.ts';
import type { JsonValue } from '../../../engine/src/parquet/exact-value.ts';
import { mapForm } from './forms.ts';
import type { Reader } from './readers.ts';

const script = path.join(import.meta.dirname, 'pyarrow-rows.py');

/** Whether python3 has pyarrow, which checks the CRC of pages too. */
export const hasPyarrow = spawnSync('python3', ['-c', 'import pyarrow.parquet']).status === 0;

/** pyarrow in a process of its own. */
export async function openPyarrow(): Promise<Reader> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-pyarrow-'));
  const python = spawn('python3', [script]);
  const answers = createInterface(python.stdout)[Symbol.asyncIterator]();
  let files = 0;
  return {
    name: 'pyarrow',
    read: async (file, fields) => {
      const target = path.join(folder, `${files++}.parquet`);
      await writeFile(target, file);
      const rows = await ask(python, answers, target);
      return rows.map((row) => fields.map(({ type }, i) => mapForm(type, row[i]!, scalarForm)));
    },
    close: async () => {
      python.stdin.end();
      await rm(folder, { recursive: true });
    },
  };
}

async function ask(
  python: ChildProcessWithoutNullStreams,
  answers: AsyncIterator<string>,
  file: string,
): Promise<JsonValue[][]> {
  python.stdin.write(`${file}\n`);
  const { value } = await answers.next();
  const { rows, error } = JSON.parse(value) as { rows: JsonValue[][]; error?: string };
  if (error) throw new Error(`pyarrow must read the file, got ${error}`);
  return rows;
}

/** What the script makes of a value, in the form of `formOf`. */
function scalarForm(type: Type, shown: JsonValue): JsonValue {
  if (type.kind === 'timestamp') return timestampText(type, BigInt(shown as string));
  if (type.kind === 'time') return formatTime(Number(shown));
  if (type.kind === 'binary') return Buffer.from(shown as string, 'hex').toString('base64');
  return shown;
}
