import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { allocatedBytes } from './heap.ts';
import { type LaneRun, openLane, STAGES } from './lane.ts';
import { OUR_PATHS, settings } from './settings.ts';
import { type DataFiles, writeData, writeLanes } from './workspace.ts';

/*
 * One path in this thread, again and again, with what each stage costs a record (wall time), and what all threads of the process
 * spend; for `node --cpu-prof` and a look at the code:
 *
 * node test/bench/columnar/profile.ts --path plain [--dataset wide] [--codec snappy] [--reader duckdb] [--partitions 1] [--rounds 10] [--size 16] [--json]
 */

const { values } = parseArgs({
  options: {
    path: { type: 'string', default: 'none' },
    dataset: { type: 'string', default: 'wide' },
    codec: { type: 'string', default: 'snappy' },
    reader: { type: 'string', default: 'duckdb' },
    partitions: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '10' },
    size: { type: 'string', default: '16' },
    json: { type: 'boolean', default: false },
  },
});
const name = OUR_PATHS.find((one) => one === values.path);
const setting = settings.find(
  ({ dataset, codec, reader, partitions, threads }) =>
    dataset.name === values.dataset &&
    codec === values.codec &&
    reader === values.reader &&
    partitions === Number(values.partitions) &&
    threads === 1,
);
if (!name || !setting) {
  console.error(
    `--path must be one of ${OUR_PATHS.join(', ')}; dataset, codec, reader and partitions as npm run bench has them`,
  );
  process.exit(2);
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'parquetry-profile-'));
try {
  const dataFolder = path.join(folder, 'data');
  mkdirSync(dataFolder);
  const files = writeData(setting.dataset, dataFolder, Number(values.size) * 1e6);
  const [setup] = writeLanes(name, setting, files, folder);
  const lane = await openLane(setup!);
  await lane.run();
  await lane.run();
  const cpu = process.cpuUsage();
  const runs: LaneRun[] = [];
  for (let round = 0; round < Number(values.rounds); round++) runs.push(await lane.run());
  const { user, system } = process.cpuUsage(cpu);
  const heapBytesPerRecord = Math.round((await allocatedBytes(() => lane.run())) / files.records);
  const nsPerRecord = (micros: number) => Math.round((micros * 1e3) / runs.length / files.records);
  const cpuNsPerRecord = { user: nsPerRecord(user), system: nsPerRecord(system) };
  report(runs, files, { cpuNsPerRecord, heapBytesPerRecord });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function report(runs: readonly LaneRun[], { bytes, records }: DataFiles, more: object): void {
  const nsPerRecord = (ms: number) => Math.round((ms * 1e6) / records);
  const stages = STAGES.map(
    (stage) => [stage, nsPerRecord(median(runs.map(({ stageMs }) => stageMs[stage])))] as const,
  );
  const totalMs = median(runs.map(({ stageMs }) => STAGES.reduce((sum, stage) => sum + stageMs[stage], 0)));
  const figures = {
    nsPerRecord: { ...Object.fromEntries(stages), total: nsPerRecord(totalMs) },
    mbPerS: Math.round(bytes / totalMs / 1e3),
    bytesOut: runs[0]!.bytesOut,
    ...more,
  };
  if (values.json) console.log(JSON.stringify(figures));
  else console.log(figures);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
