import path from 'node:path';
import { ParquetryError } from '../../core/errors.ts';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import type { PreviewParams, PreviewResult } from '../../protocol/preview.ts';
import type { Recompiler } from '../../transforms/recompiler.ts';
import type { Workbench } from '../workbench.ts';
import { defaultSamples } from './default-samples.ts';
import { LoadedPipelines } from './loaded-pipelines.ts';
import type { PreviewJob, SampleSource } from './preview-job.ts';
import { PreviewThreads } from './preview-threads.ts';

/** Records of a preview that does not say how many. */
const DEFAULT_LIMIT = 1_000;
const MAX_LIMIT = 100_000;

/** A result, and what it was made of: whoever watches looks at these files. */
export interface Previewed {
  readonly result: PreviewResult;
  /** Absolute paths of files whose change changes the result. */
  readonly inputs: readonly string[];
  readonly job: PreviewJob;
  /** Of the record whose text was asked for. */
  readonly text?: string;
}

export interface PreviewRunOptions {
  /** Aborting rejects with E_CANCELLED, soon. */
  readonly signal?: AbortSignal;
  /** Take the place of sample files. */
  readonly given?: readonly SampleSource[];
  /** The record whose text is wanted, too. */
  readonly textOf?: number;
}

/** Previews the pipelines of a workbench. */
export class Previewer {
  readonly #workbench: Workbench;
  readonly #pipelines: LoadedPipelines;
  readonly #threads: PreviewThreads;
  #recompiler: Promise<Recompiler> | undefined;

  /** `keptThreads`: threads that stay for the next preview. Default: none. */
  constructor(workbench: Workbench, { keptThreads = 0 }: { readonly keptThreads?: number } = {}) {
    this.#workbench = workbench;
    this.#threads = new PreviewThreads(keptThreads);
    this.#pipelines = new LoadedPipelines(workbench);
  }

  /** Starts what a preview needs anyway. */
  warm(): void {
    this.#threads.warm();
  }

  /** Rejects with a ParquetryError that says what is wrong, where, and what to do. */
  async run(params: PreviewParams, { signal, given, textOf }: PreviewRunOptions = {}): Promise<Previewed> {
    this.#workbench.requireTrust();
    this.warm();
    const startMs = performance.now();
    const pipeline = await this.#pipelines.load(params);
    const samples = given ?? (await this.#samples(params, pipeline));
    const compileMs = performance.now();
    const { transform, own } = await this.#compile(pipeline);
    const compile = performance.now() - compileMs;
    const limit = Math.min(params.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
    const job: PreviewJob = { pipeline, transform, own, samples, limit, textOf };
    throwIfAborted(signal);
    const { runMs: run, text, ...outcome } = await this.#threads.run(job, signal);
    const total = performance.now() - startMs;
    return { result: { ...outcome, elapsedMs: { compile, run, total } }, inputs: inputsOf(job), job, text };
  }

  async close(): Promise<void> {
    this.#threads.close();
    await (await this.#recompiler)?.close();
  }

  async #compile({ transform, sinks }: CheckedPipeline): Promise<Pick<PreviewJob, 'transform' | 'own'>> {
    this.#recompiler ??= import('../../transforms/recompiler.ts').then(({ Recompiler }) => new Recompiler());
    const recompiler = await this.#recompiler;
    const texts = this.#workbench.overlays;
    const encoders = sinks.flatMap(({ encoder }) => ('module' in encoder ? [encoder.module] : []));
    const own = encoders.map(async (file) => [file, await recompiler.module(file, texts)] as const);
    return {
      transform: transform === undefined ? undefined : await recompiler.transform(transform, texts),
      own: Object.fromEntries(await Promise.all(own)),
    };
  }

  async #samples(params: PreviewParams, pipeline: CheckedPipeline): Promise<SampleSource[]> {
    const files = params.samples ?? (await defaultSamples(pipeline));
    if (files.length === 0) throw noSamples(pipeline);
    return files.map((file) => {
      const absolute = this.#workbench.within(file);
      return { file: absolute, text: this.#workbench.overlays.get(absolute) };
    });
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new ParquetryError('E_CANCELLED', 'the preview was cancelled');
}

function noSamples({ folder, name }: CheckedPipeline): ParquetryError {
  return new ParquetryError('E_NOT_FOUND', `the pipeline ${name} has no samples`, {
    hint: `Put a few records as NDJSON into ${path.join(folder, 'samples')}, or take some from its queue.`,
  });
}

function inputsOf({ pipeline, transform, own, samples }: PreviewJob): string[] {
  const compiled = [transform, ...Object.values(own)].flatMap((module) => module?.inputs ?? []);
  return [pipeline.file, pipeline.input.schemaFolder, ...compiled, ...samples.map(({ file }) => file)];
}
