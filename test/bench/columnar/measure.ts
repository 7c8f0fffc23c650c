import path from 'node:path';
import type { Figure } from '../main.ts';
import { type Comparison, compare } from './compare.ts';
import { type Contender, startCrew } from './crew.ts';
import { countRows, type DuckDbSetup, sameRows, startDuckDb } from './duckdb.ts';
import { hasPolars, startPolars } from './polars.ts';
import { residentMb } from './resident.ts';
import { type OurPath, type Path, partitionColumns, type Setting } from './settings.ts';
import { type DataFiles, type LaneSetup, writeLanes } from './workspace.ts';

const ROUNDS = 9;

/** Measures all paths of a setting over its files; `folder` is made and may be removed afterwards. */
export async function measure(setting: Setting, files: DataFiles, folder: string, rounds = ROUNDS): Promise<Figure[]> {
  const ours = new Map<Path, LaneSetup[]>(
    setting.paths.flatMap((name) => (name === 'polars' ? [] : [[name, writeLanes(name, setting, files, folder)]])),
  );
  const contenders = new Map<Path, Contender>();
  try {
    const duckDb = await startDuckDb(duckDbSetup(setting, files, folder));
    contenders.set('duckdb', duckDb);
    for (const name of setting.paths) {
      const contender = name === 'polars' ? await polars(setting, files, folder) : await startCrew(ours.get(name)!);
      if (contender) contenders.set(name, contender);
    }
    const comparisons = await compare(contenders, 'duckdb', rounds, () => check(setting, files, contenders));
    const peerBytes = comparisons.get('duckdb')!.outcome.bytesOut;
    const figures: Figure[] = [];
    for (const [name, comparison] of comparisons) {
      const lanes = ours.get(name) ?? [];
      // Of one lane only: two share their process.
      const rssMb = lanes.length === 1 ? await residentMb(lanes[0]!) : '';
      const ratioToOneLane = lanes.length === 2 ? await toOneLane(contenders.get(name)!, name as OurPath) : '';
      figures.push({ ...figure(setting, name, files, comparison, peerBytes), ratioToOneLane, rssMb });
    }
    return figures;
  } finally {
    for (const contender of contenders.values()) await contender.close();
  }

  /** How many times faster two lanes are than one with the whole file. */
  async function toOneLane(two: Contender, name: OurPath): Promise<number> {
    const one = await startCrew(writeLanes(name, { ...setting, threads: 1 }, files, path.join(folder, 'one-lane')));
    try {
      const pair = new Map([['one', one] as const, ['two', two] as const]);
      return (await compare(pair, 'one', rounds, async () => {})).get('two')!.ratio;
    } finally {
      await one.close();
    }
  }
}

function duckDbSetup(
  { dataset, codec, threads, partitions }: Setting,
  { whole }: DataFiles,
  folder: string,
): DuckDbSetup {
  const target = path.join(folder, 'out-duckdb');
  return { dataset, source: whole, target, codec, partitionBy: partitionColumns[partitions], threads };
}

async function polars(
  { codec, threads }: Setting,
  { whole }: DataFiles,
  folder: string,
): Promise<Contender | undefined> {
  if (hasPolars()) return startPolars({ source: whole, target: path.join(folder, 'out-polars'), codec, threads });
  console.error('polars is left out: python3 does not have it');
  return undefined;
}

/** Every path wrote all its rows; those that should have written the same rows did. */
async function check(
  { dataset, partitions }: Setting,
  { records }: DataFiles,
  contenders: ReadonlyMap<Path, Contender>,
): Promise<void> {
  const counts = new Map<Path, number>();
  for (const [name, { target }] of contenders) counts.set(name, await countRows(target));
  const pass = counts.get('pass') ?? counts.get('plain');
  for (const [name, count] of counts) {
    const expected = name === 'pass' || name === 'plain' ? pass : records;
    if (count !== expected) throw new Error(`${name} must write ${expected} rows of ${dataset.name}, got ${count}`);
  }
  if (partitions > 1) return;
  for (const [name, twin, fields] of [
    ['none', 'duckdb', dataset.fields],
    ['slow', 'duckdb', dataset.fields],
    ['pass', 'plain', dataset.userCode.output],
  ] as const) {
    const [one, other] = [contenders.get(name), contenders.get(twin)];
    if (one && other && !(await sameRows(one.target, other.target, fields))) {
      throw new Error(`${name} and ${twin} must write the same values of ${dataset.name}, got different ones`);
    }
  }
}

function figure(
  { dataset, codec, reader, threads, partitions }: Setting,
  name: Path,
  { bytes, records }: DataFiles,
  { seconds, ratio, bestRatio, cpuRatio, outcome: { bytesOut } }: Comparison,
  peerBytes: number,
): Figure {
  return {
    dataset: dataset.name,
    path: name,
    codec,
    reader: name === 'duckdb' || name === 'polars' || name === 'slow' ? '' : reader,
    threads,
    partitions,
    mbPerS: bytes / seconds / 1e6,
    rowsPerS: Math.round(records / seconds),
    bytesOut,
    ratioToDuckdb: ratio,
    bestToDuckdb: bestRatio,
    cpuRatioToDuckdb: cpuRatio ?? '',
    sizeToDuckdb: bytesOut / peerBytes,
  };
}
