import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { ENGINE_ENVIRONMENT, ENGINE_FLAGS } from '../../engine/src/cli/guard.ts';
import type { Dataset } from '../bench/columnar/dataset.ts';
import { nested } from '../bench/columnar/datasets/nested.ts';
import { wide } from '../bench/columnar/datasets/wide.ts';
import { transformText } from '../bench/columnar/transform-text.ts';

/*
 * Memory of a lane while a large .ndjson.gz streams through it into a sink that counts:
 *
 *   node test/heavy/rss-ndjson.ts [megabytes = 10000] [none|pass|plain = none] [wide|nested = wide] [partitions = 1]
 *
 * One process makes the records and compresses them, another is the lane (rss-lane.ts); nothing lies on a disk. Prints a
 * line of JSON; exits with 1 if the lane ever had more than 100 MB above the idle process, or ended with more than it began with.
 */

/** Records that are made anew; then they come again, compressed already: making them costs more than all else. */
const FRESH_BYTES = 64_000_000;
const MEMBER_BYTES = 8_000_000;
const CODES = ['none', 'pass', 'plain'] as const;

const [megabytes = '10000', code = 'none', name = 'wide', partitions = '1', role] = process.argv.slice(2);
const dataset = name === 'nested' ? nested : wide;
if (role === 'feed') await feed(dataset, Number(megabytes) * 1e6);
else await measure(CODES.find((each) => each === code) ?? 'none');

async function measure(userCode: (typeof CODES)[number]): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-rss-'));
  try {
    await writePipeline(folder, userCode);
    const feeding = spawn(process.execPath, [import.meta.filename, megabytes, code, name, partitions, 'feed'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lane = spawn(process.execPath, [...ENGINE_FLAGS, path.join(import.meta.dirname, 'rss-lane.ts'), folder], {
      env: { ...ENGINE_ENVIRONMENT, ...process.env },
      stdio: [feeding.stdout, 'inherit', 'inherit'],
    });
    feeding.stdout.destroy(); // the lane has it now
    const codes = await Promise.all([feeding, lane].map(exitCode));
    process.exitCode = Math.max(...codes);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function exitCode(child: ChildProcess): Promise<number> {
  const [exited] = (await once(child, 'exit')) as [number | null];
  return exited ?? 1;
}

/** A pipeline as a user has it; its source is replaced by the pipe. */
async function writePipeline(folder: string, userCode: (typeof CODES)[number]): Promise<void> {
  await mkdir(path.join(folder, 'schema'));
  const config = {
    name: 'rss',
    source: { stdin: {} },
    ...(userCode !== 'none' && { transform: './transform.ts' }),
    sinks: [{ file: { path: 'out', ...(partitions !== '1' && { partitionBy: ['p={country}'] }) } }],
  };
  await writeFile(path.join(folder, 'pipeline.yaml'), JSON.stringify(config));
  await writeFile(path.join(folder, 'schema', 'input.v1.json'), JSON.stringify({ version: 1, fields: dataset.fields }));
  const text = transformText(dataset.userCode, { hidden: userCode === 'plain' });
  if (userCode !== 'none') await writeFile(path.join(folder, 'transform.ts'), text);
}

/** Writes gzip members to standard output, at least `bytes` of NDJSON in all. */
async function feed({ records }: Dataset, bytes: number): Promise<void> {
  const members = compressed(records(), Math.min(bytes, FRESH_BYTES));
  for (let fed = 0, i = 0; fed < bytes; i++) {
    const { member, textBytes } = members[i % members.length]!;
    if (!process.stdout.write(member)) await once(process.stdout, 'drain');
    fed += textBytes;
  }
}

function compressed(records: Iterable<string>, bytes: number): { member: Buffer; textBytes: number }[] {
  const members: { member: Buffer; textBytes: number }[] = [];
  let [text, made] = ['', 0];
  for (const record of records) {
    text += `${record}\n`;
    if (text.length < MEMBER_BYTES) continue;
    const textBytes = Buffer.byteLength(text);
    members.push({ member: gzipSync(text, { level: 1 }), textBytes });
    made += textBytes;
    text = '';
    if (made >= bytes) break;
  }
  return members;
}
