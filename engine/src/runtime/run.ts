import type { Clock } from '../core/clock.ts';
import { asParquetryError, ParquetryError } from '../core/errors.ts';
import type { Logger } from '../core/telemetry.ts';
import type { CheckedPipeline } from '../pipeline/checked-pipeline.ts';
import { problemsOfError } from '../pipeline/error-problems.ts';
import { problemLines } from '../pipeline/render-problems.ts';
import { type BatchState, mostFull } from './batch-states.ts';
import { Engine, type RunSnapshot, type RunSummary } from './engine.ts';
import type { LaneUsage } from './lane-usage.ts';
import type { Inheritance, PlannedRun } from './plan-run.ts';
import { refusalOfReload } from './reload-rules.ts';
import { endFields } from './run-events.ts';
import { sumSnapshots, sumSummaries } from './run-sums.ts';

export interface RunParts {
  plan(pipeline: CheckedPipeline, inherited: Inheritance): Promise<PlannedRun>;
  /** Some components are the caller's own objects. */
  readonly isLive: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What a reload came to. */
export interface Reload {
  /** Counts the pipelines that have taken over; 1 is the first. Unchanged by a reload that was refused. */
  readonly generation: number;
  /** Why it was refused: then the run goes on as before. */
  readonly error?: ParquetryError;
}

/** A pipeline as it was read at some time, and the engine that runs it. */
interface Generation extends PlannedRun {
  readonly number: number;
  readonly engine: Engine;
  /** Once it has begun. */
  ended?: Promise<RunSummary>;
}

/** Generations that still write when another one begins; each may hold the memory of a whole run. */
const MAX_RETIRING = 2;

/**
 * A run of a pipeline: the engine that receives, and those before it that still write what they had received when a changed
 * pipeline took over. Whoever looks from outside sees one run with one set of accounts.
 */
export class Run {
  readonly #parts: RunParts;
  readonly #nextLane: () => number;
  readonly #startMs: number;
  readonly #begun = Promise.withResolvers<void>();
  /** All that have begun and not ended. */
  readonly #generations = new Set<Generation>();
  /** Of those that have. */
  #past: RunSummary | undefined;
  #current: Generation;
  /** The last one, to start one after the other. */
  #reloading: Promise<unknown> = this.#begun.promise;
  /** Asked for, not begun. */
  #waiting: { load: () => Promise<CheckedPipeline>; readonly done: Promise<Reload> } | undefined;
  /** An end was asked for. */
  #isStopped = false;
  /** Nothing takes over any more. */
  #isOver = false;
  /** Why one that another had taken over from could not end in order, when all had to. */
  #lateError: ParquetryError | undefined;

  private constructor(parts: RunParts, first: PlannedRun, nextLane: () => number) {
    this.#parts = parts;
    this.#nextLane = nextLane;
    this.#startMs = parts.clock.now();
    this.#current = generationOf(first, 1);
  }

  /** A run that has not begun. Rejects where the pipeline cannot be planned. */
  static async of(pipeline: CheckedPipeline, parts: RunParts): Promise<Run> {
    let lanes = 0;
    const nextLane = () => lanes++;
    return new Run(parts, await parts.plan(pipeline, { nextLane }), nextLane);
  }

