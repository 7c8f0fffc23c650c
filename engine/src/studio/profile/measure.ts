import type { ColumnBatch } from '../../columns/column.ts';
import type { Field } from '../../core/schema.ts';
import { formatSlot } from '../../core/schema-text.ts';
import type { ParquetOptions } from '../../encoders/parquet/options.ts';
import { createComponent } from '../../pipeline/components.ts';
import type { ColumnProfile, LineCost } from '../../protocol/profile.ts';
import type { Count } from '../../protocol/rows.ts';
import { Pulse } from '../../runtime/pulse.ts';
import { explainTransform } from '../../transforms/columnar/explain.ts';
import { loadTransform } from '../../transforms/load.ts';
import { type ChunkSize, chunkSizes } from './chunk-sizes.ts';
import { columnStatistics } from './column-profile.ts';
import { type EncodingTrials, parquetEncoder, trialOptions, tryEncodings, tryNamedReader } from './encoding-trials.ts';
import { FEW_ROWS } from './few-rows.ts';
import { jsonShapes } from './json-shapes.ts';
import { tryRowGroups, trySorting } from './layout-trials.ts';
import { profileLines } from './line-profile.ts';
import type { Measures, ProfileJob } from './profile-job.ts';
import { chunksOf, openSampleLane, rowGatherer, type SampleLane } from './sample-lane.ts';
import { encodeParts, openSink, type SinkTools, sinkMeasures } from './sink-sizes.ts';
import { DEFAULT_EFFORT_MS, measureSpeed } from './speed.ts';

/** Rows that are looked at; enough for figures that hold, and few enough to try every encoding within seconds. */
const MAX_ROWS = 65_536;

/** Of input, at a time: a record may become many rows, which are all kept. */
const SMALL_CHUNK_BYTES = 64 << 10;
/** Of input, for the profiler to hit. */
const LINES_BYTES = 1 << 20;

/** Says how far it is: a share from 0 to 1. */
export type ShowStep = (step: string, share: number) => void;

/** Measures everything that a job asks for, on this thread: user code runs here. Throws what `buildLane` throws. */
export async function measureSamples(job: ProfileJob, show: ShowStep): Promise<Measures> {
  show('Reading samples', 0);
  const lane = await openSampleLane(job);
  const { batch, ...once } = await passOnce(job, lane);
  show('Measuring speed', 0.05);
  const speed = await measureSpeed(job, lane);
  show('Looking at columns', 0.2);
  const tools = await Promise.all(job.pipeline.sinks.map((plan) => openSink(plan, lane.output, lane.context, job)));
  const [first] = tools as [SinkTools];
  const sinks = tools.map((each) => sinkMeasures(each, batch));
  const current: Sizes = first.options ? chunkSizes(encodeParts(first, batch)) : new Map();
  const columns = describeColumns(batch, first.partitioner.fileFields, current);
  const measures: Measures = {
    ...{ ...once, speed, sinks, encodedBytes: sinks[0]!.encodedBytes, columns },
    ...{ codecs: [], rowGroups: [], lines: [], sorted: [], shapes: [], notes: notesOf(once, first) },
  };
  if (job.depth === 'sizes') return measures;
  const shapes = jsonShapes(batch);
  const layout =
    first.options && batch.length > 0 ? tryLayouts(batch, first, first.options, columns, current, show) : {};
  show('Timing lines', 0.85);
  const notes = [...measures.notes, ...handedOnNote(job)];
  return { ...measures, ...layout, shapes, notes, lines: await timeLines(job, lane) };
}

type Sizes = ReadonlyMap<string, ChunkSize>;

interface Once extends Pick<Measures, 'records' | 'rows' | 'inputBytes' | 'dropped' | 'deadLettered'> {
  readonly batch: ColumnBatch;
}

/** The samples through the lane, once; the rows are kept. */
async function passOnce(job: ProfileJob, lane: SampleLane): Promise<Once> {
  const gather = rowGatherer(lane.output);
  const dropped = new Map<string, number>();
  const deadLettered = new Map<string, number>();
  let [records, rows, inputBytes] = [0, 0, 0];
  for (const chunk of chunksOf(job.bodies, 0, SMALL_CHUNK_BYTES)) {
    const { outcomes, result } = await lane.work(chunk);
    for (const { outcome } of outcomes.processed()) {
      records += outcome.found;
      addTo(dropped, outcome.dropped);
      addTo(deadLettered, outcome.deadLettered);
    }
    for (const { delivery } of chunk) inputBytes += delivery.body.byteLength;
    rows += result.output.length;
    gather.add(result.output);
    if (rows >= MAX_ROWS) break;
  }
  const counts = { dropped: inOrder(dropped), deadLettered: inOrder(deadLettered) };
  return { records, rows, inputBytes, ...counts, batch: gather.finish() };
}

