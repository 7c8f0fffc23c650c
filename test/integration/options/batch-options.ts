import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { LogEvent } from '../../../engine/src/core/log-events.ts';
import { type LogFields, silentLogger } from '../../../engine/src/core/telemetry.ts';
import type { RunSnapshot } from '../../../engine/src/runtime/engine.ts';
import { type OptionCases, option, setting } from './option-case.ts';
import { run } from './scratch.ts';

/** So many deliveries of so many records, each of about `bytes`. */
function deliveries(count: number, records: number, bytes = 20): string[] {
  const text = 'x'.repeat(bytes);
  const body = (first: number) =>
    Array.from({ length: records }, (_, i) => `{"id":${first + i},"text":"${text}"}`).join('\n');
  return Array.from({ length: count }, (_, i) => body(i * records));
}

const wroteOne = ({ written }: RunSnapshot) => written.files > 0;

/** Why files were closed, and how many for each reason. */
async function closes(given: Parameters<typeof run>[0]): Promise<Record<string, number>> {
  const { summary } = await run(given);
  const reasons = Map.groupBy(summary.files, ({ closedBy }) => closedBy);
  return Object.fromEntries(Array.from(reasons, ([reason, files]) => [reason, files.length]));
}

/** What a run warned of under one name, without its advice. */
async function warned(name: LogEvent, given: Parameters<typeof run>[0]): Promise<unknown[]> {
  const said: unknown[] = [];
  const warn = (event: LogEvent, { partitions, maxOpenPartitions }: LogFields = {}) => {
    if (event === name) said.push({ partitions, maxOpenPartitions });
  };
  const options = { logger: { ...silentLogger, warn } };
  await run({ ...given, options, until: () => said.length > 0 });
  return said;
}

/** Keys that say when a file is closed. */
export const batchOptions: OptionCases = {
  'batch.targetSize': option<string>(
    async (size) => {
      const given = deliveries(400, 10, 1_000);
      const { summary } = await run({ config: setting('batch.targetSize', size), deliveries: given });
      const full = summary.files.filter(({ closedBy }) => closedBy === 'size');
      const near = full.every(({ sizeBytes }) => sizeBytes >= 1 << 20 && sizeBytes < 1.25 * (1 << 20));
      return { files: summary.files.length, full: full.length, near };
    },
    [
      [undefined, { files: 1, full: 0, near: true }],
      ['1MiB', { files: 4, full: 3, near: true }],
    ],
  ),
  'batch.maxAge': option<string>(
    (maxAge) => closes({ config: setting('batch.maxAge', maxAge), deliveries: deliveries(1, 10), until: wroteOne }),
    [
      [undefined, { ended: 1 }],
      ['100ms', { age: 1 }],
    ],
  ),
  'batch.maxRows': option<number>(
    async (maxRows) => {
      const { summary } = await run({ config: setting('batch.maxRows', maxRows), deliveries: deliveries(30, 100) });
      return summary.files.map(({ rows, closedBy }) => `${rows} ${closedBy}`).sort();
    },
    [
      [undefined, ['3000 ended']],
      [1_000, ['1000 rows', '1000 rows', '1000 rows']],
      [1_250, ['1300 rows', '1300 rows', '400 ended']],
    ],
  ),
  'batch.memory': option<string>(
    async (memory) => {
      const given = deliveries(24, 10, 100_000);
      const batch = { spool: { max: '0B' }, ...setting('memory', memory) };
      const reasons = await closes({ config: { batch }, deliveries: given, until: wroteOne });
      return 'memory' in reasons;
    },
    [
      [undefined, false],
      ['16MiB', true],
    ],
  ),
  'batch.maxOpenPartitions': option<number>(
    (maxOpenPartitions) => {
      const sinks = [{ file: { path: 'out', ndjson: {}, partitionBy: ['id={id}'] } }];
      const config = { sinks, ...setting('batch.maxOpenPartitions', maxOpenPartitions) };
      return warned('partitions.overflow', { config, deliveries: deliveries(1, 10) });
    },
    [
      [undefined, []],
      [3, [{ partitions: 10, maxOpenPartitions: 3 }]],
    ],
  ),
  'batch.spool.max': option<string>(
    async (max) => {
      const batch = { memory: '16MiB', spool: { path: 'spool', ...setting('max', max) } };
      const given = deliveries(24, 10, 100_000);
      const reasons = await closes({ config: { batch }, deliveries: given, until: wroteOne });
      return 'memory' in reasons;
    },
    [
      [undefined, false],
      ['0B', true],
    ],
  ),
  'batch.spool.path': option<string>(
    async (folder) => {
      const root = await mkdtemp(path.join(os.tmpdir(), 'parquetry-spool-option-'));
      const batch = { memory: '16MiB', spool: { path: path.join(root, folder!) } };
      await run({ config: { batch }, deliveries: deliveries(24, 10, 100_000) });
      const names = await readdir(root, { recursive: true });
      await rm(root, { recursive: true });
      return names;
    },
    [
      ['here', ['here']],
      ['there', ['there']],
    ],
  ),
};