  /** Runs to its end, whatever takes over meanwhile. Rejects if the source or a sink cannot be used: then nothing was received. */
  async run(): Promise<RunSummary> {
    this.#begin(this.#current);
    this.#begun.resolve();
    try {
      const { reason, error } = await this.#lastToEnd();
      if (reason === 'failed') this.#stopAll();
      await this.#othersToEnd();
      const failure = error ?? this.#lateError;
      return { ...this.#past!, reason: failure ? 'failed' : reason, error: failure, elapsedMs: this.#elapsedMs() };
    } catch (thrown) {
      this.#stopAll();
      await this.#othersToEnd();
      throw thrown;
    }
  }

  /** Asks for an orderly end: receive no more, write or give back what is held, settle, all within the grace or `withinMs`. */
  stop(withinMs?: number): void {
    this.#isStopped = true;
    this.#stopAll(withinMs);
  }

  #stopAll(withinMs?: number): void {
    this.#isOver = true;
    for (const { engine } of new Set([this.#current, ...this.#generations])) engine.stop(withinMs);
  }

  /**
   * Has a changed pipeline take over: its engine is started, and receives before the one so far is told to receive no more, to write
   * and to settle, for which that takes its time. Refused, and logged, if `load` rejects, if the change cannot be taken over, or if
   * the start fails. Several asked for at the same time are one, of the last pipeline. Never rejects.
   */
  reload(load: () => Promise<CheckedPipeline>): Promise<Reload> {
    if (this.#waiting) this.#waiting.load = load;
    else {
      const done = this.#reloading.then(() => this.#reloadNow());
      this.#waiting = { load, done };
      this.#reloading = done;
    }
    return this.#waiting.done;
  }

  /** Absolute paths of the code that the pipeline which receives was compiled from. */
  get inputs(): readonly string[] {
    return this.#current.inputs;
  }

  snapshot(): RunSnapshot {
    const running = Array.from(this.#generations, ({ engine }) => engine.snapshot());
    return { ...sumSnapshots(this.#current.engine.snapshot(), running, this.#past), elapsedMs: this.#elapsedMs() };
  }

  /** The open files that are nearest to being written, at most `limit`. */
  batches(limit: number): BatchState[] {
    return mostFull(Array.from(this.#generations, ({ engine }) => engine.batches(limit)).flat()).slice(0, limit);
  }

  /** Receives and delivers; false from the first moment of an ending. */
  get isReady(): boolean {
    return !this.#isOver && this.#current.engine.isReady;
  }

  /** What each lane's thread uses; `busy` since the last question. */
  async laneUsage(): Promise<LaneUsage[]> {
    return (await Promise.all(Array.from(this.#generations, ({ engine }) => engine.laneUsage()))).flat();
  }

  /** The summary of the engine that ended and that no other had taken over from. */
  async #lastToEnd(): Promise<RunSummary> {
    while (true) {
      const generation = this.#current;
      try {
        const summary = await generation.ended!;
        if (generation === this.#current) return summary;
      } catch (thrown) {
        if (generation === this.#current) throw thrown;
      }
    }
  }

  async #othersToEnd(): Promise<void> {
    this.#isOver = true;
    for (const { engine, number } of this.#generations) if (number > this.#current.number) engine.stop();
    await this.#reloading;
    await Promise.allSettled(Array.from(this.#generations, ({ ended }) => ended));
  }

  #begin(generation: Generation): Promise<RunSummary> {
    this.#generations.add(generation);
    const ended = generation.engine.run().then(
      (summary) => {
        this.#generations.delete(generation);
        const { shutdown, ...rest } = summary;
        // An engine that could not take over is stopped, too, but nobody asked for the end of the run.
        this.#past = sumSummaries(this.#past, this.#isStopped ? { ...rest, shutdown } : rest);
        if (this.#isStopped) this.#lateError ??= summary.error;
        return summary;
      },
      (thrown) => {
        this.#generations.delete(generation);
        throw thrown;
      },
    );
    ended.catch(() => undefined); // whoever waits for it hears of it
    generation.ended = ended;
    return ended;
  }

  async #reloadNow(): Promise<Reload> {
    const { load } = this.#waiting!;
    this.#waiting = undefined;
    const { logger } = this.#parts;
    try {
      const pipeline = await load();
      if (this.#isOver) throw new ParquetryError('E_CANCELLED', 'the run ends');
      const number = await this.#takeOver(pipeline);
      logger.info('reload.done', { generation: number });
      return { generation: number };
    } catch (thrown) {
      const error = asParquetryError(thrown);
      const { code, message, hint } = error;
      const problems = problemLines(problemsOfError(error), this.#current.pipeline.folder);
      if (!this.#isOver) logger.warn('reload.refused', { code, message, hint, problems });
      return { generation: this.#current.number, error };
    }
  }

  async #takeOver(pipeline: CheckedPipeline): Promise<number> {
    const old = this.#current;
    const refused = refusalOfReload(old, pipeline, this.#parts.isLive);
    if (refused) throw refused;
    while (this.#generations.size > MAX_RETIRING) await this.#oneToEnd();
    const inherited = { nextLane: this.#nextLane, known: old.engine.known };
    const next = generationOf(await this.#parts.plan(pipeline, inherited), old.number + 1);
    if (this.#isOver) throw new ParquetryError('E_CANCELLED', 'the run ends');
    const ended = this.#begin(next);
    // Rejects if a queue or bucket cannot be used.
    const hasStarted = await Promise.race([next.engine.started, ended.then(() => false)]);
    if (!hasStarted) throw (await ended).error ?? new ParquetryError('E_CANCELLED', 'it ended before it received');
    if (this.#isOver) throw new ParquetryError('E_CANCELLED', 'the run ends');
    this.#current = next;
    this.#retire(old);
    return next.number;
  }

  async #oneToEnd(): Promise<void> {
    await Promise.race(Array.from(this.#generations, ({ ended }) => ended)).catch(() => undefined);
  }

  #retire({ engine, number, ended }: Generation): void {
    engine.retire();
    ended?.then(
      (summary) => {
        const fields = { generation: number, ...endFields(summary) };
        this.#parts.logger[summary.error ? 'error' : 'info']('reload.retired', fields);
      },
      () => undefined, // it had not begun to receive
    );
  }

  #elapsedMs(): number {
    return this.#parts.clock.now() - this.#startMs;
  }
}

function generationOf(planned: PlannedRun, number: number): Generation {
  return { ...planned, number, engine: new Engine(planned.plan) };
}