function addTo(counts: Map<string, number>, reasons: Readonly<Record<string, number>>): void {
  for (const reason in reasons) counts.set(reason, (counts.get(reason) ?? 0) + reasons[reason]!);
}

function inOrder(counts: ReadonlyMap<string, number>): Count[] {
  return [...counts].sort((a, b) => b[1] - a[1]);
}

function describeColumns(batch: ColumnBatch, fileFields: readonly Field[], current: Sizes): ColumnProfile[] {
  const inFile = new Set(fileFields.map(({ name }) => name));
  return batch.fields.map((field, i) => ({
    name: field.name,
    type: formatSlot(field),
    isInPath: !inFile.has(field.name),
    ...columnStatistics(batch.columns[i]!),
    encodedBytes: current.get(field.name)?.bytes ?? 0,
    trials: [],
  }));
}

/** What the rows would take in other forms, column by column and as a whole. */
function tryLayouts(
  batch: ColumnBatch,
  { partitioner }: SinkTools,
  options: ParquetOptions,
  columns: readonly ColumnProfile[],
  current: Sizes,
  show: ShowStep,
): Pick<Measures, 'columns' | 'codecs' | 'named' | 'rowGroups' | 'sorted'> {
  const fileBatch = partitioner.fileBatch(batch);
  const trials = tryAll(tryEncodings(fileBatch, options, current), show);
  show('Trying row groups', 0.75);
  const plain = parquetEncoder(trialOptions(options));
  const distinct = fileBatch.fields.map(({ name }) => columns.find((column) => column.name === name)!.distinct);
  return {
    columns: columns.map((column) => ({ ...column, trials: trials.columns.get(column.name) ?? [] })),
    codecs: trials.codecs,
    named: tryNamedReader(fileBatch, options),
    rowGroups: tryRowGroups(fileBatch, plain),
    sorted: trySorting(fileBatch, plain, distinct),
  };
}

function tryAll(passes: Generator<number, EncodingTrials, void>, show: ShowStep): EncodingTrials {
  while (true) {
    const { done, value } = passes.next();
    if (done) return value;
    show('Trying encodings', 0.3 + value * 0.45);
  }
}

async function timeLines(job: ProfileJob, { context }: SampleLane): Promise<LineCost[]> {
  const { transform, pipeline, effortMs = DEFAULT_EFFORT_MS } = job;
  if (!transform) return [];
  const { format, schema, rest, maxRecordBytes } = pipeline.input;
  const made = await createComponent('format', { type: format, config: {} }, context);
  const scanner = made.createScanner(schema, { rest, maxRecordBytes });
  const { position } = new Pulse(job.pulse);
  return profileLines({ compiled: transform, scanner, context, position, effortMs }, chunksOf(job.bodies, LINES_BYTES));
}

/** Lines are timed over whole records; a run does without those of fields that it hands on as columns. */
function handedOnNote({ transform, pipeline: { input, errors } }: ProfileJob): string[] {
  if (!transform) return [];
  const { output, prefetch } = loadTransform(transform);
  const { fields } = explainTransform(transform, {
    ...{ input: input.schema, output, hasPrefetch: prefetch !== undefined },
    passthrough: errors.record === 'passthrough',
  });
  const ready = fields.filter(({ how }) => how !== 'computed').length;
  if (ready === 0) return [];
  return [`${ready} of ${fields.length} columns need none of your code in a run; lines are timed as if all did.`];
}

function notesOf({ rows }: Pick<Once, 'rows'>, { options }: SinkTools): string[] {
  const few = `${rows} rows are too few to say how large columns become: take ${FEW_ROWS.toLocaleString('en-US')} or more for advice on sizes.`;
  return [
    ...(rows < FEW_ROWS ? [few] : []),
    ...(options ? [] : ['The first sink does not write Parquet, so no encodings were tried.']),
  ];
}
