import { randomUUID } from 'node:crypto';
import type { Scanner } from '../../columns/format.ts';
import type { TransformRunner } from '../../columns/transform.ts';
import { systemClock } from '../../core/clock.ts';
import type { ComponentContext } from '../../core/component.ts';
import type { Delivery } from '../../core/delivery.ts';
import type { Source } from '../../core/source.ts';
import { silentLogger, silentMetrics } from '../../core/telemetry.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import type { ChunkParts } from '../../runtime/chunk-work.ts';
import { buildLane, contextOf } from '../../runtime/lane-job.ts';
import { PoisonList } from '../../runtime/poison-list.ts';
import { pulseProgress } from '../../runtime/progress.ts';
import type { Pulse } from '../../runtime/pulse.ts';
import { LimitedScanner } from './limited-scanner.ts';
import type { PreviewJob } from './preview-job.ts';
import { engineWith } from './record-accounts.ts';
import type { SampleFormat } from './sample-deliveries.ts';

export interface SampleLane {
  readonly scanner: LimitedScanner;
  readonly runner: TransformRunner;
  readonly parts: ChunkParts;
}

/** What a lane is made of, for each format that samples are in: a pipeline that reads JSON can be shown samples in Parquet, too. */
export class SampleLanes {
  readonly context: ComponentContext;
  readonly #job: PreviewJob;
  readonly #pulse: Pulse;
  readonly #pipeline: CheckedPipeline;
  readonly #made = new Map<SampleFormat, SampleLane>();
  readonly #scanners: Scanner[] = [];

  constructor(job: PreviewJob, pulse: Pulse) {
    const { pipeline } = job;
    this.#job = job;
    this.#pulse = pulse;
    this.#pipeline = {
      ...pipeline,
      errors: { ...pipeline.errors, record: engineWith(pipeline.errors.record) },
      telemetry: { ...pipeline.telemetry, listen: undefined },
    };
    const about = { pipeline: this.#pipeline, aws: {}, runId: randomUUID() };
    this.context = contextOf(about, { logger: silentLogger, metrics: silentMetrics });
  }

  async of(format: SampleFormat): Promise<SampleLane> {
    const known = this.#made.get(format);
    if (known) return known;
    const pipeline = { ...this.#pipeline, input: { ...this.#pipeline.input, format } };
    const { transform, own } = this.#job;
    const laneBytes = pipeline.batch.memoryBytes;
    const job = {
      pipeline,
      aws: {},
      runId: this.context.runId,
      lane: 0,
      transform,
      own,
      lanes: 1,
      laneBytes,
      looksUp: false,
    };
    const lane = await buildLane(job, this.context, this.#pulse, { source: noSource });
    const scanner = new LimitedScanner(lane.scanner);
    const parts: ChunkParts = {
      ...lane,
      scanner,
      probes: [],
      poison: new PoisonList(),
      progress: pulseProgress(this.#pulse),
      clock: systemClock,
      random: Math.random,
    };
    const made = { scanner, runner: lane.runner, parts };
    this.#made.set(format, made);
    this.#scanners.push(lane.scanner);
    return made;
  }

  /** Gives back what scanners hold of the thread's kernel, which outlives many previews. */
  close(): void {
    for (const scanner of this.#scanners) scanner.close?.();
  }
}

/** Samples take the place of the pipeline's source, which is never made. */
const noSource: Source = {
  replay: 'ordered',
  createReader: async () => ({
    receive: async () => undefined as readonly Delivery[] | undefined,
    close: async () => {},
  }),
  createSettler: () => Promise.reject(new TypeError('a preview settles nothing')),
};
