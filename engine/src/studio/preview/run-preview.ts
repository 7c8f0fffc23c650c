import type { ScannedBatch } from '../../columns/format.ts';
import { compilePartitioner } from '../../columns/partition.ts';
import type { ComponentContext } from '../../core/component.ts';
import type { Delivery } from '../../core/delivery.ts';
import type { Field } from '../../core/schema.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import { createComponent } from '../../pipeline/components.ts';
import type { Place } from '../../protocol/places.ts';
import type { PreviewSample } from '../../protocol/preview.ts';
import { workChunk } from '../../runtime/chunk-work.ts';
import type { Pulse } from '../../runtime/pulse.ts';
import { GatheredRows } from './gathered-rows.ts';
import { PartitionCounts } from './partition-counts.ts';
import type { PreviewJob, PreviewOutcome, SampleSource } from './preview-job.ts';
import { RecordAccounts } from './record-accounts.ts';
import { formatOfSample, type SampleDeliveries } from './sample-deliveries.ts';
import { type SampleLane, SampleLanes } from './sample-lanes.ts';
import { SamplePlaces } from './sample-places.ts';

export interface PreviewPort {
  readonly pulse: Pulse;
  readonly deliveries: SampleDeliveries;
  /** Called once user code is loaded and set up. */
  running(): void;
}

/**
 * Runs the samples through what a lane is made of, one delivery at a time, on this thread: user code runs. A record that is bad is in
 * the outcome; throws what would end a run: a transform that does not load, templates that do not fit, a sample that cannot be read.
 *
 * **Invariant:** the pulse's number of a delivery is that of its first record, so that it tells which record the thread is at.
 */
export async function runPreview(job: PreviewJob, port: PreviewPort): Promise<PreviewOutcome> {
  const startMs = performance.now();
  const lanes = new SampleLanes(job, port.pulse);
  try {
    const first = await lanes.of(formatOfSample(job.samples[0]?.file ?? ''));
    port.running();
    await checkEncoders(job.pipeline, first.runner.output, lanes.context);
    const preview = new Preview(job, first);
    for (const sample of job.samples) {
      const lane = await lanes.of(formatOfSample(sample.file));
      await preview.add(sample, lane, port.deliveries.of(sample, lanes.context));
    }
    return { ...preview.finish(), runMs: performance.now() - startMs };
  } finally {
    lanes.close();
  }
}

/** One preview while it is made. */
class Preview {
  readonly #job: PreviewJob;
  readonly #partitions: PartitionCounts;
  readonly #accounts: RecordAccounts;
  readonly #input: GatheredRows;
  readonly #output: GatheredRows;
  readonly #samples: PreviewSample[] = [];
  #records = 0;
  #isCut = false;
  #text: string | undefined;

  /** All lanes have the fields of the first. */
  constructor(job: PreviewJob, { runner, scanner }: SampleLane) {
    this.#job = job;
    this.#partitions = new PartitionCounts(job.pipeline.sinks, runner.output);
    this.#accounts = new RecordAccounts(job.pipeline.errors.record, placeFinder(job));
    this.#input = new GatheredRows(scanner.schema.fields);
    this.#output = new GatheredRows(runner.output);
  }

  /** Runs a sample as far as records of it are wanted. */
  async add({ file }: SampleSource, lane: SampleLane, deliveries: AsyncIterable<Delivery>): Promise<void> {
    const before = this.#records;
    const places = new SamplePlaces(file);
    for await (const delivery of deliveries) {
      if (this.#records === this.#job.limit) {
        this.#isCut = true;
        break;
      }
      places.next(delivery.body);
      await this.#work(lane, delivery, (offset) => places.at(offset));
    }
    this.#samples.push({ file, records: this.#records - before });
  }

  finish(): Omit<PreviewOutcome, 'runMs'> {
    return {
      pipeline: this.#job.pipeline.name,
      samples: this.#samples,
      records: this.#records,
      isCut: this.#isCut,
      input: this.#input.finish(),
      output: this.#output.finish(),
      ...this.#accounts.finish(),
      partitions: this.#partitions.finish(),
      text: this.#text,
    };
  }

  async #work({ scanner, parts }: SampleLane, delivery: Delivery, placeOf: (offset: number) => Place | undefined) {
    const firstRecord = this.#records;
    const { limit, textOf } = this.#job;
    scanner.limit = limit - firstRecord;
    const { outcomes, result, unknownKeys } = await workChunk(parts, [{ seq: firstRecord, delivery }], false);
    const { last: scanned, records, isCut } = scanner;
    const { deadLetters } = outcomes;
    const inputRows = this.#input.length;
    this.#accounts.add({ firstRecord, records, inputRows, scanned, result, deadLetters, unknownKeys, placeOf });
    this.#partitions.add(result.output);
    this.#input.add(scanned.records.rows);
    this.#output.add(result.output);
    this.#records += records;
    this.#isCut ||= isCut;
    if (textOf !== undefined) this.#text ??= recordText(scanned, textOf - firstRecord);
  }
}

/** A run is refused, too, where an encoder cannot write the rows. Own encoders are asked by nobody before they encode. */
async function checkEncoders(
  { sinks }: CheckedPipeline,
  output: readonly Field[],
  context: ComponentContext,
): Promise<void> {
  for (const { encoder: choice, partitionBy } of sinks) {
    if ('module' in choice) continue;
    const encoder = await createComponent('encoder', choice, context);
    encoder.check?.(compilePartitioner(partitionBy, output).fileFields);
  }
}

/** The record of this number in a delivery, good or bad; undefined where there is none. */
function recordText({ records, bad }: ScannedBatch, ordinal: number): string | undefined {
  const row = records.ordinal.indexOf(ordinal);
  const refused = bad.find((record) => record.ordinal === ordinal);
  const original = row >= 0 ? records.original?.(row) : refused?.original;
  const { start, end } = row >= 0 ? { start: records.start[row]!, end: records.end[row]! } : (refused ?? {});
  const bytes = original ?? (start === undefined ? undefined : records.bodies[0]!.subarray(start, end));
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

/** Finds the user's place that a mapped stack names first. */
function placeFinder({ transform }: PreviewJob): (stack: string) => Place | undefined {
  const files = transform?.inputs ?? [];
  return (stack) => {
    for (const line of stack.split('\n')) {
      if (!line.startsWith('    at ')) continue;
      const file = files.find((name) => line.includes(`${name}:`));
      const position = file && /^:(\d+):(\d+)/.exec(line.slice(line.indexOf(`${file}:`) + file.length));
      if (position) return { file, line: Number(position[1]), column: Number(position[2]) };
    }
    return undefined;
  };
}
