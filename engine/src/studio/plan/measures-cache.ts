import { createHash } from 'node:crypto';
import type { CheckedPipeline } from '../../pipeline/checked-pipeline.ts';
import type { Measures, ProfileJob } from '../profile/profile-job.ts';
import { type ProfileInputs, prepareJob } from '../profile/profile-pipeline.ts';
import { type MeasureOptions, runMeasurement } from '../profile/run-measurement.ts';

/**
 * Measures of the last pipeline that was asked about: whoever turns a rate up and down must not wait for the same measurement again.
 * Another text of any file, the pipeline's or a sample's, is another measurement.
 */
export class MeasuresCache {
  readonly #job: Pick<ProfileJob, 'depth' | 'effortMs'>;
  #last: { readonly key: string; readonly measures: Measures } | undefined;

  constructor(job: Pick<ProfileJob, 'depth' | 'effortMs'> = { depth: 'sizes' }) {
    this.#job = job;
  }

  /** With `isAgain` it is measured, whatever is known. */
  async measure(
    pipeline: CheckedPipeline,
    inputs: ProfileInputs,
    { isAgain = false, ...options }: MeasureOptions & { readonly isAgain?: boolean },
  ): Promise<Measures> {
    const job = { ...(await prepareJob(pipeline, inputs, this.#job.depth)), ...this.#job };
    const { warnings: _, ...plan } = pipeline;
    // The source map, too: the lines of a profile move with every comment.
    const hash = createHash('sha256').update(
      JSON.stringify([plan, job.transform?.hash, job.transform?.sourceMap, job.own]),
    );
    for (const { bytes } of job.bodies) hash.update(bytes);
    const key = hash.digest('hex');
    if (isAgain || this.#last?.key !== key) this.#last = { key, measures: await runMeasurement(job, options) };
    return this.#last.measures;
  }
}
