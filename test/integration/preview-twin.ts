import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { rowToJson } from '../../engine/src/columns/ndjson-text.ts';
import type { CheckedPipeline, ErrorsPlan } from '../../engine/src/pipeline/checked-pipeline.ts';
import { loadPipeline } from '../../engine/src/pipeline/file.ts';
import type { PreviewResult } from '../../engine/src/protocol/preview.ts';
import type { Rows } from '../../engine/src/protocol/rows.ts';
import { runPipeline } from '../../engine/src/runtime/run-pipeline.ts';
import { Previewer } from '../../engine/src/studio/preview/previewer.ts';
import { batchOf } from '../../engine/src/studio/preview/read-rows.ts';
import { exampleScaffold, writeScaffold } from '../../engine/src/studio/scaffold/scaffold.ts';
import { Workbench } from '../../engine/src/studio/workbench.ts';

/** What both ways of running samples must agree on. */
export interface Verdict {
  /** Rows as exact JSON, in order. */
  readonly rows: readonly string[];
  readonly dropped: Readonly<Record<string, number>>;
  /** Without times and run ids; sorted. */
  readonly deadLetters: readonly string[];
  readonly unknownKeys: readonly (readonly [string, number])[];
  readonly partitions: readonly (readonly (readonly [string, number])[])[];
}

/** A copy of an example, or the pipeline of `parquetry init`, and both ways to run its samples. */
export interface PreviewTwin extends AsyncDisposable {
  /** Writes the samples anew: each as `change` makes it of the example's, whose bytes it gets as characters. */
  write(change: (text: string) => Uint8Array): Promise<void>;
  preview(): Promise<Verdict>;
  run(): Promise<Verdict>;
}

export interface TwinOptions {
  /** What happens to bad records. */
  readonly record?: ErrorsPlan['record'];
  /** In place of the example's. */
  readonly transform?: string;
}

export async function previewTwin(
  example: string,
  { record = 'dead-letter', transform }: TwinOptions = {},
): Promise<PreviewTwin> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'preview-twin-'));
  await writeExample(example, folder);
  const samples = await textsOf(path.join(folder, 'samples'));
  const yaml = path.join(folder, 'pipeline.yaml');
  await writeFile(yaml, (await readFile(yaml, 'utf8')).replace('record: dead-letter', `record: ${record}`));
  if (transform !== undefined) await writeFile(path.join(folder, 'transform.ts'), transform);
  if (transform !== undefined) await writeFile(yaml, (await readFile(yaml, 'utf8')).replace(/ *partitionBy.*/, ''));
  const workbench = new Workbench();
  workbench.open([folder], true);
  const previewer = new Previewer(workbench, { keptThreads: 1 });
  let runs = 0;
  return {
    async write(change) {
      for (const [name, text] of samples) await writeFile(path.join(folder, 'samples', name), change(text));
    },
    preview: async () => verdictOf((await previewer.run({ folder, limit: 100_000 })).result),
    run: () => runTwin(folder, `run-${runs++}`),
    [Symbol.asyncDispose]: async () => {
      await previewer.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A copy of it; `clicks` is what `parquetry init` makes. */
async function writeExample(example: string, folder: string): Promise<void> {
  if (example === 'clicks') await writeScaffold(folder, await exampleScaffold(example));
  else await cp(path.join(import.meta.dirname, '..', '..', 'examples', example), folder, { recursive: true });
}

async function textsOf(folder: string): Promise<[name: string, text: string][]> {
  const names = await readdir(folder);
  return Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name), 'latin1')]));
}

function verdictOf({ output, dropped, deadLetters, unknownKeys, partitions }: PreviewResult): Verdict {
  return {
    rows: jsonOf(output),
    dropped: counted(dropped.map(({ reason }) => reason)),
    deadLetters: deadLetters.map(({ record: _, place: __, ...letter }) => JSON.stringify(sortedKeys(letter))).sort(),
    unknownKeys: unknownKeys.toSorted(byName),
    partitions: partitions.map((counts) => counts.toSorted(byName)),
  };
}

/** Rows as the ndjson encoder writes them. */
function jsonOf(rows: Rows): string[] {
  const batch = batchOf(rows);
  return Array.from({ length: rows.length }, (_, row) => rowToJson(batch, row));
}

/** `parquetry run --drain` over the samples: everything to one file of lines, and once more to the partitions of each sink. */
async function runTwin(folder: string, name: string): Promise<Verdict> {
  const out = (part: string) => path.join(folder, 'twin', name, part);
  const pipeline = await loadPipeline(folder);
  const twin: CheckedPipeline = {
    ...pipeline,
    aws: {},
    source: { type: 'file', config: { path: 'samples/*', format: 'json' } },
    errors: { ...pipeline.errors, storm: { share: 1, window: 1_000_000 }, to: { type: 'file', path: out('errors') } },
    sinks: [
      lines(out('rows'), []),
      ...pipeline.sinks.map(({ partitionBy }, i) => lines(out(`sink-${i}`), partitionBy)),
    ] as never,
    lanes: { min: 1, max: 1 },
  };
  const { ledger, error, unknownKeys } = await runPipeline(twin, { drain: true });
  if (error) throw error;
  const letters = (await linesBelow(out('errors'))).map(({ line }) => JSON.parse(line));
  const perSink = await Promise.all(pipeline.sinks.map((_, i) => linesBelow(out(`sink-${i}`))));
  return {
    rows: (await linesBelow(out('rows'))).map(({ line }) => line),
    dropped: ledger.records.dropped,
    deadLetters: letters
      .map(({ original, reason, stage, message, field, stack }) =>
        JSON.stringify(sortedKeys({ original: textOf(original), reason, stage, message, field, stack })),
      )
      .sort(),
    unknownKeys: [...unknownKeys].sort(byName),
    partitions: perSink.map((all) => partitionsOf(all.map(({ folder: at }) => at))),
  };
}

/** Rows by folder; a sink without partitions has its files in the folder itself. */
function partitionsOf(folders: readonly string[]): [string, number][] {
  return Object.entries(counted(folders.filter((name) => name !== '.'))).sort(byName);
}

function lines(folder: string, partitionBy: readonly string[]) {
  return {
    sink: { type: 'file', config: { path: folder } },
    encoder: { type: 'ndjson', config: { compression: 'none' } },
    partitionBy,
  };
}

async function linesBelow(folder: string): Promise<{ folder: string; line: string }[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const files = await Promise.all(
    names
      .filter((name) => name.includes('.ndjson'))
      .sort()
      .map(async (name) => ({ name, text: await readFile(path.join(folder, name), 'utf8') })),
  );
  return files.flatMap(({ name, text }) =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => ({ folder: path.dirname(name).split(path.sep).join('/'), line })),
  );
}

/** A letter keeps bytes that are no UTF-8 as base64; a screen shows text. */
function textOf(original: string | { base64: string }): string {
  return typeof original === 'string' ? original : Buffer.from(original.base64, 'base64').toString();
}

function counted(names: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    Array.from(
      Map.groupBy(names, (name) => name),
      ([name, all]) => [name, all.length],
    ),
  );
}

function sortedKeys(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(byName));
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
